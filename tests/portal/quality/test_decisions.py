"""A decision on the pages of a case: what was decided, by which rule, and why; and whether it comes out the same."""

from __future__ import annotations

from tests.bpm_core.commands.conftest import Office
from tests.bpm_core.queries.test_decisions import decided
from tests.portal.studio.conftest import Enter


def test_the_history_says_which_rule_decided_and_why(office: Office, enter: Enter) -> None:
    case = decided(office)

    page = enter("controller").get(f"/quality/cases/{case.number}/").content.decode()

    assert "<strong>Months of benefit</strong> months: 3, because rule 2: Contribution months 24 meets &gt;= 12" in page
    assert "taken again: the same" in page


def test_it_says_so_in_chinese(office: Office, enter: Enter) -> None:
    case = decided(office)
    browser = enter("controller")
    browser.cookies["django_language"] = "zh-hans"

    page = browser.get(f"/quality/cases/{case.number}/", headers={"accept-language": "zh-hans"})

    assert "<strong>领取月数</strong> 月数：3，因为规则 2：缴费月数为 24，满足 &gt;= 12" in page.content.decode()


def test_the_case_page_of_the_desk_says_it_too(office: Office, enter: Enter) -> None:
    case = decided(office)

    page = enter("first").get(f"/desk/cases/{case.number}/").content.decode()

    assert "“Months of benefit” months: 3, because rule 2" in page
