"""Who works where: colleagues who could take a work item, and the desks a demonstration offers at the log-in page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bpm_core.domain import roles
from bpm_core.models.offices import Post
from bpm_core.models.people import Account
from bpm_core.queries import offices


@dataclass(frozen=True, slots=True)
class Desk:
    """One account with its first post."""

    account_id: int
    username: str
    name_zh: str
    name_en: str
    unit_code: str
    role: str
    lane: str

    def name(self, language: str) -> str:
        return (self.name_en if language == "en" else self.name_zh) or self.username

    def office(self, language: str) -> str:
        return offices.name(self.unit_code, language)


def _desks(posts: Iterable[Post]) -> list[Desk]:
    found: dict[int, Desk] = {}
    for post in posts:
        account = post.account
        found.setdefault(
            account.pk,
            Desk(
                account.pk,
                account.username,
                account.display_zh,
                account.display_en,
                post.unit.code,
                post.role,
                post.lane,
            ),
        )
    return list(found.values())


def named(usernames: Sequence[str]) -> list[Desk]:
    """Desks of the accounts of these names that exist, in the order given."""
    order = {username: number for number, username in enumerate(usernames)}
    posts = Post.objects.filter(account__username__in=usernames, account__is_active=True)
    desks = _desks(posts.select_related("account", "unit").order_by("pk"))
    return sorted(desks, key=lambda desk: order[desk.username])


def able(lane_code: str, unit_code: str, day: date, *, without: int | None = None) -> list[Desk]:
    """Colleagues at the office whose post does steps of the lane today; `without` leaves one account out."""
    posts = Post.objects.filter(unit__code=unit_code, account__is_active=True).held_on(day)
    fitting = (
        post
        for post in posts.select_related("account", "unit").order_by("account__username", "pk")
        if roles.serves(roles.Role(post.role), post.lane, lane_code) and post.account_id != without
    )
    return _desks(fitting)


def of_office(unit_code: str, day: date) -> list[Desk]:
    """Everybody who holds a post at the office on the day."""
    posts = Post.objects.filter(unit__code=unit_code, account__is_active=True).held_on(day)
    return _desks(posts.select_related("account", "unit").order_by("account__username", "pk"))


def account_names(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Display names (zh, en) of accounts by id, for lists that hold ids only."""
    rows = Account.objects.filter(pk__in=set(ids)).values_list("pk", "display_zh", "display_en", "username")
    return {pk: (zh or username, en or username) for pk, zh, en, username in rows}
