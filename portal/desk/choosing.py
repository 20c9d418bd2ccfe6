"""The list of services at the window: what it opens often first, the rest by family, found by a few letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bpm_core.domain.roles import Role
from bpm_core.queries import services, shelves
from bpm_core.queries.services import Service
from portal.desk.access import for_windows
from portal.library import search

#: Services that stand first, and cases of the window they are counted in.
MOST_OFTEN, OF_LAST = 6, 200


@dataclass(frozen=True, slots=True)
class Line:
    """A service of the list. `times`: how many of the last cases of this window it was; `shown`: the query fits it."""

    service: Service
    times: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Services under one heading; without a name: those this window opens often."""

    name_zh: str
    name_en: str
    lines: tuple[Line, ...]

    @property
    def shown(self) -> bool:
        return any(line.shown for line in self.lines)


@for_windows
def choose(request: HttpRequest) -> HttpResponse:
    """The services this window can open. A query that fits one service alone leads straight to it.

    What the query does not fit is on the page as well, hidden: a browser that filters while somebody types has it all.
    """
    query = request.GET.get("q", "").strip()[: search.MAX_QUERY]
    every = services.openable()
    found = {row.key for row in search.find([service.definition for service in every], query)}
    if query and len(found) == 1:
        return redirect("desk:intake-open", found.pop())
    counts = _counts(request)
    lines = [Line(service, counts.get(service.definition.key, 0), service.definition.key in found) for service in every]
    context = {
        "query": query,
        "found": len(found),
        "groups": groups(lines),
        "of_last": sum(counts.values()),
        "crumbs": [(reverse("desk:queue"), _("Queue")), ("", _("Window"))],
    }
    return render(request, "portal/desk/intake.html", context)


def _counts(request: HttpRequest) -> dict[str, int]:
    desks = {post.unit_code for post in request.actor.posts if post.role is Role.CASEWORKER}
    return services.often(desks, of_last=OF_LAST)


def groups(lines: Iterable[Line]) -> list[Group]:
    """Those opened most often first, each service once; the others by family in the order of the library."""
    by_key = {line.service.definition.key: line for line in lines}
    often = sorted((line for line in by_key.values() if line.times), key=lambda line: -line.times)[:MOST_OFTEN]
    first = {line.service.definition.key for line in often}
    rest = [line.service.definition for key, line in by_key.items() if key not in first]
    families = [
        Group(shelf.name_zh, shelf.name_en, tuple(by_key[row.key] for row in shelf.definitions))
        for shelf in shelves.by_family(sorted(rest, key=shelves.place_of))
    ]
    return [Group("", "", tuple(often)), *families] if often else families
