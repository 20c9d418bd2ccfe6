"""Accounts with their posts, for who grants and ends them; nothing of it is about cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from bpm_core.domain.errors import NotFound
from bpm_core.models import Account, Post

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """A page of accounts; `after` is the key of the next one, 0 on the last."""

    rows: Sequence[Account]
    after: int = 0


def page(*, text: str = "", role: str = "", after: int = 0, today: date) -> Page:
    """Accounts in the order they were opened, each with `now`: its posts of today.

    text    part of the user name or staff number, or the 12 digits of an office
    """
    rows = Account.objects.filter(pk__gt=after).order_by("pk")
    held = Q(posts__from_on__lte=today) & (Q(posts__to_on__isnull=True) | Q(posts__to_on__gte=today))
    if role:
        rows = rows.filter(held, posts__role=role)
    if text.isdigit() and len(text) == 12:
        rows = rows.filter(held, posts__unit__code=text)
    elif text:
        rows = rows.filter(Q(username__icontains=text) | Q(staff_no__iexact=text) | Q(display_zh__icontains=text))
    posts = Post.objects.held_on(today).select_related("unit").order_by("unit__code", "role")
    found = list(rows.distinct().prefetch_related(Prefetch("posts", queryset=posts, to_attr="now"))[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0)


def get(account_id: int) -> Account:
    """One account; refuses with NotFound."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise NotFound("there is no such account", kind="account")
    return account


def posts(account: Account) -> list[Post]:
    """Every post the account holds, held or will hold, the latest first."""
    return list(Post.objects.filter(account=account).select_related("unit").order_by("-from_on", "unit__code", "role"))
