from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from itertools import cycle

import pytest

from bpm_core.domain.editions import Difference
from bpm_core.manual import chapter as chapters
from bpm_core.manual import markup
from bpm_core.manual.edition import Edition
from bpm_core.manual.sections import control, course, guide, overview, relations, rules
from bpm_core.notation.guide import Words
from tests.bpm_core.manual.sample import chapter, library

KEYS = [each.key for each in library().bundles]


def words_of(html: str) -> str:
    """What a reader reads: text without tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def read(section: object) -> str:
    assert section is not None
    return words_of(str(section.body))  # type: ignore[attr-defined]


def test_everything_that_is_not_markup_is_escaped() -> None:
    made = markup.tag("p", "<b>&", markup.link('"x"', "a<b"), title='a"b')

    assert made == '<p title="a&quot;b">&lt;b&gt;&amp;<a href="&quot;x&quot;">a&lt;b</a></p>'


@pytest.mark.parametrize(("key", "lang"), [*zip(KEYS, cycle(["zh", "en"]))])  # both in turn: every chapter once
def test_a_chapter_tells_every_step_form_and_table_of_its_process(key: str, lang: str) -> None:
    found = chapter(key, lang)

    said = words_of(chapters.article(found))

    for element in found.steps:
        assert found.voice.name(element) in said, element.id
        sop = re.sub(r"\s+", " ", found.voice.sop(element).strip())
        assert sop in said, element.id
    for form in found.bundle.forms.values():
        for field in form.fields:
            assert found.voice.name(field, "label") in said, (form.id, field.key)
    for table in found.tables:
        assert found.voice.name(table) in said, table.id


@pytest.mark.parametrize("key", KEYS)
def test_every_figure_of_the_guide_stands_there_with_its_certainty(key: str) -> None:
    found = chapter(key)
    about = found.bundle.guide
    if about is None or not (about.figures or about.parameters):
        return

    section = overview.figures(found)

    assert section is not None
    assert str(section.body).count('class="mark"') == len(about.figures) + len(about.parameters)
    for figure in about.figures:
        assert words_of(markup.text(figure.value.en)) in read(section)


def test_the_step_table_names_post_form_limit_clause_and_the_way_on() -> None:
    said = read(course.steps(chapter("UNE-01")))

    row = said[said.index("S60") :][:900]
    for part in (
        "First review",
        "County first reviewer",
        "2 working days",
        "form S60",
        "Q/JZRS 221.1-2026 §5.10",
        "G20",
    ):
        assert part in row


def test_the_chapter_says_what_the_law_allows_and_what_was_promised() -> None:
    said = read(overview.facts(chapter("UNE-01")))

    assert "Limit by law 10 working days Regulation on Handling Social Insurance Affairs Art. 24" in said
    assert "Promised limit 5 working days" in said


def test_codes_in_decision_tables_are_said_in_words() -> None:
    said = read(rules.tables(chapter("UNE-01")))

    assert 'Clarify the reason "clarify"' in said


def test_exceptions_audit_points_duties_and_remedies_are_told() -> None:
    found = chapter("UNE-01")

    assert "Payment fails" in read(control.exceptions(found))
    assert "Recalculate ten cases." in read(control.audit(found))
    assert "done by different persons" in read(control.separation(found))
    assert "RC133 Benefit running elsewhere" in read(control.refusals(found))
    assert "Within 60 days of learning of the decision" in read(control.remedies(found))


def test_called_processes_and_callers_lead_to_each_other() -> None:
    assert 'href="#sub-pay"' in str(relations.relations(chapter("UNE-01")).body)  # type: ignore[union-attr]
    assert "UNE-01" in read(relations.relations(chapter("shared_payment")))


def test_a_long_worked_case_is_cut_short_and_says_how_long_it_is() -> None:
    assert re.search(r"… \(\d+ steps\)", read(relations.worked_cases(chapter("UNE-01"))))


def test_the_service_guide_has_the_elements_that_are_required() -> None:
    said = read(guide.guide(chapter("UNE-01", "zh")))

    for element in (
        *(
            "事项名称",
            "事项编码",
            "设定和实施依据",
            "受理条件",
            "申请材料",
            "办理流程",
            "办结时限",
            "法定时限",
            "承诺时限",
        ),
        *(
            "收费依据及标准",
            "办理结果",
            "办理方式",
            "办理地点",
            "办理时间",
            "咨询途径",
            "监督和投诉渠道",
            "行政救济途径",
        ),
    ):
        assert element in said, element


def test_what_nobody_applies_for_has_no_service_guide() -> None:
    assert guide.guide(chapter("shared_payment")) is None


def difference(name: str, label: str, national: str, local: str, unit: str = "") -> Difference:
    return Difference(
        process_key="unemployment_benefit",
        process_code="UNE-01",
        name=name,
        label_zh=label,
        label_en=label,
        unit=unit,
        national=national,
        local=local,
        office="410823000000",
        office_zh="武陟县",
        office_en="Wuzhi county",
        since=date(2026, 1, 1),
        approved_by="x",
        approved_at=datetime(2025, 12, 20, 9, tzinfo=UTC),
        edition="1",
    )


def local_edition() -> Edition:
    wage = difference("min_wage_month", "Monthly minimum wage", "2100", "2200", "yuan/month")
    limit = difference("promised_limit", "Promised limit", "5", "3", "working_day")
    ways = difference("channels", "Ways to apply", "window, online", "window")
    return Edition(Words("武陟县", "Wuzhi county"), "410823000000", (wage, limit, ways))


def test_a_local_edition_marks_what_differs_beside_the_unified_value() -> None:
    found = chapter("UNE-01", "en", local_edition())

    wage = "◆ local Monthly minimum wage 2100 yuan/month 2200 yuan/month 2026-01-01 Wuzhi county"
    assert wage in read(overview.differences(found))
    assert "2100 yuan/month ◆ local 2200 yuan/month" in read(overview.figures(found))
    assert "Sample promise of this library S ◆ local 3 working days" in read(overview.facts(found))
    assert "at the window, online, mobile app ◆ local at the window" in read(guide.guide(found))


def test_a_process_that_a_local_edition_leaves_alone_says_so() -> None:
    assert "Nothing differs" in read(overview.differences(chapter("TRN-01", "en", local_edition())))
    assert overview.differences(chapter("TRN-01")) is None


def test_a_name_with_markup_in_it_is_only_text() -> None:
    found = chapter("UNE-01")
    assert found.bundle.guide is not None
    hostile = replace(found.bundle.guide, purpose=Words("<script>", "<script>alert(1)</script>"))
    bundle = replace(found.bundle, guide=hostile)

    made = chapters.article(replace(found, bundle=bundle))

    assert "<script" not in made
    assert "&lt;script&gt;alert(1)" in made
