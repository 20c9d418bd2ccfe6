"""What stands around the chapters: title, how to read, catalogue, contents, and the indexes by clause and by post."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bpm_core.manual import clauses, markup, texts
from bpm_core.manual.context import Address, Chapter, anchor
from bpm_core.manual.edition import UNIFIED, Edition
from bpm_core.manual.library import Library
from bpm_core.manual.markup import Html, join, link, row, tag
from bpm_core.manual.sections import guide
from bpm_core.manual.voice import Voice
from bpm_core.notation.bundle import Bundle

#: anchor -> page number as printed; empty for what is read on a screen.
Pages = Mapping[str, int]
#: Sections that a line of the contents names beside the chapter itself.
_NAMED = ("picture", "steps", "tables", "forms", "guide")


@dataclass(frozen=True)
class Book:
    """A manual in one language: the library, the edition, and where its places are found."""

    library: Library
    voice: Voice
    address: Address
    edition: Edition = UNIFIED

    def chapter(self, bundle: Bundle) -> Chapter:
        return Chapter(bundle, self.library, self.voice, self.address, self.edition)

    @property
    def chapters(self) -> list[Chapter]:
        return [self.chapter(each) for family in self.library.families for each in family.bundles]

    @property
    def title(self) -> str:
        return self.voice.say("manual")

    @property
    def edition_name(self) -> str:
        if self.edition.office is None:
            return self.voice.say("edition_national")
        return self.voice.say("edition_local", office=self.voice.words(self.edition.office))


def counts(book: Book) -> str:
    """How much there is, in a sentence."""
    found = book.chapters
    services = len(book.library.services)
    return book.voice.say(
        "counts",
        services=services,
        shared=len(found) - services,
        steps=sum(len(each.steps) for each in found),
        forms=sum(len(each.bundle.forms) for each in found),
        tables=sum(len(each.tables) for each in found),
    )


def front(book: Book, pages: Pages | None = None, *, offer: Html | None = None) -> Html:
    """Everything before the first chapter. `offer`: where the PDF is, on a screen."""
    parts = [title_page(book), offer, how_to_read(book), local_differences(book), catalogue(book)]
    return join([*parts, contents(book, pages)])


def title_page(book: Book) -> Html:
    say = book.voice.say
    return tag(
        "section",
        tag("h1", book.title),
        tag("p", book.edition_name, class_="edition"),
        tag("p", counts(book)),
        tag("p", say("generated")),
        markup.facts([(say("library_digest"), tag("code", book.library.digest))]),
        class_="title",
        id="title",
    )


def how_to_read(book: Book) -> Html:
    """The marks of certainty and the signs of the pictures, once for all chapters."""
    voice = book.voice
    say = voice.say
    marks = (
        tag("div", tag("dt", voice.mark(code)), tag("dd", voice.pick(found[2], found[3])))
        for code, found in texts.CERTAINTY.items()
    )
    notes = [say("how_steps"), say("how_picture")]
    if book.edition.office is not None:
        notes.append(say("how_local"))
    return tag(
        "section",
        tag("h2", say("how_to_read")),
        tag("p", say("how_marks")),
        tag("dl", marks, class_="marks"),
        [tag("p", note) for note in notes],
        class_="sheet how",
        id="how",
    )


def contents(book: Book, pages: Pages | None = None, *, front: Iterable[tuple[str, str]] = ()) -> Html:
    """Chapters by family; with page numbers when they are known."""
    pages = pages or {}
    parts: list[object] = [tag("h2", book.voice.say("contents"))]
    for family in book.library.families:
        name = book.voice.words(family.name) or book.voice.say("part_shared")
        parts.append(tag("h3", name))
        parts.append(tag("ul", (_line(book, each, pages) for each in family.bundles), class_="toc"))
    ends = [(key, book.voice.say(f"index_{key}")) for key in ("clauses", "posts")]
    lines = (tag("li", _numbered(_index_address(key, pages), title, pages.get(f"index-{key}"))) for key, title in ends)
    parts.append(tag("ul", lines, class_="toc ends"))
    return tag("nav", parts, class_="sheet contents", id="contents")


def _index_address(key: str, pages: Pages) -> str:
    return f"#index-{key}" if pages else f"{key}.html"


def _numbered(address: str, said: object, page: int | None) -> Html:
    return link(address, said, data_page=str(page) if page is not None else None)


def _line(book: Book, bundle: Bundle, pages: Pages) -> Html:
    said = [tag("span", bundle.code, class_="code"), " ", book.voice.name(bundle.process)]
    main = _numbered(book.address(bundle.key, anchor(bundle)), join(said), pages.get(anchor(bundle)))
    more: list[object] = []
    for name in _NAMED:
        place = anchor(bundle, name)
        if place not in pages and (pages or not _has(bundle, name)):
            continue
        number = f" {pages[place]}" if place in pages else ""
        more += ["　" if more else "", link(book.address(bundle.key, place), book.voice.say(name), number)]
    return tag("li", main, tag("small", more) if more else None)


def _has(bundle: Bundle, name: str) -> bool:
    """Whether a chapter has that section."""
    return {
        "picture": True,
        "steps": True,
        "tables": bundle.decisions is not None,
        "forms": bool(bundle.forms),
        "guide": guide.is_public(bundle.guide),
    }[name]


def index_of_clauses(book: Book, pages: Pages | None = None) -> Html:
    """Every clause of a standard with the steps that carry it out."""
    say = book.voice.say
    parts: list[object] = [tag("h1", say("index_clauses"), id="index-clauses"), tag("p", say("index_clauses_note"))]
    for standard, found in clauses.by_standard(book.chapters).items():
        rows = (
            row(number or standard, join(_places(book, places, pages or {}), "　")) for number, places in found.items()
        )
        parts += [
            tag("h3", standard, *_title(book, standard)),
            markup.table([(say("clause"), "w24"), (say("step"), "")], rows, class_="index"),
        ]
    return tag("section", parts, class_="sheet index-page")


def _title(book: Book, number: str) -> list[object]:
    """The title of a standard after its number, when the standards system knows it."""
    standard = book.library.standard(number)
    return [" ", book.voice.words(standard.title), " ", book.voice.mark(standard.certainty)] if standard else []


def index_of_posts(book: Book, pages: Pages | None = None) -> Html:
    """Every post with the steps it does, process by process."""
    say = book.voice.say
    parts: list[object] = [tag("h1", say("index_posts"), id="index-posts"), tag("p", say("index_posts_note"))]
    for (_code, name), by_process in posts(book).items():
        rows = (
            row(
                join([tag("span", chapter.bundle.code, class_="code"), " ", chapter.title]),
                join(_places(book, [(chapter, node) for node in nodes], pages or {}, short=True), "　"),
            )
            for chapter, nodes in by_process
        )
        parts += [tag("h3", name), markup.table([(say("process"), "w42"), (say("step"), "")], rows, class_="index")]
    return tag("section", parts, class_="sheet index-page")


def posts(book: Book) -> dict[tuple[str, str], list[tuple[Chapter, list[str]]]]:
    """(code, name) of a post -> the processes in which it does steps, and which. In order of level, then code."""
    found: dict[tuple[str, str], list[tuple[Chapter, list[str]]]] = {}
    levels = {code: at for at, code in enumerate(texts.LEVELS)}
    rank: dict[tuple[str, str], tuple[int, str]] = {}
    for chapter in book.chapters:
        process = chapter.bundle.process
        by_lane: dict[str, list[str]] = {}
        for element in chapter.steps:
            if element.kind.endswith("Task") and element.lane:
                by_lane.setdefault(element.lane, []).append(element.node)
        for lane in process.lanes.values():
            if lane.id in by_lane:
                key = (lane.code, book.voice.name(lane))
                rank.setdefault(key, (levels.get(lane.level, len(levels)), lane.code))
                found.setdefault(key, []).append((chapter, by_lane[lane.id]))
    return {key: found[key] for key in sorted(found, key=lambda key: (rank[key], key))}


def _places(book: Book, places: Iterable[tuple[Chapter, str]], pages: Pages, *, short: bool = False) -> Iterable[Html]:
    for chapter, node in places:
        place = anchor(chapter.bundle, node)
        said = node if short else f"{chapter.bundle.code} {node}"
        number = tag("small", f" {pages[place]}") if place in pages else None
        yield tag("span", link(book.address(chapter.bundle.key, place), said), number, class_="place")


def local_differences(book: Book) -> Html | None:
    """Everything the office sets differently, in one table; nothing in the unified edition."""
    voice = book.voice
    say = voice.say
    if book.edition.office is None:
        return None
    heads = [
        (say("process"), "w30"),
        (say("parameter"), "w24"),
        (say("national_value"), "w16"),
        (say("local_value"), "w16"),
    ]
    heads.append((say("since"), ""))
    rows = [
        row(
            link(book.address(each.process_key, each.process_code.lower()), each.process_code),
            voice.name(each, "label"),
            voice.setting(each.name, each.national, each.unit),
            tag("strong", voice.setting(each.name, each.local, each.unit)),
            each.since.isoformat(),
        )
        for each in book.edition.differences
    ]
    body = markup.table(heads, rows) or tag("p", say("local_none"))
    return tag("section", tag("h2", say("local_all")), body, class_="sheet", id="local")


def catalogue(book: Book) -> Html:
    """All processes in one table: number, name, who, limits, level."""
    voice = book.voice
    say = voice.say
    heads = [(say("code"), "w12"), (say("name"), "w36"), (say("limit_legal"), "w16"), (say("limit_promised"), "w16")]
    heads.append((say("deciding_level"), ""))
    parts: list[object] = [tag("h2", say("catalogue"))]
    for family in book.library.families:
        rows = []
        for each in family.bundles:
            found = each.guide
            limits = found.time_limits if found else None
            rows.append(
                row(
                    each.code,
                    link(book.address(each.key, anchor(each)), voice.name(each.process)),
                    voice.limit(limits.legal.value, limits.legal.unit) if limits else "",
                    voice.limit(limits.promised.value, limits.promised.unit) if limits else "",
                    voice.level(found.deciding_level) if found else "",
                )
            )
        name = voice.words(family.name) or say("part_shared")
        parts += [tag("h3", name), markup.table(heads, rows)]
    return tag("section", parts, class_="sheet catalogue", id="catalogue")
