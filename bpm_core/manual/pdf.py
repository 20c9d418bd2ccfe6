"""The manual as one PDF: chapters laid out one by one, then contents and indexes with the page numbers they got.

Needs Pango (a system library) and the fonts named in assets/print.css. Nothing is fetched from anywhere, no time and no
random number goes in: equal input, fonts and versions give equal bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bpm_core.manual import book, chapter
from bpm_core.manual.book import Book
from bpm_core.manual.context import Chapter, Section, anchor
from bpm_core.manual.edition import UNIFIED, Edition
from bpm_core.manual.library import Library
from bpm_core.manual.markup import Html, tag
from bpm_core.manual.sections import guide
from bpm_core.manual.site import stylesheet
from bpm_core.manual.voice import Voice

Told = Callable[[str], None]


@dataclass(frozen=True)
class Printed:
    """The PDF, how many pages it has, and on which page (as printed) each place stands."""

    content: bytes
    pages: int
    places: dict[str, int]


class _Press:
    """Lays out HTML; the stylesheet is read once for all of it."""

    def __init__(self, whole: Book) -> None:
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        self.book = whole
        self.fonts = FontConfiguration()
        text = "\n".join(stylesheet(name).decode("utf-8") for name in ("manual", "print"))
        self.sheet = CSS(string=text, font_config=self.fonts, url_fetcher=_nothing)

    def lay(self, body: Html, *, first: int, head: str = "", kind: str = "") -> Any:
        """The pages of a body, numbered from `first`."""
        from weasyprint import HTML

        start = f"@page:first{{counter-reset:page {first}}}"
        title = tag("title", f"{self.book.title} · {self.book.edition_name}")
        top = tag("div", f"{self.book.title} · {self.book.edition_name}", class_="running-left")
        side = tag("div", head, class_="running-right")
        inside = tag("body", top, side, body, class_=kind)
        html = tag("html", tag("head", title, tag("style", Html(start))), inside, lang=self.book.voice.html_lang)
        page = HTML(string=f"<!doctype html>{html}", url_fetcher=_nothing)
        return page.render(font_config=self.fonts, stylesheets=[self.sheet])


def _nothing(url: str, *_args: object, **_kwargs: object) -> dict[str, object]:
    """A manual fetches nothing, neither from the network nor from the disk."""
    raise ValueError(f"the manual asks for {url}")


def book_of(library: Library, lang: str, edition: Edition = UNIFIED) -> Book:
    """The book whose links lead from page to page of one document."""
    return Book(library, Voice(lang), lambda _key, anchor: f"#{anchor}", edition)


def whole(library: Library, lang: str, edition: Edition = UNIFIED, *, told: Told = lambda line: None) -> Printed:
    """The whole manual: title, contents, chapters, indexes. `told` hears of every chapter laid out."""
    made = book_of(library, lang, edition)
    press = _Press(made)
    documents, places, number = [], dict[str, int](), 1
    for each in made.chapters:
        head = f"{each.bundle.code} {each.title}"
        document = press.lay(chapter.article(each), first=number, head=head)
        places |= _places(document, number)
        number += len(document.pages)
        documents.append(document)
        told(f"{head}: {len(document.pages)}")
    for key, index in (("clauses", book.index_of_clauses), ("posts", book.index_of_posts)):
        document = press.lay(index(made, places), first=number, head=made.voice.say(f"index_{key}"), kind="index")
        places |= _places(document, number)
        number += len(document.pages)
        documents.append(document)
    front = book.front(made, places)
    opening = press.lay(front, first=1, head=made.voice.say("contents"), kind="front")
    laid = [page for document in (opening, *documents) for page in document.pages]
    return Printed(_written(opening.copy(laid)), len(laid), places)


def one(
    library: Library, lang: str, keys: Iterable[str], edition: Edition = UNIFIED, *, only_guide: bool = False
) -> Printed:
    """Some chapters alone, or only their service guides."""
    made = book_of(library, lang, edition)
    press = _Press(made)
    wanted = set(keys)
    documents, places, number = [], dict[str, int](), 1
    for each in made.chapters:
        if not wanted & {each.bundle.key, each.bundle.code}:
            continue
        body = guide_alone(each) if only_guide else chapter.article(each)
        document = press.lay(body, first=number, head=f"{each.bundle.code} {each.title}")
        places |= _places(document, number)
        number += len(document.pages)
        documents.append(document)
    laid = [page for document in documents for page in document.pages]
    return Printed(_written(documents[0].copy(laid)), len(laid), places)


def guide_alone(each: Chapter) -> Html:
    """The service guide of a chapter as a document of its own."""
    found = guide.guide(each)
    title = tag("h1", tag("span", each.bundle.code, class_="code"), " ", each.title, id=anchor(each.bundle))
    body = chapter.markup_of(each, Section(found.name, found.title, found.body)) if found else None
    return tag("article", title, body, class_="chapter")


def _places(document: Any, first: int) -> dict[str, int]:
    return {name: first + at for at, page in enumerate(document.pages) for name in page.anchors}


def _written(document: Any) -> bytes:
    content = document.write_pdf(full_fonts=False)
    assert isinstance(content, bytes)
    return content
