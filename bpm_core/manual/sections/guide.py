"""The service guide for residents: the nationally required elements of an item, in the order a resident asks.

Elements after GB/T 36114-2018; the text of that standard was not read, so the list follows published guides.
"""

from __future__ import annotations

from bpm_core.manual import markup
from bpm_core.manual.context import Chapter, Section
from bpm_core.manual.markup import Html, join, row, tag
from bpm_core.manual.sections import overview
from bpm_core.notation.guide import Guide
from bpm_core.notation.model import Element
from bpm_core.notation.scenarios import Scenario

DELIVERY = "shared_delivery"
_PEOPLE = frozenset({"userTask", "manualTask", "callActivity", "endEvent"})


def is_public(guide: Guide | None) -> bool:
    """Whether residents or employers can apply for it by themselves."""
    return guide is not None and guide.public


def guide(chapter: Chapter) -> Section | None:
    """The whole guide; None for what nobody applies for."""
    found = chapter.bundle.guide
    if found is None or not is_public(found):
        return None
    note = tag("p", chapter.voice.say("guide_basis"), class_="mut")
    return Section("guide", chapter.voice.say("guide"), join([elements(chapter, found), note]), new_page=True)


def elements(chapter: Chapter, guide: Guide) -> Html:
    """The elements as a list of facts; what the guide does not say is left out, never made up."""
    voice = chapter.voice
    say, words = voice.say, voice.words
    offices = say("g_office_text", entry=voice.level(guide.entry_level), deciding=voice.level(guide.deciding_level))
    pairs: list[tuple[str, object]] = [
        (say("g_name"), tag("strong", words(guide.name))),
        (say("g_code"), guide.code),
        (say("g_kind"), words(guide.family)),
        (say("g_scope"), words(guide.who)),
        (say("g_basis"), _basis(chapter, guide)),
        (say("g_office"), offices if guide.entry_level or guide.deciding_level else ""),
        (say("g_conditions"), markup.items(map(words, guide.conditions), ordered=True)),
        (say("g_refusals"), markup.items(words(each.text) for each in guide.reason_codes)),
        (say("g_materials"), _materials(chapter, guide)),
        (say("g_procedure"), _procedure(chapter)),
        (say("g_limits"), markup.facts(overview.limits(chapter, guide))),
        (say("g_fee"), words(guide.fee)),
        (say("g_result"), words(guide.result)),
        (say("g_delivery"), _contact(chapter, "delivery") if DELIVERY in chapter.bundle.called else ""),
        (say("g_channels"), join([overview.channels(chapter, guide), overview.local(chapter, "channels")])),
        (say("g_place"), join([words(guide.where), overview.local(chapter, f"where_{voice.lang}")])),
        (say("g_hours"), _contact(chapter, "hours") or say("unset")),
        (say("g_consultation"), _contact(chapter, "consultation") or say("unset")),
        (say("g_complaint"), _contact(chapter, "complaint") or say("unset")),
        (say("g_progress"), _contact(chapter, "progress")),
        (say("g_disclosure"), words(guide.disclosure.rule) if guide.disclosure else ""),
        (say("g_remedies"), _remedies(chapter, guide)),
    ]
    return markup.facts(pairs)


def _basis(chapter: Chapter, guide: Guide) -> Html:
    voice = chapter.voice
    words = voice.words
    return markup.items(
        join([f"{words(each.title)} {words(each.article)} ", voice.mark(each.certainty)]) for each in guide.legal_basis
    )


def _materials(chapter: Chapter, guide: Guide) -> Html | str:
    say = chapter.voice.say
    heads = [(say("material"), "w48"), (say("source_of_material"), ""), (say("commitment"), "w24")]
    rows = (row(*overview.material(chapter, each)) for each in guide.evidence)
    return markup.table(heads, rows) or say("g_bring_nothing")


def _procedure(chapter: Chapter) -> Html:
    """The steps of the first worked case that people do, each once, with who does it: the ordinary course."""
    case = _ordinary(chapter)
    if case is None:
        return markup.EMPTY
    seen: dict[str, Element] = {}
    for node in case.expect.path:
        element = chapter.by_node.get(node)
        if element is not None and element.kind in _PEOPLE:
            seen.setdefault(node, element)
    return markup.items((_course(chapter, element) for element in seen.values()), ordered=True)


def _course(chapter: Chapter, element: Element) -> str:
    voice = chapter.voice
    lane = chapter.bundle.process.lane_of(element)
    who = f"{voice.name(lane)}" if lane and element.kind != "endEvent" and lane.actor != "system" else ""
    limit = voice.step_limit(element.limit)
    more = voice.comma.join(part for part in (who, limit) if part)
    return voice.name(element) + (f" {voice.aside(more)}" if more else "")


def _ordinary(chapter: Chapter) -> Scenario | None:
    return chapter.bundle.scenarios[0] if chapter.bundle.scenarios else None


def _contact(chapter: Chapter, key: str) -> Html | str:
    contact = chapter.library.contacts.get(key)
    if contact is None:
        return ""
    return join([chapter.voice.words(contact.text), " ", chapter.voice.mark(contact.certainty)])


def _remedies(chapter: Chapter, guide: Guide) -> Html:
    voice = chapter.voice
    words, between = voice.words, voice.pick("：", ": ")
    return markup.items(
        join([f"{words(each.name)}{between}{words(each.limit)} ", voice.mark(each.certainty)])
        for each in guide.remedies
    )
