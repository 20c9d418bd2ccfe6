"""The guides: a list with search, and one guide. No session is read and no cookie set, so any cache may keep them."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from bpm_core.domain.errors import NotFound
from bpm_core.manual.context import Chapter
from bpm_core.manual.sections import guide as guides
from bpm_core.manual.voice import Voice
from bpm_core.queries import shelves
from portal.library import parts, search

#: The language in the address, and what Django and HTML call it.
LANGUAGES = {"zh": "zh-hans", "en": "en"}
MAX_AGE_S = 600


@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """The list in the language somebody chose earlier."""
    return redirect("guide:list", parts.lang())


@require_safe
def services(request: HttpRequest, language: str) -> HttpResponse:
    """Everything one can apply for, by family; what is found when something is looked for."""
    query = request.GET.get("q", "").strip()[: search.MAX_QUERY]
    with translation.override(LANGUAGES[language]):
        offered = dict(shelves.public())
        found = search.find(offered, query)
        context = {
            "query": query,
            "shelves": [
                (shelf, [(row, offered[row]) for row in shelf.definitions]) for shelf in shelves.by_family(found)
            ],
            "found": len(found),
        }
        return _public(
            request, "portal/guide/list.html", language, context, lambda code: reverse("guide:list", args=[code])
        )


@require_safe
def service(request: HttpRequest, language: str, key: str) -> HttpResponse:
    """One guide with the elements that a guide has to have."""
    definition = shelves.current(key)
    library = shelves.one(definition, settings.PROCESSES_DIR)
    bundle = library.bundles[0]
    if bundle.guide is None or not guides.is_public(bundle.guide) or definition.callable_only:
        raise NotFound(f"no guide for {key}", kind="definition", definition=key)
    public = {row.key for row, _guide in shelves.public()}

    def address(other: str, _place: str) -> str:
        return reverse("guide:service", args=[language, other]) if other in public else "#main"

    with translation.override(LANGUAGES[language]):
        chapter = Chapter(bundle, library, Voice(language), address)
        context = {"definition": definition, "body": parts.safe(guides.elements(chapter, bundle.guide))}
        return _public(
            request,
            "portal/guide/service.html",
            language,
            context,
            lambda code: reverse("guide:service", args=[code, definition.key]),
        )


def _public(
    request: HttpRequest, template: str, language: str, context: dict[str, object], there: Callable[[str], str]
) -> HttpResponse:
    """A page that is the same for whoever asks: see portal.middleware.PublicMiddleware."""
    others = [
        {"url": there(code), "code": "en" if code == "en" else "zh-Hans", "current": code == language,
         "label": "English" if code == "en" else "中文"}
        for code in LANGUAGES
    ]  # fmt: skip
    response = render(request, template, context | {"language": language, "languages": others})
    response.headers["Content-Language"] = "en" if language == "en" else "zh-Hans"
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_S}"
    response.is_public = True  # type: ignore[attr-defined]
    return response
