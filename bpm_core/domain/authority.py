"""Who may do what to which record: one policy table, default deny; pages, API, search, files and exports all ask here.

The table answers by role and by how the actor's office stands to the record's. What depends on the history of the
case (same person twice, own case) is `duty`; what depends on its state is `lifecycle`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bpm_core.domain import roles
from bpm_core.domain.actors import Actor, ActorKind, PostFact
from bpm_core.domain.errors import NotAllowed
from bpm_core.domain.roles import Role


class Relation(StrEnum):
    """How a record's office stands to the office of a post."""

    OWN = "own"
    BELOW = "below"
    ABOVE = "above"
    OTHER = "other"


def relation(post_path: str, record_path: str) -> Relation:
    """Relation of the record's office to the post's, both as materialised paths that end with a slash."""
    if post_path == record_path:
        return Relation.OWN
    if record_path.startswith(post_path):
        return Relation.BELOW
    if post_path.startswith(record_path):
        return Relation.ABOVE
    return Relation.OTHER


_OWN = frozenset({Relation.OWN})
_DOWN = frozenset({Relation.OWN, Relation.BELOW})
_ANY = frozenset(Relation)

Grants = Mapping[Role, frozenset[Relation]]


def _to(*who: Role, where: frozenset[Relation]) -> dict[Role, frozenset[Relation]]:
    return dict.fromkeys(who, where)


_HANDLERS = (Role.CASEWORKER, Role.REVIEWER)
_CASE_READERS = (*_HANDLERS, Role.FINANCE, Role.QUALITY_CONTROLLER, Role.AUDITOR, Role.MANAGER)
_CONTROL = (Role.QUALITY_CONTROLLER, Role.AUDITOR)

#: action -> role -> relations in which it is permitted. Whatever is not written here is refused.
#: Rows follow the table of roles of the security reference: who sees, who does, who never.
POLICY: Mapping[str, Grants] = {
    # cases
    "case.start": _to(Role.CASEWORKER, where=_DOWN),
    "case.read": _to(*_CASE_READERS, where=_DOWN),
    "case.glimpse": _to(*_CASE_READERS, where=_ANY),  # state and dates of a case this office took in
    "case.search": _to(*_CASE_READERS, where=_DOWN),
    "case.withdraw": _to(Role.CASEWORKER, where=_DOWN),
    "case.reject": _to(*_HANDLERS, where=_OWN),
    "case.suspend": _to(*_HANDLERS, where=_OWN),
    "case.resume": _to(*_HANDLERS, where=_OWN),
    "case.cancel": _to(Role.REVIEWER, Role.MANAGER, where=_DOWN),
    "case.correct": _to(*_HANDLERS, where=_OWN),
    "case.return": _to(*_HANDLERS, where=_DOWN),
    "case.transfer_unit": _to(Role.MANAGER, where=_DOWN),
    "case.timeline": _to(*_CASE_READERS, where=_DOWN),
    "case.repair": _to(Role.MANAGER, where=_DOWN),
    "case.migrate": _to(Role.PUBLISHER, where=_DOWN),  # to another version of its process
    "case.set_urgent": _to(Role.REVIEWER, Role.MANAGER, where=_DOWN),
    # work items (the lane is examined besides, see `may_work`)
    "item.claim": _to(*_HANDLERS, Role.FINANCE, Role.QUALITY_CONTROLLER, where=_DOWN),
    "item.release": _to(*_HANDLERS, Role.FINANCE, Role.QUALITY_CONTROLLER, where=_DOWN),
    "item.complete": _to(*_HANDLERS, Role.FINANCE, Role.QUALITY_CONTROLLER, where=_DOWN),
    "item.save_draft": _to(*_HANDLERS, Role.FINANCE, Role.QUALITY_CONTROLLER, where=_DOWN),
    "item.entrust": _to(*_HANDLERS, Role.FINANCE, where=_DOWN),
    "item.transfer": _to(*_HANDLERS, Role.FINANCE, Role.MANAGER, where=_DOWN),
    # materials, notices, people
    "supplement.request": _to(*_HANDLERS, where=_DOWN),
    "supplement.receive": _to(*_HANDLERS, where=_DOWN),
    "document.add": _to(*_HANDLERS, Role.FINANCE, where=_DOWN),
    "document.read": _to(*_CASE_READERS, where=_DOWN),
    "material.set": _to(*_HANDLERS, where=_DOWN),
    "person.register": _to(Role.CASEWORKER, where=_ANY),
    "person.find": _to(*_HANDLERS, Role.AUDITOR, where=_DOWN),
    "person.reveal": _to(*_HANDLERS, Role.FINANCE, Role.AUDITOR, where=_DOWN),
    # messages from outside that a window records; machines bring theirs under `message.deliver` by scope
    "message.deliver": _to(Role.CASEWORKER, where=_DOWN),
    "signal.throw": _to(Role.MANAGER, where=_DOWN),  # reaches the waiting cases of the offices below
    # automation
    "incident.read": _to(*_HANDLERS, Role.MANAGER, Role.SYSTEM_ADMIN, where=_DOWN),
    "incident.retry": _to(Role.MANAGER, Role.SYSTEM_ADMIN, where=_DOWN),
    "incident.resolve": _to(Role.REVIEWER, Role.MANAGER, where=_DOWN),
    "event.tell_again": _to(Role.MANAGER, Role.SYSTEM_ADMIN, where=_ANY),
    # definitions
    "definition.read": _to(*(role for role in Role if role is not Role.INTEGRATOR), where=_ANY),
    "definition.upload": _to(Role.DESIGNER, where=_ANY),
    "definition.simulate": _to(Role.DESIGNER, Role.PUBLISHER, where=_ANY),
    "definition.publish": _to(Role.PUBLISHER, where=_ANY),
    "definition.retire": _to(Role.PUBLISHER, where=_ANY),
    "parameter.set": _to(Role.PUBLISHER, where=_ANY),
    "edition.propose": {Role.MANAGER: _DOWN, Role.DESIGNER: _DOWN},  # local values of a county
    "edition.approve": _to(Role.PUBLISHER, where=_DOWN),
    "library.import": _to(Role.DESIGNER, where=_ANY),
    # quality and audit: they look, they never change a case
    "finding.raise": _to(Role.QUALITY_CONTROLLER, where=_DOWN),
    "finding.assign": _to(Role.QUALITY_CONTROLLER, where=_DOWN),
    "finding.answer": _to(*_HANDLERS, Role.MANAGER, where=_DOWN),
    "finding.close": _to(Role.QUALITY_CONTROLLER, where=_DOWN),
    "finding.read": _to(*_CASE_READERS, where=_DOWN),
    "journal.read": _to(*_CONTROL, where=_DOWN),
    "journal.verify": _to(*_CONTROL, Role.AUDIT_ADMIN, where=_ANY),
    "evidence.export": _to(*_CONTROL, where=_DOWN),
    "access.read": _to(Role.AUDITOR, Role.AUDIT_ADMIN, where=_ANY),
    "list.export": _to(*_CONTROL, Role.MANAGER, where=_DOWN),
    "stats.read": _to(*_CONTROL, Role.MANAGER, Role.REVIEWER, where=_DOWN),
    # the three administrators, each only its own part
    "health.read": _to(Role.SYSTEM_ADMIN, where=_ANY),
    "setting.set": _to(Role.SYSTEM_ADMIN, where=_ANY),
    "calendar.set": _to(Role.SYSTEM_ADMIN, where=_ANY),
    "account.manage": _to(Role.SECURITY_ADMIN, where=_ANY),
    "post.grant": _to(Role.SECURITY_ADMIN, where=_ANY),
    "token.issue": _to(Role.SECURITY_ADMIN, where=_ANY),
    "audit_setting.set": _to(Role.AUDIT_ADMIN, where=_ANY),
}

#: What the system itself does without a person; a diagram or a timer can never do more.
AUTOMATIC = frozenset(
    {
        "message.deliver",
        "signal.throw",
        "timer.fire",
        "job.finish",
        "job.fail",
        "clock.escalate",
        "clock.recount",
        "case.start",
    }
)

#: What a machine's key may open, scope by scope; a machine never searches and never lists.
INTEGRATOR_SCOPES: Mapping[str, frozenset[str]] = {
    "cases:start": frozenset({"case.start", "person.register"}),
    "cases:read": frozenset({"case.read", "case.timeline"}),
    "messages:deliver": frozenset({"message.deliver"}),
    "signals:throw": frozenset({"signal.throw"}),
    "definitions:read": frozenset({"definition.read"}),
}


@dataclass(frozen=True, slots=True)
class Record:
    """What of a record decides about rights.

    path    path of the office that handles it; "" = of no office (a definition, a setting)
    lane    of a work item
    holder  account that holds a work item; None = nobody
    entry_path   path of the office that took the case in
    """

    path: str = ""
    lane: str = ""
    holder: int | None = None
    entry_path: str = ""


NOWHERE = Record()


def _permits(post: PostFact, grants: Grants, record: Record) -> bool:
    where = grants.get(post.role, frozenset())
    if not record.path:
        return bool(where)
    return relation(post.path, record.path) in where


def may(actor: Actor, action: str, record: Record = NOWHERE) -> bool:
    """True when a post of the actor permits the action on the record; unknown actions are refused to everybody."""
    if actor.is_automatic:
        return action in AUTOMATIC
    if actor.kind is ActorKind.INTEGRATOR and not any(
        action in INTEGRATOR_SCOPES.get(scope, ()) for scope in actor.scopes
    ):
        return False
    if actor.kind is ActorKind.INTEGRATOR:
        reach = _ANY if action == "definition.read" else _DOWN
        return not record.path or any(relation(post.path, record.path) in reach for post in actor.posts)
    grants = POLICY.get(action, {})
    if action == "case.glimpse":
        return any(post.role in grants and post.path == record.entry_path for post in actor.posts)
    if action.startswith("item.") and action != "item.transfer":
        return may_work(actor, action, record)
    return any(_permits(post, grants, record) for post in actor.posts)


def may_work(actor: Actor, action: str, record: Record) -> bool:
    """True when a post of the actor does steps of the record's lane, at its office or standing in for a station below.

    Holding the item is asked too for everything but the claim.
    """
    if action != "item.claim" and record.holder != actor.account_id:
        return False
    return any(_fits(post, POLICY.get(action, {}), record) for post in actor.posts)


def _fits(post: PostFact, grants: Grants, record: Record) -> bool:
    where = grants.get(post.role, frozenset())
    stands = relation(post.path, record.path)
    if stands is Relation.OWN:
        return stands in where and roles.serves(post.role, post.lane, record.lane)
    if stands is Relation.BELOW:
        near = record.path.count("/") - post.path.count("/") == 1
        return stands in where and near and roles.stands_in(post.role, post.lane, record.lane)
    return False


def require(actor: Actor, action: str, record: Record = NOWHERE) -> None:
    """Refuse with NotAllowed unless `may`; facts say the action and the roles that could."""
    if may(actor, action, record):
        return
    raise NotAllowed(
        f"{action} is not permitted to this actor here",
        action=action,
        roles=sorted(role.value for role in POLICY.get(action, {})),
        held=sorted(role.value for role in actor.roles),
    )


def reach(actor: Actor, action: str = "case.read") -> tuple[str, ...]:
    """Paths of the offices whose subtrees the actor may see under the action, none of them inside another."""
    grants = POLICY.get(action, {})
    paths = sorted({post.path for post in actor.posts if Relation.BELOW in grants.get(post.role, frozenset())})
    return tuple(_outermost(paths))


def _outermost(paths: Iterable[str]) -> Iterable[str]:
    last = "\0"
    for path in paths:
        if not path.startswith(last):
            last = path
            yield path
