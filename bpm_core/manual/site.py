"""The manual as a folder of HTML pages that need nothing else: a page a process, an index, one stylesheet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from bpm_core.manual import book, chapter
from bpm_core.manual.book import Book
from bpm_core.manual.edition import UNIFIED, Edition
from bpm_core.manual.library import Entry, Library
from bpm_core.manual.markup import Html, join, link, tag
from bpm_core.manual.voice import Voice
from bpm_core.notation.bundle import Bundle

ASSETS = Path(__file__).parent / "assets"
SEAL = "manual.json"


def page_name(bundle: Bundle | Entry) -> str:
    return f"{bundle.code.lower()}.html"


def book_of(library: Library, lang: str, edition: Edition = UNIFIED) -> Book:
    """The book whose links lead from page to page of the folder."""

    def address(key: str, place: str) -> str:
        found = library.entry(key)
        return f"{page_name(found)}#{place}" if found else f"#{place}"

    return Book(library, Voice(lang), address, edition)


def pages(
    library: Library, lang: str, edition: Edition = UNIFIED, *, keys: Iterable[str] = (), pdf: bool = False
) -> dict[str, bytes]:
    """File name -> content. `keys`: only these processes, without index pages. `pdf`: the index offers the PDF."""
    whole = book_of(library, lang, edition)
    wanted = set(keys)
    found: dict[str, Html] = {}
    for each in whole.chapters:
        if not wanted or each.bundle.key in wanted or each.bundle.code in wanted:
            parts = chapter.sections(each)
            body = chapter.article(each, parts)
            found[page_name(each.bundle)] = _page(whole, each.title, body, chapter.places(each, parts))
    if not wanted:
        found |= {
            "index.html": _page(whole, whole.title, _front(whole, pdf=pdf)),
            "clauses.html": _page(whole, whole.voice.say("index_clauses"), book.index_of_clauses(whole)),
            "posts.html": _page(whole, whole.voice.say("index_posts"), book.index_of_posts(whole)),
        }
    written = {name: content.encode("utf-8") for name, content in found.items()}
    written["manual.css"] = stylesheet("manual")
    return dict(sorted(written.items()))


def stylesheet(name: str) -> bytes:
    return (ASSETS / f"{name}.css").read_bytes()


def seal(library: Library, lang: str, edition: Edition, files: Mapping[str, bytes]) -> bytes:
    """manual.json: which library this is the manual of, and the digest of every file."""
    told = {
        "language": lang,
        "office": edition.code,
        "library": library.digest,
        "processes": {each.key: each.digest for each in library.bundles},
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def _front(whole: Book, *, pdf: bool) -> Html:
    offer = tag("p", link("manual.pdf", "PDF"), class_="offer") if pdf else None
    return join(
        [
            book.title_page(whole),
            offer,
            book.contents(whole),
            book.local_differences(whole),
            book.catalogue(whole),
            book.how_to_read(whole),
        ]
    )


def _page(whole: Book, title: str, body: Html, inside: Iterable[tuple[str, str]] = ()) -> Html:
    inner = [tag("li", link(f"#{place}", said)) for place, said in inside]
    nav = tag(
        "nav",
        link("index.html", whole.title),
        " · ",
        whole.edition_name,
        tag("ul", inner) if inner else None,
        class_="top",
        aria_label=whole.voice.say("contents"),
    )
    head = join(
        [
            Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
            tag("title", f"{title} · {whole.title}"),
            Html('<link rel="stylesheet" href="manual.css">'),
        ]
    )
    foot = tag("footer", whole.voice.say("library_digest"), " ", tag("code", whole.library.digest[:16]))
    html = tag("html", tag("head", head), tag("body", nav, tag("main", body), foot), lang=whole.voice.html_lang)
    return Html(f"<!doctype html>\n{html}\n")
