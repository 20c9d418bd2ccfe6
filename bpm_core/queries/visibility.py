"""Which cases and work items a person may see: one rule as one indexed query, for pages, API, search and files."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import Q, QuerySet

from bpm_core.domain import authority, roles
from bpm_core.domain.actors import Actor, PostFact
from bpm_core.domain.authority import Record
from bpm_core.models.cases import Case
from bpm_core.models.work import WorkItem

NOTHING = Q(pk__in=())


class Scope(StrEnum):
    """Whose work a list shows."""

    MINE = "mine"
    OFFICE = "office"
    BELOW = "below"


class Access(StrEnum):
    """How much of a case somebody sees."""

    FULL = "full"
    GLIMPSE = "glimpse"  # state, dates and materials of a case their office took in and another one handles


def _subtree(path: str) -> Q:
    """Rows of the office at the end of the path and all below it: one level column, one value."""
    codes = path.strip("/").split("/")
    return Q(**{f"l{len(codes)}": codes[-1]})


def _any(conditions: list[Q]) -> Q:
    found = NOTHING
    for condition in conditions:
        found = condition if found == NOTHING else found | condition
    return found


def visible_to(actor: Actor, action: str = "case.read") -> QuerySet[Case]:
    """Cases the actor may see: of the subtrees their posts reach, and those their own office took in."""
    reached = [_subtree(path) for path in authority.reach(actor, action)]
    own = {post.unit_code for post in actor.posts if post.role in authority.POLICY["case.glimpse"]}
    if own:
        reached.append(Q(entry_unit__code__in=own))
    return Case.objects.filter(_any(reached))


def may_read(actor: Actor, case: Case) -> bool:
    """True when a post reaches the deciding office or the case's own place, which may lie below it."""
    place = "/" + "/".join(code for code in (case.l1, case.l2, case.l3, case.l4) if code) + "/"
    return any(authority.may(actor, "case.read", Record(path)) for path in (case.unit.path, place))


def in_reach(actor: Actor, action: str) -> QuerySet[Case]:
    """Cases of the subtrees in which a post permits the action; a glimpse of others' cases gives no such right."""
    return Case.objects.filter(_any([_subtree(path) for path in authority.reach(actor, action)]))


def access(actor: Actor, case: Case) -> Access | None:
    """How much of the case the actor sees; None = nothing. Whoever had a hand in it sees all of it."""
    if may_read(actor, case):
        return Access.FULL
    if actor.account_id is not None:
        hands = Q(holder_id=actor.account_id) | Q(closed_by_id=actor.account_id)
        if case.opened_by_id == actor.account_id or WorkItem.objects.filter(hands, case=case).exists():
            return Access.FULL
    if authority.may(actor, "case.glimpse", Record(case.unit.path, entry_path=case.entry_unit.path)):
        return Access.GLIMPSE
    return None


def items_for(actor: Actor, scope: Scope) -> QuerySet[WorkItem]:
    """Open work items in the actor's lists."""
    items = WorkItem.objects.filter(closed_at__isnull=True)
    if scope is Scope.MINE:
        return items.filter(holder_id=actor.account_id) if actor.account_id else items.none()
    if scope is Scope.OFFICE:
        return items.filter(_any([_at_desk(post) for post in actor.posts]))
    reached = [_subtree(path) for path in authority.reach(actor, "case.read")]
    own = [post.unit_code for post in actor.posts]
    return items.filter(_any(reached)).exclude(unit__code__in=own)


def _at_desk(post: PostFact) -> Q:
    """Items of the post's own office in the lanes the post does."""
    here = Q(**{f"l{len(post.path.strip('/').split('/'))}": post.unit_code}, unit__code=post.unit_code)
    if not post.lane:
        return here & Q(role=post.role.value)
    lanes = [code for code in roles.LANES if roles.serves(post.role, post.lane, code)]
    return here & Q(lane__in=lanes or [post.lane])
