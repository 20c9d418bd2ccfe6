"""What guards a process: exceptions, timers, registers, audit points, separation of duty, refusals and remedies."""

from __future__ import annotations

from bpm_core.manual import markup, texts
from bpm_core.manual.context import Chapter, Section
from bpm_core.manual.markup import join, row, tag


def exceptions(chapter: Chapter) -> Section | None:
    guide, voice = chapter.bundle.guide, chapter.voice
    if guide is None or not guide.exceptions:
        return None
    say, words = voice.say, voice.words
    heads = [(say("situation"), "w18"), (say("step"), "w8"), (say("clock_effect"), "w22"), (say("handling"), "")]
    rows = (
        row(
            words(each.name),
            chapter.step_link(each.at) if each.at else "",
            words(each.clock_effect),
            join(
                [tag("p", words(each.handling)), tag("p", here, class_="line") if (here := words(each.here)) else None]
            ),
        )
        for each in guide.exceptions
    )
    return Section("exceptions", say("exceptions"), markup.table(heads, rows))


def timers(chapter: Chapter) -> Section | None:
    guide, voice = chapter.bundle.guide, chapter.voice
    if guide is None or not guide.timers:
        return None
    say, words = voice.say, voice.words
    heads = [(say("no"), "w8"), (say("timer"), "w30"), (say("value"), "w30"), (say("on_expiry"), "")]
    rows = (row(each.id, words(each.name), words(each.value), words(each.on_expiry)) for each in guide.timers)
    return Section("timers", say("timers"), markup.table(heads, rows))


def registers(chapter: Chapter) -> Section | None:
    guide, voice = chapter.bundle.guide, chapter.voice
    if guide is None or not guide.registers:
        return None
    say, words = voice.say, voice.words
    heads = [(say("step"), "w8"), (say("register_head"), "w30"), (say("query"), "w26"), (say("if_unavailable"), "")]
    rows = (
        row(
            chapter.step_link(each.step),
            join([words(each.name), " ", tag("code", each.code)]),
            words(each.query),
            words(each.if_unavailable),
        )
        for each in guide.registers
    )
    return Section("registers", say("registers"), markup.table(heads, rows))


def audit(chapter: Chapter) -> Section | None:
    guide, voice = chapter.bundle.guide, chapter.voice
    if guide is None or not guide.audit_points:
        return None
    say, words = voice.say, voice.words
    heads = [
        (say("no"), "w8"),
        (say("audit_head"), "w22"),
        (say("check"), ""),
        (say("risk"), "w8"),
        (say("step"), "w18"),
    ]
    rows = (
        row(
            each.id,
            words(each.title),
            words(each.check),
            voice.of(texts.RISKS, each.risk),
            join(chapter.step_links(each.steps)),
        )
        for each in guide.audit_points
    )
    return Section("audit", say("audit"), markup.table(heads, rows))


def separation(chapter: Chapter) -> Section | None:
    guide, voice = chapter.bundle.guide, chapter.voice
    if guide is None or not guide.separation:
        return None
    say = voice.say
    heads = [(say("group"), "w22"), (say("step"), "w24"), (say("reason"), "")]
    rows = (
        row(tag("code", each.group), join(chapter.step_links(each.steps)), voice.words(each.reason))
        for each in guide.separation
    )
    body = join([tag("p", say("separation_note"), class_="mut"), markup.table(heads, rows)])
    return Section("separation", say("separation"), body)


def refusals(chapter: Chapter) -> Section | None:
    guide, voice = chapter.bundle.guide, chapter.voice
    if guide is None or not guide.reason_codes:
        return None
    say, words = voice.say, voice.words
    heads = [(say("code"), "w12"), (say("reason"), "w36"), (say("based_on"), ""), (say("certainty"), "w8")]
    rows = (
        row(each.code, words(each.text), words(each.basis), voice.mark(each.certainty)) for each in guide.reason_codes
    )
    return Section("refusals", say("refusals"), markup.table(heads, rows))


def remedies(chapter: Chapter) -> Section | None:
    guide, voice = chapter.bundle.guide, chapter.voice
    if guide is None or not guide.remedies:
        return None
    say, words = voice.say, voice.words
    heads = [(say("remedy"), "w36"), (say("within"), "w24"), (say("source"), ""), (say("certainty"), "w8")]
    rows = (
        row(
            join([words(each.name), *([" ", chapter.process_link(each.process)] if each.process else [])]),
            words(each.limit),
            words(each.source),
            voice.mark(each.certainty),
        )
        for each in guide.remedies
    )
    return Section("remedies", say("remedies"), markup.table(heads, rows))
