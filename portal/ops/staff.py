"""Staff for the security administrator: accounts, the posts they hold, and each change with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bpm_core.commands import staff as commands
from bpm_core.domain import roles
from bpm_core.domain.errors import FieldError, InvalidData, Refused
from bpm_core.domain.roles import Role
from bpm_core.models import Post
from bpm_core.queries import accounts
from portal import refusals, words
from portal.access import requires
from portal.ops import wording


@require_safe
@requires("account.manage")
def overview(request: HttpRequest) -> HttpResponse:
    """Accounts with their posts of today, looked for by name, number or office."""
    return _overview(request)


def _overview(request: HttpRequest, *, error: InvalidData | None = None) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "role", "after")}
    role = asked["role"] if asked["role"] in {role.value for role in Role} else ""
    after = int(asked["after"]) if asked["after"].isdecimal() and len(asked["after"]) < 10 else 0
    context = {
        "page": accounts.page(text=asked["q"], role=role, after=after, today=timezone.localdate()),
        "q": asked["q"],
        "role": role,
        "roles": _roles(),
        "summary": wording.summary(error) if error else [],
        "typed": request.POST,
    }
    return render(request, "portal/ops/staff.html", context, status=422 if error else 200)


def _roles() -> list[tuple[str, str]]:
    return [(role.value, words.role(role.value)) for role in Role]


@require_POST
@requires("account.manage")
def open_account(request: HttpRequest) -> HttpResponse:
    """Open an account; it has neither password nor posts yet."""
    typed = request.POST
    try:
        account = commands.open_account(
            typed.get("username", "").strip(),
            display_zh=typed.get("display_zh", ""),
            display_en=typed.get("display_en", ""),
            staff_no=typed.get("staff_no", "").strip(),
            actor=request.actor,
            at=timezone.now(),
        )
    except InvalidData as error:
        return _overview(request, error=error)
    messages.success(request, _("The account is open. Give it a password and a post."))
    return redirect("ops:account", account.pk)


@require_safe
@requires("account.manage")
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account: its posts, past and to come, and what can be done with it."""
    return _account(request, account_id)


def _account(
    request: HttpRequest, account_id: int, *, error: InvalidData | None = None, password: str = ""
) -> HttpResponse:
    found = accounts.get(account_id)
    today = timezone.localdate()
    context = {
        "account": found,
        "posts": [(post, _standing(post, today)) for post in accounts.posts(found)],
        "roles": _roles(),
        "lanes": [(code, words.lane(code)) for code, lane in roles.LANES.items() if not lane.outside],
        "today_text": today.isoformat(),
        "password": password,
        "summary": wording.summary(error) if error else [],
        "typed": request.POST,
        "crumbs": [(reverse("ops:staff"), _("Staff and posts")), ("", found.username)],
    }
    response = render(request, "portal/ops/account.html", context, status=422 if error else 200)
    response["Cache-Control"] = "private, no-store"
    return response


def _standing(post: Post, today: date) -> str:
    """past, now or later."""
    if post.to_on and post.to_on < today:
        return "past"
    return "later" if post.from_on > today else "now"


def _done(
    request: HttpRequest, shown: int, act: Callable[..., Any], text: str, subject: int, **more: Any
) -> HttpResponse:
    """Do one thing with an account or a post of it and go back to the account; what is refused is said there."""
    try:
        act(subject, reason=request.POST.get("reason", ""), actor=request.actor, at=timezone.now(), **more)
    except InvalidData as error:
        return _account(request, shown, error=error)
    except Refused as refusal:
        messages.error(request, refusals.sentence(refusal))
    else:
        messages.success(request, text)
    return redirect("ops:account", shown)


@require_POST
@requires("post.grant")
def grant(request: HttpRequest, account_id: int) -> HttpResponse:
    """Give the account a post."""
    typed = request.POST
    from_on, to_text = _day(typed.get("from_on", "")), typed.get("to_on", "")
    to_on = _day(to_text)
    if from_on is None or (to_text and to_on is None):
        key = "from_on" if from_on is None else "to_on"
        return _account(request, account_id, error=InvalidData("no day", [FieldError(key, "not_date")]))
    return _done(
        request,
        account_id,
        commands.grant,
        _("The post is granted."),
        account_id,
        unit_code=typed.get("unit_code", "").strip()[:12],
        role=typed.get("role", ""),
        lane=typed.get("lane", ""),
        from_on=from_on,
        to_on=to_on,
    )


@require_POST
@requires("post.grant")
def end(request: HttpRequest, account_id: int, post_id: int) -> HttpResponse:
    """End a post of the account."""
    if not any(post.pk == post_id for post in accounts.posts(accounts.get(account_id))):
        post_id = 0
    return _done(request, account_id, commands.end, _("The post has ended."), post_id)


@require_POST
@requires("account.manage")
def lock(request: HttpRequest, account_id: int) -> HttpResponse:
    """Lock the account, or open it again."""
    if request.POST.get("open") == "yes":
        return _done(request, account_id, commands.unlock, _("The account can be used again."), account_id)
    return _done(request, account_id, commands.lock, _("The account is locked."), account_id)


@require_POST
@requires("account.manage")
def give_password(request: HttpRequest, account_id: int) -> HttpResponse:
    """Give the account a new password and show it this once."""
    try:
        password = commands.give_password(
            account_id, reason=request.POST.get("reason", ""), actor=request.actor, at=timezone.now()
        )
    except InvalidData as error:
        return _account(request, account_id, error=error)
    except Refused as refusal:
        messages.error(request, refusals.sentence(refusal))
        return redirect("ops:account", account_id)
    return _account(request, account_id, password=password)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
