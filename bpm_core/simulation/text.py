"""The report as text for people, in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from unicodedata import east_asian_width

from bpm_core.simulation.report import Kept, OutsideLine, Report, Spread, StepLine

WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("仿真：{code} {name}", "Simulation: {code} {name}"),
    "run": (
        "办件 {cases} 件，办结 {ended} 件；{first} 起申请，最后一件 {last} 到达，{end} 全部结束；随机种子 {seed}",
        "{cases} cases, {ended} ended; they come from {first} to {last}, the last ends on {end}; seed {seed}",
    ),
    "throughput": ("申请期间每个工作日办结 {n} 件", "{n} cases ended a working day while cases came"),
    "duration": (
        "从申请到结束（日历日）：平均 {mean}，中位 {median}，90% 在 {p90} 以内",
        "Calendar days from coming to the end: mean {mean}, median {median}, 90 % within {p90}",
    ),
    "legal": ("法定时限", "legal limit"),
    "promised": ("承诺时限", "promised limit"),
    "limit": (
        "{kind}（{value} {unit}）：{counted} 件计时，{kept} 件按时，{percent}",
        "{kind} ({value} {unit}): {counted} cases counted, {kept} within it, {percent}",
    ),
    "no_limit": ("办事指南没有可计算的法定或承诺时限", "The service guide has no figure for a legal or promised limit"),
    "lanes": ("岗位", "Posts"),
    "steps": ("环节（办公时间，分钟）", "Steps (office minutes)"),
    "outside": ("等待外部（小时）", "Waiting for the world outside (hours)"),
    "ends": ("结果", "Ends"),
    "post": ("岗位", "post"),
    "persons": ("人数", "persons"),
    "count": ("次数", "count"),
    "hours": ("工时", "hours"),
    "used": ("利用率", "used"),
    "used_all": ("全程", "whole run"),
    "most": ("最长排队", "longest queue"),
    "step": ("环节", "step"),
    "wait": ("等待 平均/中位/90%", "waiting mean/median/p90"),
    "work": ("办理 平均/中位/90%", "working mean/median/p90"),
    "kept": ("按时", "in limit"),
    "elapsed": ("平均/中位/90%", "mean/median/p90"),
    "cases": ("办件", "cases"),
    "unlimited": ("不限", "any"),
    "stuck": ("{n} 件未能走完：{why}", "{n} cases did not come to an end: {why}"),
    "provisional": (
        "{years} 年节假日尚未录入，按普通周计算，结果为暂定",
        "Holidays of {years} are not loaded; the plain week was used, so figures that touch them are provisional",
    ),
    "working_day": ("个工作日", "working days"),
    "calendar_day": ("个日历日", "calendar days"),
    "working_hour": ("个工作小时", "working hours"),
    "minute": ("分钟", "minutes"),
    "month": ("个月", "months"),
    "year": ("年", "years"),
    "immediate": ("即办", "at once"),
}  # fmt: skip

#: Waits for registers take a minute or so; the text leaves them out, the JSON has them.
SHORTEST_HOURS = 0.1


def word(key: str, language: str, **facts: object) -> str:
    """A phrase of the report."""
    return WORDS[key][0 if language == "zh" else 1].format(**facts)


def as_text(report: Report, language: str) -> str:
    """The whole report."""
    return "\n".join(_lines(report, language)) + "\n"


def _lines(report: Report, language: str) -> Iterator[str]:
    zh = language == "zh"
    name = report.name_zh if zh else report.name_en or report.name_zh
    yield word("title", language, code=report.code, name=name)
    yield word(
        "run", language, cases=report.cases, ended=report.ended, first=report.first_on, last=report.last_arrival_on,
        end=report.last_end_on, seed=report.seed,
    )  # fmt: skip
    if report.ended_a_day is not None:
        yield word("throughput", language, n=report.ended_a_day)
    days = report.days_to_end
    yield word("duration", language, mean=days.mean, median=days.median, p90=days.p90)
    for limit in report.limits:
        yield word(
            "limit", language, kind=word(limit.kind, language), value=limit.value, unit=word(limit.unit, language),
            counted=limit.kept.counted, kept=limit.kept.kept, percent=percent(limit.kept),
        )  # fmt: skip
    if not report.limits:
        yield word("no_limit", language)
    for stuck in report.stuck:
        yield word("stuck", language, n=stuck.cases, why=stuck.why)
    if report.provisional_years:
        yield word("provisional", language, years=", ".join(map(str, report.provisional_years)))
    yield from _lanes(report, language)
    yield from _steps(report, language)
    if report.outside:
        rows = [
            [step_name(line, language), str(line.count), triple(line.hours)]
            for line in report.outside
            if line.hours.p90 >= SHORTEST_HOURS
        ]
        yield from _table("outside", ["step", "count", "elapsed"], rows, language)
    rows = [[f"{line.element} {line.name_zh if zh else line.name_en}", str(line.cases)] for line in report.ends]
    yield from _table("ends", ["ends", "cases"], rows, language)


def _lanes(report: Report, language: str) -> Iterator[str]:
    rows = [
        [
            f"{line.code} {line.name_zh if language == 'zh' else line.name_en}",
            word("unlimited", language) if line.persons is None else str(line.persons),
            str(line.steps),
            f"{line.worked_hours:.1f}",
            share(line.used_while_cases_come),
            share(line.used_in_all),
            str(line.most_waiting),
        ]
        for line in report.lanes
    ]
    yield from _table("lanes", ["post", "persons", "count", "hours", "used", "used_all", "most"], rows, language)


def _steps(report: Report, language: str) -> Iterator[str]:
    rows = [
        [
            step_name(line, language),
            line.lane,
            str(line.count),
            triple(line.waiting),
            triple(line.working),
            percent(line.within_limit),
        ]
        for line in report.steps
    ]
    yield from _table("steps", ["step", "post", "count", "wait", "work", "kept"], rows, language)


def _table(title: str, heads: list[str], rows: list[list[str]], language: str) -> Iterator[str]:
    """A table whose columns line up, also where characters are two columns wide."""
    everything = [[word(head, language) for head in heads], *rows]
    wide = [max(_width(row[column]) for row in everything) for column in range(len(heads))]
    yield ""
    yield word(title, language)
    for row in everything:
        first, *others = zip(row, wide, strict=True)
        cells = [first[0] + " " * (first[1] - _width(first[0]))]
        cells += [" " * (width - _width(cell)) + cell for cell, width in others]
        yield "  " + "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def step_name(line: StepLine | OutsideLine, language: str) -> str:
    """A step with the process it lies in when that is a called one, its path name and its name for people."""
    name = line.name_zh if language == "zh" else line.name_en
    return " ".join(filter(None, (line.part, line.element, name)))


def triple(spread: Spread) -> str:
    return f"{spread.mean:.1f} / {spread.median:.1f} / {spread.p90:.1f}"


def percent(kept: Kept) -> str:
    return "-" if kept.percent is None else f"{kept.percent:.1f} %"


def share(part: float | None) -> str:
    return "-" if part is None else f"{100 * part:.1f} %"
