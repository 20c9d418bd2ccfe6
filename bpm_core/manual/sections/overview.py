"""A process at a glance: what it is for, for whom, where, for how much, how long; materials, law and figures."""

from __future__ import annotations

from bpm_core.manual import markup, texts
from bpm_core.manual.context import Chapter, Section
from bpm_core.manual.markup import Html, join, row, tag
from bpm_core.notation.guide import Evidence, Guide


def facts(chapter: Chapter) -> Section:
    """What stands at the head of a chapter."""
    bundle, voice, guide = chapter.bundle, chapter.voice, chapter.bundle.guide
    say = voice.say
    other = bundle.process.name_zh if voice.english else bundle.process.name_en
    pairs: list[tuple[str, object]] = [
        (say("code"), tag("strong", bundle.code)),
        (say("name_other"), tag("span", other, lang="zh-Hans" if voice.english else "en")),
    ]
    if guide is not None:
        pairs += _guide_facts(chapter, guide)
    pairs += [(say("size"), _size(chapter)), (say("digest"), tag("code", bundle.digest[:16]))]
    return Section("facts", say("overview"), markup.facts(pairs))


def _guide_facts(chapter: Chapter, guide: Guide) -> list[tuple[str, object]]:
    voice = chapter.voice
    say, words = voice.say, voice.words
    pairs: list[tuple[str, object]] = [
        (say("family"), words(guide.family)),
        (say("purpose"), words(guide.purpose)),
        (say("key_decision"), words(guide.key_decision)),
        (say("who"), words(guide.who)),
        (say("conditions"), markup.items(map(words, guide.conditions))),
        (say("entry_level"), voice.level(guide.entry_level)),
        (say("deciding_level"), voice.level(guide.deciding_level)),
        (say("fee"), words(guide.fee)),
        (say("where"), join([words(guide.where), local(chapter, f"where_{voice.lang}")])),
        (say("channels"), join([channels(chapter, guide), local(chapter, "channels")])),
        (say("result"), words(guide.result)),
    ]
    pairs += limits(chapter, guide)
    if guide.disclosure:
        days = voice.limit(guide.disclosure.days, guide.disclosure.unit) if guide.disclosure.days else ""
        said = " ".join(part for part in (days, words(guide.disclosure.rule)) if part)
        pairs.append((say("disclosure"), join([said, " ", voice.mark(guide.disclosure.certainty)])))
    if guide.retention:
        years = voice.limit(guide.retention.years, "year")
        said = " ".join(part for part in (years, words(guide.retention.basis)) if part)
        pairs.append((say("retention"), join([said, " ", voice.mark(guide.retention.certainty)])))
    if guide.benefit:
        source = tag("span", voice.aside(guide.benefit.source), lang="zh-Hans")  # there in Chinese only
        said_benefit = [words(guide.benefit.rule), " ", source, " ", voice.mark(guide.benefit.certainty)]
        pairs.append((say("benefit"), join(said_benefit)))
    pairs.append((say("version"), guide.version))
    return pairs


def channels(chapter: Chapter, guide: Guide) -> str:
    return chapter.voice.comma.join(chapter.voice.of(texts.CHANNELS, each) for each in guide.channels)


def limits(chapter: Chapter, guide: Guide) -> list[tuple[str, object]]:
    """Legal and promised limit; a limit the office has set for itself with the unified one beside it."""
    if guide.time_limits is None:
        return []
    found: list[tuple[str, object]] = []
    for name, limit in (("legal", guide.time_limits.legal), ("promised", guide.time_limits.promised)):
        said: Html = chapter.voice.time_limit(limit)
        found.append((chapter.voice.say(f"limit_{name}"), join([said, local(chapter, f"{name}_limit")])))
    return found


def local(chapter: Chapter, name: str) -> Html | None:
    """What the office sets instead, when it does."""
    difference = chapter.difference(name)
    if difference is None:
        return None
    sign = tag("b", chapter.voice.say("local"), class_="local")
    value = chapter.voice.setting(name, difference.local, difference.unit)
    return tag("span", " ", sign, " ", tag("strong", value), class_="localised")


def _size(chapter: Chapter) -> str:
    kinds = [element.kind for element in chapter.steps]
    return chapter.voice.say(
        "size_text",
        steps=len(kinds),
        people=sum(kind in ("userTask", "manualTask") for kind in kinds),
        system=sum(kind in ("serviceTask", "businessRuleTask", "scriptTask", "sendTask") for kind in kinds),
        ends=sum(kind == "endEvent" for kind in kinds),
        forms=len(chapter.bundle.forms),
        tables=len(chapter.tables),
        cases=len(chapter.bundle.scenarios),
    )


def evidence(chapter: Chapter) -> Section | None:
    """What must be brought, where it comes from, and what a promise can stand for."""
    guide, say = chapter.bundle.guide, chapter.voice.say
    if guide is None or not guide.evidence:
        return None
    heads = [(say("no"), "w6"), (say("material"), "w36"), (say("source_of_material"), "w24"), (say("commitment"), "")]
    rows = (row(each.code, *material(chapter, each)) for each in guide.evidence)
    return Section("evidence", say("evidence"), markup.table(heads, rows))


def material(chapter: Chapter, each: Evidence) -> tuple[object, object, object]:
    """Name, source and promise of one material."""
    voice = chapter.voice
    name: list[object] = [voice.words(each.name)]
    if each.condition or not each.required:
        name += [" ", tag("small", voice.aside(voice.words(each.condition) or voice.say("if_applies")))]
    source: list[object] = [voice.words(each.obtained_from)]
    if each.shared:
        source += [" ", tag("small", voice.aside(voice.words(each.dropped_when) or voice.say("shared_data")))]
    elif each.dropped_when:
        source += [" ", tag("small", voice.aside(voice.words(each.dropped_when)))]
    promise = voice.say("yes" if each.commitment else "no_word")
    when = voice.words(each.commitment_when)
    said = promise + voice.pick("：", ": ") + when if when else promise
    return join(name), join(source), said


def law(chapter: Chapter) -> Section | None:
    """The legal basis, each source with how certain its text is."""
    guide, voice = chapter.bundle.guide, chapter.voice
    if guide is None or not guide.legal_basis:
        return None
    say, words = voice.say, voice.words
    heads = [(say("document"), "w36"), (say("article"), "w18"), (say("rule"), ""), (say("certainty"), "w8")]
    rows = (
        row(
            join([tag("span", words(each.title)), " ", tag("small", words(each.number))]),
            words(each.article),
            words(each.rule),
            voice.mark(each.certainty),
        )
        for each in guide.legal_basis
    )
    return Section("law", say("law"), markup.table(heads, rows))


def figures(chapter: Chapter) -> Section | None:
    """Parameters that rules read, and figures of the law, each with its source; local values beside the unified."""
    guide, voice = chapter.bundle.guide, chapter.voice
    if guide is None or not (guide.parameters or guide.figures):
        return None
    say, words = voice.say, voice.words
    heads = [(say("figure"), "w30"), (say("value"), "w24"), (say("source"), ""), (say("certainty"), "w8")]
    rows = [
        row(
            join([words(each.label), " ", tag("code", each.name)]),
            join([f"{each.value} {each.unit}".strip(), local(chapter, each.name)]),
            words(each.source),
            voice.mark(each.certainty),
            class_="differs" if chapter.difference(each.name) else "",
        )
        for each in guide.parameters
    ]
    rows += [
        row(words(each.fact), words(each.value), words(each.source), voice.mark(each.certainty))
        for each in guide.figures
    ]
    return Section("figures", say("figures"), markup.table(heads, rows))


def differences(chapter: Chapter) -> Section | None:
    """What this office sets differently; only in a local edition."""
    voice = chapter.voice
    if chapter.edition.office is None:
        return None
    if not chapter.differences:
        return Section("local", voice.say("local_differences"), tag("p", voice.say("local_none")))
    heads = [(voice.say("parameter"), "w30"), (voice.say("national_value"), "w20"), (voice.say("local_value"), "w20")]
    heads += [(voice.say("since"), "w12"), (voice.say("set_by"), "")]
    rows = (
        row(
            join([tag("b", voice.say("local"), class_="local"), " ", voice.name(each, "label")]),
            voice.setting(each.name, each.national, each.unit),
            tag("strong", voice.setting(each.name, each.local, each.unit)),
            each.since.isoformat(),
            voice.name(each, "office"),
            class_="differs",
        )
        for each in chapter.differences
    )
    return Section("local", voice.say("local_differences"), markup.table(heads, rows))
