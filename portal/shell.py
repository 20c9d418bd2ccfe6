"""What the frame of every page shows: the areas open to a person, who they are, the colours they chose."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bpm_core.domain.actors import Actor
from bpm_core.domain.roles import Role
from bpm_core.queries import offices
from portal import words

THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the portal: the page it begins at and the roles it is open to (the pages check again)."""

    label: object
    url_name: str
    roles: frozenset[Role]


_DESK = frozenset({Role.CASEWORKER, Role.REVIEWER, Role.FINANCE})
_READERS = _DESK | {Role.MANAGER, Role.QUALITY_CONTROLLER, Role.AUDITOR}
AREAS = (
    Area(gettext_lazy("Queue"), "desk:queue", _DESK),
    Area(gettext_lazy("Window"), "desk:intake", frozenset({Role.CASEWORKER})),
    Area(gettext_lazy("Cases"), "desk:search", _READERS),
    Area(gettext_lazy("Quality"), "quality:home", frozenset({Role.QUALITY_CONTROLLER, Role.AUDITOR, Role.MANAGER})),
    Area(gettext_lazy("Procedures"), "library:index", frozenset(Role) - {Role.INTEGRATOR}),
    Area(gettext_lazy("Studio"), "studio:library", frozenset({Role.DESIGNER, Role.PUBLISHER})),
    Area(gettext_lazy("Operations"), "ops:home", frozenset({Role.MANAGER, Role.SYSTEM_ADMIN})),
    Area(gettext_lazy("Staff"), "ops:staff", frozenset({Role.SECURITY_ADMIN})),
    Area(gettext_lazy("Looks"), "ops:looks", frozenset({Role.AUDITOR, Role.AUDIT_ADMIN})),
    Area(gettext_lazy("API"), "api:docs", frozenset({Role.INTEGRATOR, Role.SYSTEM_ADMIN})),
)

#: The area somebody lands in: the first of their roles in this order decides.
HOME = (
    (Role.CASEWORKER, "desk:queue"),
    (Role.REVIEWER, "desk:queue"),
    (Role.FINANCE, "desk:queue"),
    (Role.QUALITY_CONTROLLER, "quality:home"),
    (Role.AUDITOR, "quality:home"),
    (Role.MANAGER, "quality:home"),
    (Role.DESIGNER, "studio:library"),
    (Role.PUBLISHER, "studio:library"),
    (Role.INTEGRATOR, "api:docs"),
    (Role.SYSTEM_ADMIN, "ops:home"),
    (Role.SECURITY_ADMIN, "ops:staff"),
    (Role.AUDIT_ADMIN, "ops:looks"),
)


def home_of(actor: Actor) -> str | None:
    """Path of the page this person's day begins on; None when they hold no post."""
    for role, name in HOME:
        if role in actor.roles and (path := _path(name)):
            return path
    return None


def _path(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # an area that this installation does not serve
        return ""


def context(request: HttpRequest) -> dict[str, object]:
    """Template context of the frame; for somebody logged out only the colours."""
    theme = request.COOKIES.get("theme", "")
    frame: dict[str, object] = {"theme": theme if theme in THEMES else ""}
    actor = getattr(request, "actor", None)
    if actor is None:
        return frame
    areas = [
        {"label": area.label, "url": path, "go": area.url_name.partition(":")[2]}
        for area in AREAS
        if area.roles & actor.roles and (path := _path(area.url_name))
    ]
    manual, library = _path("manual:contents"), _path("library:index")
    place = library if manual and library and request.path.startswith(manual) else request.path
    here = max(
        (item for item in areas if place.startswith(item["url"])),
        key=lambda item: len(item["url"]),
        default=None,
    )
    for item in areas:
        item["current"] = item is here
    return frame | {"areas": areas, "who": _who(request, actor)}


def _who(request: HttpRequest, actor: Actor) -> dict[str, str]:
    language = "en" if request.LANGUAGE_CODE == "en" else "zh"
    office = offices.name(actor.unit_code, language) if actor.unit_code else _("no office")
    posts = dict.fromkeys(words.post(post.role, post.lane) for post in actor.posts)
    account = request.user
    name = (account.display_en if language == "en" else account.display_zh) or account.get_username()
    return {"office": office, "post": (", " if language == "en" else "、").join(posts), "name": name}
