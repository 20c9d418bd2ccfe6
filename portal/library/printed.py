"""The manual online: contents, chapters, indexes, and PDF of one chapter or of the whole as it was last printed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bpm_core.manual import book, pdf, site
from bpm_core.manual import chapter as chapters
from bpm_core.manual.book import Book
from bpm_core.manual.context import Address
from bpm_core.manual.library import Library
from bpm_core.manual.markup import Html
from bpm_core.manual.voice import Voice
from bpm_core.models import ProcessDefinition
from bpm_core.queries import shelves
from portal.access import requires
from portal.library import parts

WHOLE = "manual.pdf"
_INDEXES: dict[str, Callable[[Book], Html]] = {"clauses": book.index_of_clauses, "posts": book.index_of_posts}


def in_manual(library: Library) -> Address:
    """Places of the manual on the pages of its chapters."""
    return lambda key, place: f"{reverse('manual:chapter', args=[key])}#{place}" if library.entry(key) else f"#{place}"


@dataclass(frozen=True, slots=True)
class Print:
    """The whole manual as it lies printed: how big, and which processes have changed since."""

    megabytes: float
    changed: tuple[str, ...]


@require_safe
@requires("definition.read")
def contents(request: HttpRequest) -> HttpResponse:
    """Contents by family, the indexes, and the PDF with how far it is in step with what is in force."""
    rows = shelves.in_force()
    context = {
        "shelves": shelves.by_family(rows),
        "printed": last_print(rows),
        "count": len(rows),
        "crumbs": [(reverse("library:index"), _("Procedures")), ("", _("Manual"))],
    }
    return render(request, "portal/library/manual.html", context)


def last_print(rows: list[ProcessDefinition]) -> Print | None:
    """What `manage.py manual` left for the reader's language; None when there is none that can be read."""
    folder = settings.MANUAL_DIR / parts.lang()
    try:
        seal = json.loads((folder / site.SEAL).read_text(encoding="utf-8"))
        size = (folder / WHOLE).stat().st_size
        told = dict(seal["processes"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    now = {row.key: row.digest for row in rows}
    codes = {row.key: row.code for row in rows}
    changed = sorted(codes.get(key, key) for key in now.keys() | told.keys() if now.get(key) != told.get(key))
    return Print(size / 1e6, tuple(changed))


@require_safe
@requires("definition.read")
def chapter(request: HttpRequest, key: str) -> HttpResponse:
    """One process as the manual prints it, on one page."""
    definition = shelves.current(key)
    found = parts.chapter_of(definition, in_manual)
    sections = chapters.sections(found)
    context = {
        "definition": definition,
        "body": parts.safe(chapters.article(found, sections)),
        "inside": chapters.places(found, sections),
        "crumbs": _crumbs(definition.code),
    }
    return render(request, "portal/library/chapter.html", context)


@require_safe
@requires("definition.read")
def index(request: HttpRequest, name: str) -> HttpResponse:
    """The index by clause, or by post."""
    body, title = _index(name, parts.lang())
    return render(
        request, "portal/library/index_page.html", {"body": body, "title": title, "crumbs": _crumbs((title, ""))}
    )


def _index(name: str, lang: str) -> tuple[SafeString, str]:
    library = shelves.whole(settings.PROCESSES_DIR)
    return _built(library.digest, name, lang), Voice(lang).say(f"index_{name}")


@lru_cache(maxsize=8)
def _built(_digest: str, name: str, lang: str) -> SafeString:
    library = shelves.whole(settings.PROCESSES_DIR)
    return parts.safe(_INDEXES[name](Book(library, Voice(lang), in_manual(library))))


def _crumbs(here: str) -> list[tuple[str, str]]:
    return [(reverse("library:index"), _("Procedures")), (reverse("manual:contents"), _("Manual")), ("", here)]


# -- paper


@require_safe
@requires("definition.read")
def whole_pdf(request: HttpRequest) -> HttpResponseBase:
    """The whole manual as it was last printed in the reader's language."""
    path: Path = settings.MANUAL_DIR / parts.lang() / WHOLE
    try:
        content = path.open("rb")
    except OSError:
        messages.warning(request, _("The whole manual has not been printed here yet; each chapter has its own PDF."))
        return redirect("manual:contents")
    return FileResponse(content, content_type="application/pdf", filename=f"guicheng-manual-{parts.lang()}.pdf")


@require_safe
@requires("definition.read")
def chapter_pdf(request: HttpRequest, key: str) -> HttpResponseBase:
    """One chapter as PDF: made when somebody first asks for that version, kept from then on."""
    definition = shelves.current(key)
    try:
        content = _kept(definition, parts.lang())
    except (ImportError, OSError):  # Pango is a system library; without it the browser prints the page
        messages.warning(request, _("No PDF can be made here (the system library Pango is missing). Print this page."))
        return redirect("manual:chapter", key)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{definition.code}-{definition.version}-{parts.lang()}.pdf"'
    return response


def _kept(definition: ProcessDefinition, lang: str) -> bytes:
    folder: Path = settings.MANUAL_DIR / "chapters"
    path = folder / f"{definition.key}-{definition.digest[:24]}-{lang}.pdf"
    if path.exists():
        return path.read_bytes()
    content = print_chapter(definition, lang)
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(content)
    os.replace(file.name, path)
    return content


def print_chapter(definition: ProcessDefinition, lang: str) -> bytes:
    return pdf.one(shelves.one(definition, settings.PROCESSES_DIR), lang, [definition.key]).content
