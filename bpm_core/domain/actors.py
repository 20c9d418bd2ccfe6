"""Who acts: a person at a post, a machine with a key, or the system itself; how an actor is found is not here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bpm_core.domain.roles import Role


class ActorKind(StrEnum):
    """What kind of hand moved the case."""

    PERSON = "person"
    SYSTEM = "system"
    TIMER = "timer"
    INTEGRATOR = "integrator"


@dataclass(frozen=True, slots=True)
class PostFact:
    """One post an actor holds today.

    path    materialised path of the office, "/410800000000/410823000000/"; begins and ends with a slash
    lane    lane code the post is limited to, "" = every lane of its role
    """

    unit_code: str
    path: str
    role: Role
    lane: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with the posts that give the right to.

    person_key  the same for one human being whatever account is used; "" when no human acts
    scopes      what an integrator's key permits; empty for everybody else
    """

    kind: ActorKind
    account_id: int | None = None
    person_key: str = ""
    posts: tuple[PostFact, ...] = ()
    display: str = ""
    scopes: frozenset[str] = frozenset()

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(post.role for post in self.posts)

    @property
    def unit_code(self) -> str:
        """Office under whose name the actor writes: that of the first post, "" for the system."""
        return self.posts[0].unit_code if self.posts else ""

    @property
    def is_automatic(self) -> bool:
        return self.kind in (ActorKind.SYSTEM, ActorKind.TIMER)


SYSTEM = Actor(kind=ActorKind.SYSTEM, display="system")
TIMER = Actor(kind=ActorKind.TIMER, display="timer")
