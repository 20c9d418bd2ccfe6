"""From a log-in to an Actor: who acts, which posts they hold today, and which person they are."""

from __future__ import annotations

from datetime import date

from bpm_core.domain.actors import SYSTEM, TIMER, Actor, ActorKind, PostFact
from bpm_core.domain.roles import Role
from bpm_core.models import Account, Post

__all__ = ["SYSTEM", "TIMER", "actor_for", "person_key"]


def person_key(account: Account) -> str:
    """The same for one human being whatever account is used: the blind index of the ID number, where it is known."""
    if account.person_id is not None and account.person is not None:
        return account.person.id_index
    return f"account:{account.pk}"


def actor_for(account: Account, on: date) -> Actor:
    """The account as an actor with the posts it holds on that day; an inactive account holds none."""
    posts = Post.objects.filter(account=account).held_on(on).select_related("unit") if account.is_active else ()
    facts = tuple(PostFact(post.unit.code, post.unit.path, Role(post.role), post.lane) for post in posts)
    machine = any(fact.role is Role.INTEGRATOR for fact in facts)
    return Actor(
        kind=ActorKind.INTEGRATOR if machine else ActorKind.PERSON,
        account_id=account.pk,
        person_key="" if machine else person_key(account),
        posts=facts,
        display=account.display_zh or account.username,
    )
