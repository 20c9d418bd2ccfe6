"""What a process has to do with others: related ones, calls, messages; its clauses, and worked cases for training."""

from __future__ import annotations

from collections.abc import Iterator

from bpm_core.manual import clauses, markup, texts
from bpm_core.manual.context import Chapter, Section
from bpm_core.manual.markup import Row, join, row, tag
from bpm_core.notation.model import Element

SHOWN_STEPS = 30
_OUT = ("sendTask", "intermediateThrowEvent", "endEvent")


def relations(chapter: Chapter) -> Section | None:
    """Processes that feed it or are fed by it, that it carries out or that carry it out."""
    say = chapter.voice.say
    rows = list(_related(chapter))
    if not rows:
        return None
    return Section("relations", say("relations"), markup.table([(say("process"), "w48"), (say("relation"), "")], rows))


def _related(chapter: Chapter) -> Iterator[Row]:
    guide, voice = chapter.bundle.guide, chapter.voice
    for each in guide.related if guide else ():
        yield row(chapter.process_link(each.code), voice.words(each.relation))
    for key in chapter.bundle.called:
        nodes = tuple(element.node for element in chapter.steps if element.called_key == key)
        steps = [" ", *chapter.step_links(nodes)] if nodes else []
        yield row(chapter.process_link(key), join([voice.say("calls"), *steps]))
    for caller in chapter.library.callers(chapter.bundle.key):
        yield row(chapter.process_link(caller.key), voice.say("called_by"))


def messages(chapter: Chapter) -> Section | None:
    """What it tells others and what it waits for, by the names on the wire."""
    voice = chapter.voice
    by_name: dict[str, tuple[list[str], list[str]]] = {}
    for element in chapter.bundle.process.elements.values():
        if element.message:
            out, into = by_name.setdefault(element.message, ([], []))
            (out if element.kind in _OUT else into).append(_nearest(chapter, element))
    if not by_name:
        return None
    heads = [(voice.say("message"), "w36"), (voice.say("sent_at"), "w30"), (voice.say("received_at"), "")]
    rows = (
        row(tag("code", name), *(join(chapter.step_links(tuple(dict.fromkeys(nodes)))) for nodes in by_name[name]))
        for name in sorted(by_name)
    )
    return Section("messages", voice.say("messages"), markup.table(heads, rows))


def _nearest(chapter: Chapter, element: Element) -> str:
    """The element's own name in paths, or that of the step that leads to a helper."""
    process, seen = chapter.bundle.process, set()
    while not element.shown and element.incoming and element.id not in seen:
        seen.add(element.id)
        element = process.elements[process.flow_by_id[element.incoming[0]].source]
    return element.node or chapter.voice.name(element)


def clause_list(chapter: Chapter) -> Section:
    """The clauses and articles that its steps carry out."""
    say = chapter.voice.say
    found = clauses.of(chapter)
    parts = []
    for key, entries in (("clauses", found.clauses), ("laws", found.laws)):
        heads = [(say("clause" if key == "clauses" else "article"), "w48"), (say("step"), "")]
        rows = (row(said, join(chapter.step_links(nodes))) for said, nodes in entries)
        table = markup.table(heads, rows)
        if table:
            parts += [tag("h3", say(key)), table]
    return Section("clauses", say("clauses"), join(parts) if parts else tag("p", say("no_clause")))


def standards(chapter: Chapter) -> Section | None:
    """The standards that govern the process, and how sure each is; those for every process are in the front."""
    system, voice = chapter.library.standards, chapter.voice
    found = [one for one in system.standards if chapter.bundle.code in one.governs] if system else []
    if not found:
        return None
    say = voice.say
    heads = [(say("standard"), "w24"), (say("title"), ""), (say("status"), "w16"), (say("certainty"), "w8")]
    rows = (
        row(
            one.number,
            join([voice.words(one.title), tag("p", used, class_="line") if (used := voice.words(one.used)) else None]),
            voice.of(texts.STANDARD_STATUS, one.status),
            voice.mark(one.certainty),
        )
        for one in found
    )
    return Section("standards", say("standards"), markup.table(heads, rows))


def worked_cases(chapter: Chapter) -> Section | None:
    """The worked cases that are also the tests of the process: what happens, which way it goes, how it ends."""
    if not chapter.bundle.scenarios:
        return None
    voice = chapter.voice
    heads = [
        (voice.say("no"), "w5"),
        (voice.say("worked_case"), "w30"),
        (voice.say("path"), ""),
        (voice.say("ends_at"), "w20"),
    ]
    rows = []
    for number, case in enumerate(chapter.bundle.scenarios, 1):
        path = list(case.expect.path)
        said = " → ".join(path[:SHOWN_STEPS])
        if len(path) > SHOWN_STEPS:
            said += " " + voice.say("and_more", n=len(path))
        end = chapter.by_node.get(case.expect.end)
        ending = f"{case.expect.end} {voice.name(end)}" if end else case.expect.end
        rows.append(row(str(number), voice.name(case), tag("small", said), ending))
    return Section("worked-cases", voice.say("worked_cases"), markup.table(heads, rows))
