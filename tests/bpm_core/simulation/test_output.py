"""What comes out for people and programs: text in two languages, JSON, a chart, and the command that writes them."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command

from bpm_core.domain.calendar import WorkCalendar
from bpm_core.notation.bundle import Bundle
from bpm_core.simulation import setup
from bpm_core.simulation.chart import as_svg
from bpm_core.simulation.report import Report, Spread, report, spread
from bpm_core.simulation.run import simulate
from bpm_core.simulation.setup import Setup
from bpm_core.simulation.subject import subject_of
from bpm_core.simulation.text import as_text

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def found(library: dict[str, Bundle], calendar: WorkCalendar) -> Report:
    subject = subject_of(library["training_subsidy"], library)
    return report(simulate(subject, Setup(25, setup.arrivals("10"), {"WIN": 1}), calendar), calendar)


def test_spread_takes_the_nearest_rank() -> None:
    assert spread([1, 2, 3, 4, 5, 6, 7, 8, 9, 100]) == Spread(14.5, 5.5, 9.0)
    assert spread([]) == Spread(0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "legal limit (10 working days)"), ("zh", "法定时限（10 个工作日）")]
)
def test_text_speaks_both_languages(found: Report, language: str, said: str) -> None:
    assert said in as_text(found, language)


def test_json_says_what_the_report_says(found: Report) -> None:
    data = json.loads(json.dumps(found.as_data()))

    assert data["cases"] == 25
    assert sum(line["cases"] for line in data["ends"]) == data["ended"]
    assert {line["kind"] for line in data["limits"]} == {"legal", "promised"}
    assert data["days"][-1]["open"] == data["cases"] - data["ended"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_chart_has_a_title_a_description_and_every_post(found: Report, language: str) -> None:
    root = ElementTree.fromstring(as_svg(found, language))

    words = " ".join(root.itertext())
    assert root.get("role") == "img" and root.get("aria-labelledby") == "title desc"
    assert root.findtext(f"{SVG}title") and "25" in (root.findtext(f"{SVG}desc") or "")
    assert all(line.code in words for line in found.lanes)


def test_the_command_writes_all_three(tmp_path: Path) -> None:
    text, figures, picture = StringIO(), tmp_path / "figures.json", tmp_path / "picture.svg"

    call_command(
        *("simulate", "EMP-01", "--cases=5", "--arrivals=even:5", "--staff=*=2", "--seed=3"),
        *(f"--json={figures}", f"--svg={picture}", "--language=zh"),
        stdout=text,
    )

    assert "求职登记" in text.getvalue()
    assert json.loads(figures.read_text(encoding="utf-8"))["seed"] == 3
    assert picture.read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    "told", [("no_such_process",), ("EMP-01", "--staff=WIN=x"), ("EMP-01", "--cases=0"), ("EMP-01", "--hours=9-5")]
)
def test_the_command_says_what_is_wrong(told: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("simulate", *told, stdout=StringIO())
