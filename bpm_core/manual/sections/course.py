"""How a process runs: its picture in strips, and every step with post, instruction, form, limit and clause."""

from __future__ import annotations

from collections.abc import Iterator

from bpm_core.manual import markup
from bpm_core.manual.context import Chapter, Section, anchor
from bpm_core.manual.markup import Row, join, link, tag
from bpm_core.manual.picture import strips
from bpm_core.manual.picture.svg import svg
from bpm_core.notation import drawing, ordering
from bpm_core.notation.bundle import PROCESS
from bpm_core.notation.model import Element, Flow, TimerSpec


def picture(chapter: Chapter) -> Section:
    """The diagram as the process folder draws it, cut so that a page holds it and every name can be read."""
    voice, process = chapter.voice, chapter.bundle.process
    names = {lane.id: voice.name(lane) for lane in process.lanes.values()}
    found = strips(process, drawing.read(chapter.bundle.files[PROCESS]), lane_names=names)
    if not found:
        return Section("picture", voice.say("picture"), tag("p", voice.say("no_picture")))
    figures = [
        tag(
            "figure",
            svg(
                strip,
                process,
                title=f"{chapter.title}: {voice.say('strip', n=strip.number, all=len(found))}",
                name=voice.name,
                lane_name=lambda band: voice.name(band.lane) if band.lane else chapter.title,
            ),
            tag("figcaption", voice.say("strip", n=strip.number, all=len(found))) if len(found) > 1 else None,
            class_="picture",
            tabindex="0",
        )
        for strip in found
    ]
    twin = tag("p", voice.say("picture_twin"), class_="mut")
    return Section("picture", voice.say("picture"), join([twin, *figures]))


def steps(chapter: Chapter) -> Section:
    """Every step that people see, in the order in which the work can reach it."""
    say = chapter.voice.say
    heads = [(say("step"), "w9"), (say("what_to_do"), ""), (say("post_and_limit"), "w18"), (say("grounds"), "w20")]
    rows = (_row(chapter, element) for element in chapter.steps)
    return Section("steps", say("steps"), markup.table(heads, rows, class_="steps"))


def _row(chapter: Chapter, element: Element) -> Row:
    voice, process = chapter.voice, chapter.bundle.process
    head = tag("p", tag("strong", voice.name(element)), " ", tag("small", f"〔{voice.kind(element)}〕"))
    body = [head, tag("p", sop) if (sop := voice.sop(element)) else None]
    body += [tag("p", *line, class_="line") for line in _lines(chapter, element)]
    lane = process.lane_of(element)
    limit = voice.step_limit(element.limit)
    post = [tag("p", voice.name(lane)) if lane else None, tag("p", f"◷ {limit}") if limit else None]
    if element.clock:
        post.append(tag("p", voice.say(f"clock_{element.clock.value}")))
    grounds = [tag("p", said) for said in (*voice.laws(element), *voice.clauses(element))]
    kind = "minor" if element.kind.endswith(("Gateway", "Event")) else ""
    code = tag("strong", element.node)
    return markup.row(code, join(body), join(post), join(grounds), id=anchor(chapter.bundle, element.node), class_=kind)


def _line(chapter: Chapter, key: str, *said: object) -> tuple[object, ...]:
    return (tag("span", chapter.voice.say(key), class_="what"), " ", *said)


def _lines(chapter: Chapter, element: Element) -> Iterator[tuple[object, ...]]:
    """What else is to be known of a step, a line each."""
    voice, bundle = chapter.voice, chapter.bundle
    if element.attached_to and element.attached_to in bundle.process.elements:
        yield (voice.say("during", name=voice.name(bundle.process.elements[element.attached_to])),)
    if element.form_id and element.form_id in bundle.forms:
        form = bundle.forms[element.form_id]
        said = f"{element.form_id} {voice.name(form, 'title')}".strip()
        yield _line(chapter, "form", link(_here(chapter, "f", element.form_id), said))
    for decision in element.decisions:
        table = next((each for each in chapter.tables if each.id == decision), None)
        said = f"{decision} {voice.name(table)}" if table else decision
        yield _line(chapter, "asks", link(_here(chapter, "t", decision), said) if table else said)
    if element.systems:
        asked = [
            f"{each.code} {voice.aside(query)}" if (query := voice.name(each, "query")) else each.code
            for each in element.systems
        ]
        yield _line(chapter, "register", voice.pick("；", "; ").join(asked))
    if element.called_key:
        yield _line(chapter, "carries_out", chapter.process_link(element.called_key))
    if element.message:
        out = element.kind in ("sendTask", "intermediateThrowEvent", "endEvent")
        to = f" → {_parties(chapter, element.parties)}" if element.parties and out else ""
        yield _line(chapter, "sends" if out else "waits_for", tag("code", element.message), to)
    if element.timer:
        yield _line(chapter, "waits_for", timer(chapter, element.timer))
    if element.assigns:
        known = [f"{_label(chapter, name)} = {value}" for name, value in element.assigns]
        yield _line(chapter, "works_out", voice.pick("；", "; ").join(known))
    yield from _control(chapter, element)
    onward = list(ordering.ways(bundle.process, element))
    if onward:
        yield _line(chapter, "then", *_onward(chapter, onward))


def _control(chapter: Chapter, element: Element) -> Iterator[tuple[object, ...]]:
    guide, voice = chapter.bundle.guide, chapter.voice
    points = {each.id: each for each in guide.audit_points} if guide else {}
    for ref in element.audit_points:
        title = voice.words(points[ref].title) if ref in points else ""
        yield _line(chapter, "audit_point", f"{ref} {title}".strip())
    groups = {each.group: each for each in guide.separation} if guide else {}
    for group in element.sod_groups:
        yield _line(chapter, "duty", voice.words(groups[group].reason) if group in groups else group)


def _onward(chapter: Chapter, onward: list[tuple[Flow, Element]]) -> Iterator[object]:
    voice = chapter.voice
    for at, (flow, target) in enumerate(onward):
        label = voice.name(flow) or flow.condition or (voice.say("otherwise") if flow.default else "")
        yield f"{voice.pick('；', '; ') if at else ''}"
        yield f"{label} → " if label else "→ "
        yield chapter.step_link(target.node, f"{target.node} {voice.name(target)}")


def timer(chapter: Chapter, spec: TimerSpec) -> str:
    """When a timer fires, as written; which days a duration counts."""
    count = chapter.voice.pick("（按工作日）", " (working days)") if spec.count == "working_day" else ""
    return f"{spec.text}{count}"


def _label(chapter: Chapter, name: str) -> str:
    label = chapter.labels.get(name)
    return chapter.voice.pick(label.zh, label.en) if label and (label.zh or label.en) else name


def _parties(chapter: Chapter, codes: tuple[str, ...]) -> str:
    """Whom a message goes to, by the lanes of this process where it has them."""
    lanes = {lane.code: chapter.voice.name(lane) for lane in chapter.bundle.process.lanes.values()}
    return chapter.voice.comma.join(lanes.get(code, code) for code in codes)


def _here(chapter: Chapter, *parts: str) -> str:
    return chapter.address(chapter.bundle.key, anchor(chapter.bundle, *parts))
