"""The report as one SVG picture: open cases over time, use of each post, waiting at each step. Text is real text."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from bpm_core.simulation.report import LaneLine, Report, StepLine
from bpm_core.simulation.text import percent, share, step_name, word

WIDTH, MARGIN, LABEL = 960, 24, 370
ROW, BAR = 30, 16
LINE_HEIGHT = 180
MOST_ROWS = 24
# Dark on white, told apart by lightness as well as hue; text 7:1, bars 3:1 against the ground (WCAG 2.2 1.4.3, 1.4.11).
INK, FAINT, GRID, BLUE, PALE, RED = "#1f2933", "#4a5560", "#d5dae0", "#1d5d9b", "#7fa8cf", "#b3261e"
_WORDS = {
    "open": ("每日在办件数", "Open cases by day"),
    "used": ("岗位利用率（申请期间）", "Use of each post while cases come"),
    "waits": (
        "各环节等待（办公分钟）：深色中位，浅色 90%",
        "Waiting at each step, office minutes: dark median, pale 90 %",
    ),
    "desc": (
        "办件 {cases} 件，办结 {ended} 件。在办最多 {most} 件。{limits}{lanes}",
        "{cases} cases, {ended} ended. At most {most} open at once. {limits}{lanes}",
    ),
    "any": ("人数不限，最多同时 {n} 人", "no number set; {n} busy at most"),
    "persons": ("{share}（{n} 人）", "{share} ({n} persons)"),
    "person": ("{share}（1 人）", "{share} (1 person)"),
}  # fmt: skip


def as_svg(report: Report, language: str) -> str:
    """The chart, with a title and a description that say in words what it shows."""
    steps = sorted(report.steps, key=lambda line: -line.waiting.p90)[:MOST_ROWS]
    steps = [line for line in report.steps if line in steps]
    body: list[str] = []
    top = MARGIN + 22
    name = report.name_zh if language == "zh" else report.name_en or report.name_zh
    title = word("title", language, code=report.code, name=name)
    body.append(_text(MARGIN, top, title, size=20, bold=True))
    top += 24
    body.append(_text(MARGIN, top, _limits(report, language), fill=FAINT))
    for heading, drawn, height in (
        ("open", _open(report), LINE_HEIGHT + 34),
        ("used", _used(report.lanes, language), ROW * len(report.lanes)),
        ("waits", _waits(steps, language), ROW * len(steps)),
    ):
        top += 44
        body.append(_text(MARGIN, top, _say(heading, language), size=16, bold=True))
        top += 16
        body.append(f'<g transform="translate(0 {top})">{"".join(drawn)}</g>')
        top += height
    desc = _say(
        "desc", language, cases=report.cases, ended=report.ended,
        most=max((day.open for day in report.days), default=0), limits=_limits(report, language) + " ",
        lanes="; ".join(f"{line.code} {_use(line, language)}" for line in report.lanes),
    )  # fmt: skip
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + MARGIN}" role="img" '
        f'aria-labelledby="title desc" lang="{"zh-Hans" if language == "zh" else "en"}" font-size="13" '
        "font-family=\"system-ui, 'Noto Sans SC', 'Microsoft YaHei', sans-serif\">\n"
        f'<title id="title">{escape(title)}</title>\n<desc id="desc">{escape(desc)}</desc>\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def _open(report: Report) -> Iterator[str]:
    """Open cases at the end of each day, as a line over a ground."""
    left, right, floor = MARGIN + 48, WIDTH - MARGIN, LINE_HEIGHT
    most = _round_up(max((day.open for day in report.days), default=0))
    for part in range(5):
        y = floor - floor * part / 4
        yield f'<line x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="{GRID}"/>'
        yield _text(left - 8, y + 4, f"{most * part / 4:g}", anchor="end", fill=FAINT)
    days = report.days
    wide = (right - left) / max(1, len(days) - 1)
    points = [(left + wide * number, floor - floor * day.open / most) for number, day in enumerate(days)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f'<polygon points="{left},{floor} {path} {points[-1][0]:.1f},{floor}" fill="{PALE}" opacity="0.35"/>'
    yield f'<polyline points="{path}" fill="none" stroke="{BLUE}" stroke-width="2"/>'
    for number in sorted({0, len(days) // 2, len(days) - 1}):
        anchor = "start" if number == 0 else "end" if number == len(days) - 1 else "middle"
        yield _text(points[number][0], floor + 20, days[number].on.isoformat(), anchor=anchor, fill=FAINT)


def _used(lanes: tuple[LaneLine, ...], language: str) -> Iterator[str]:
    """A bar a post; over nine tenths stands out, as queues grow without bound from there."""
    room = WIDTH - MARGIN - LABEL - 190
    for row, line in enumerate(lanes):
        name = line.name_zh if language == "zh" else line.name_en
        used = line.used_while_cases_come
        yield _label(row, f"{line.code} {name}")
        if used is not None:
            yield _bar(row, room, GRID)
            yield _bar(row, room * min(1.0, used), RED if used > 0.9 else BLUE)
        yield _text(LABEL + (room + 10 if used is not None else 0), row * ROW + 17, _use(line, language))


def _waits(steps: list[StepLine], language: str) -> Iterator[str]:
    room = WIDTH - MARGIN - LABEL - 190
    most = max((line.waiting.p90 for line in steps), default=0.0) or 1.0
    for row, line in enumerate(steps):
        yield _label(row, step_name(line, language))
        yield _bar(row, room * line.waiting.p90 / most, PALE)
        yield _bar(row, room * line.waiting.median / most, BLUE)
        beyond = LABEL + room * line.waiting.p90 / most + 10
        yield _text(beyond, row * ROW + 17, f"{line.waiting.median:.0f} / {line.waiting.p90:.0f}")


def _label(row: int, text: str) -> str:
    """A name to the left of a bar, cut to its room; a Chinese character takes two places."""
    places, short = 0, ""
    for sign in text:
        places += 2 if ord(sign) > 0x2E80 else 1
        if places > 46:
            short += "…"
            break
        short += sign
    return f"<g><title>{escape(text)}</title>{_text(LABEL - 10, row * ROW + 17, short, anchor='end')}</g>"


def _bar(row: int, width: float, fill: str) -> str:
    return f'<rect x="{LABEL}" y="{row * ROW + 4}" width="{max(width, 0):.1f}" height="{BAR}" fill="{fill}"/>'


def _use(line: LaneLine, language: str) -> str:
    if line.persons is None:
        return _say("any", language, n=line.most_busy)
    key = "person" if line.persons == 1 else "persons"
    return _say(key, language, share=share(line.used_while_cases_come), n=line.persons)


def _limits(report: Report, language: str) -> str:
    if not report.limits:
        return word("no_limit", language)
    return "; ".join(
        f"{word(limit.kind, language)} ({limit.value} {word(limit.unit, language)}): {percent(limit.kept)}"
        for limit in report.limits
    )


def _say(key: str, language: str, **facts: object) -> str:
    return _WORDS[key][0 if language == "zh" else 1].format(**facts)


def _text(
    x: float, y: float, text: str, *, size: int = 13, anchor: str = "start", fill: str = INK, bold: bool = False
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"{weight}>'
        f"{escape(text)}</text>"
    )


def _round_up(value: int) -> int:
    """The next of 4, 8, 20, 40, 80, 200 ..., so that quarters are whole."""
    scale = 1
    while 20 * scale < value:
        scale *= 10
    return next(step * scale for step in (4, 8, 20) if step * scale >= value)
