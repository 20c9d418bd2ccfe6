"""Who works here and at which posts: accounts opened and locked, posts granted and ended, each on record."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from bpm_core.commands import access, places
from bpm_core.commands.actors import person_key
from bpm_core.domain import authority, roles
from bpm_core.domain.actors import Actor
from bpm_core.domain.calendar import civil_date
from bpm_core.domain.errors import Duplicate, FieldError, InvalidData, NotFound, SeparationOfDuty
from bpm_core.domain.roles import Role
from bpm_core.models import Account, Post

_USERNAME = re.compile(r"[a-z][a-z0-9_.-]{2,39}")


def open_account(
    username: str, *, display_zh: str, display_en: str, staff_no: str, actor: Actor, at: datetime
) -> Account:
    """A new account without a password and without posts."""
    authority.require(actor, "account.manage")
    wrong = []
    if not _USERNAME.fullmatch(username):
        wrong.append(FieldError("username", "username"))
    if not 0 < len(display_zh.strip()) <= 60:
        wrong.append(FieldError("display_zh", "required"))
    if len(display_en) > 60:
        wrong.append(FieldError("display_en", "too_long", {"max": 60, "found": len(display_en)}))
    if staff_no and not re.fullmatch(r"[A-Za-z0-9-]{1,12}", staff_no):
        wrong.append(FieldError("staff_no", "staff_no"))
    if wrong:
        raise InvalidData("the account cannot be opened", wrong)
    account = Account(
        username=username,
        display_zh=display_zh.strip(),
        display_en=display_en.strip() or display_zh.strip(),
        staff_no=staff_no or None,
    )
    account.set_unusable_password()
    try:
        with transaction.atomic():
            account.save()
            _note("account_opened", account, "", actor, at)
    except IntegrityError:
        raise Duplicate("an account of this name or staff number exists", code="account_exists") from None
    return account


def give_password(account_id: int, *, reason: str, actor: Actor, at: datetime) -> str:
    """A new password for the account, given here once and kept nowhere; sessions and API tokens of the account end."""
    account = _managed(account_id, reason, actor)
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        account.set_password(password)
        account.save(update_fields=["password"])
        Account.objects.filter(pk=account.pk).update(token_version=F("token_version") + 1)
        _note("password_given", account, reason, actor, at)
    return password


def lock(account_id: int, *, reason: str, actor: Actor, at: datetime) -> None:
    """Nobody can log in with the account any more; its API tokens end at once."""
    account = _managed(account_id, reason, actor)
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(is_active=False, token_version=F("token_version") + 1)
        _note("account_locked", account, reason, actor, at)


def unlock(account_id: int, *, reason: str, actor: Actor, at: datetime) -> None:
    """The account can be used again."""
    account = _managed(account_id, reason, actor)
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(is_active=True)
        _note("account_unlocked", account, reason, actor, at)


def grant(
    account_id: int,
    *,
    unit_code: str,
    role: str,
    lane: str,
    from_on: date,
    to_on: date | None,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Post:
    """Give the account a post. Refuses with SeparationOfDuty roles that exclude each other, and a post for oneself.

    lane    limits the post to one lane of its role; "" = every lane of the role
    """
    authority.require(actor, "post.grant")
    account = _managed(account_id, reason, actor, action="post.grant")
    place = places.by_code(unit_code)
    given = _role(role, lane)
    if to_on is not None and to_on < from_on:
        raise InvalidData("a post ends after it began", [FieldError("to_on", "not_after")])
    held = Post.objects.filter(account=account)
    together = [Role(post.role) for post in held if _overlaps(post, from_on, to_on)]
    roles.check_held_together([*together, given])
    try:
        with transaction.atomic():
            post = Post.objects.create(
                account=account, unit_id=place.id, role=given.value, lane=lane, from_on=from_on, to_on=to_on
            )
            _note("post_granted", account, reason, actor, at, f"{given.value}:{lane}@{unit_code}")
    except IntegrityError:
        raise Duplicate("the account holds this post from that day already", code="post_exists") from None
    return post


def end(post_id: int, *, reason: str, actor: Actor, at: datetime) -> Post:
    """End a post with today; what its holder did stays on record under it. A post not begun yet is taken away."""
    post = Post.objects.filter(pk=post_id).select_related("unit", "account").first()
    if post is None:
        raise NotFound("there is no such post", kind="post")
    _managed(post.account_id, reason, actor, action="post.grant")
    today = civil_date(at)
    with transaction.atomic():
        if post.from_on >= today:
            Post.objects.filter(pk=post.pk).delete()
        else:
            Post.objects.filter(pk=post.pk).update(to_on=today - timedelta(days=1))
        _note("post_ended", post.account, reason, actor, at, f"{post.role}:{post.lane}@{post.unit.code}")
    return post


def _managed(account_id: int, reason: str, actor: Actor, action: str = "account.manage") -> Account:
    """The account, for somebody else than its own person, with a reason."""
    authority.require(actor, action)
    account = Account.objects.select_related("person").filter(pk=account_id).first()
    if account is None:
        raise NotFound("there is no such account", kind="account")
    if actor.person_key == person_key(account):
        raise SeparationOfDuty("nobody gives rights to themselves", code="own_rights")
    if not reason.strip():
        raise InvalidData("a reason is needed", [FieldError("reason", "required")])
    return account


def _role(role: str, lane: str) -> Role:
    try:
        given = Role(role)
    except ValueError:
        raise InvalidData("there is no such role", [FieldError("role", "not_option")]) from None
    if lane and (lane not in roles.LANES or roles.LANES[lane].outside or roles.LANES[lane].role is not given):
        raise InvalidData("the lane is none of this role", [FieldError("lane", "lane_of_role")])
    return given


def _overlaps(post: Post, from_on: date, to_on: date | None) -> bool:
    return (to_on is None or post.from_on <= to_on) and (post.to_on is None or post.to_on >= from_on)


def _note(kind: str, account: Account, reason: str, actor: Actor, at: datetime, what: str = "") -> None:
    subject = f"account:{account.pk}{' ' + what if what else ''}"
    access.record(kind, actor=actor, at=at, purpose=reason[:300], subject=subject[:80])
