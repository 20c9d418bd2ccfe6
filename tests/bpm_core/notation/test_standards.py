"""The standards system as data: read, looked up, cited; what is wrong in it names its file and row."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpm_core.notation import standards
from bpm_core.notation.guide import Certainty
from bpm_core.notation.standards import Level, Standards, StandardsRefused, Status

FOLDER = Path(__file__).resolve().parents[3] / "processes" / "_standards"

STANDARD = """
[[standard]]
number = "Q/X 1-2026"
title = { zh = "示例", en = "Sample" }
level = "internal"
status = "sample"
certainty = "illustrative"
governs = ["UNE-01"]
"""
PART = """
standard = "Q/X 1.1-2026"
part_of = "Q/X 1-2026"
process = "UNE-01"

[[clause]]
number = "5.1"
step = "S10"
title = { zh = "申请", en = "Apply" }
kind = "user"
post = "APP"
"""


@pytest.fixture(scope="module")
def ours() -> Standards:
    return standards.read(FOLDER)


def made(standard: str = STANDARD, part: str = PART) -> Standards:
    return standards.read_files({"standards.toml": standard.encode(), "clauses/one.toml": part.encode()})


def test_the_library_has_99_standards_and_1011_clauses(ours: Standards) -> None:
    assert (len(ours.standards), len(ours.clauses), len(ours.parts)) == (99, 1011, 60)


def test_a_sample_never_looks_like_a_standard_in_force(ours: Standards) -> None:
    samples = [one for one in ours.standards if one.status is Status.SAMPLE]

    assert len(samples) == 42
    assert {one.certainty for one in samples} == {Certainty.ILLUSTRATIVE}
    assert {one.level for one in samples} == {Level.INTERNAL, Level.LOCAL}


def test_a_superseded_standard_names_the_one_in_force(ours: Standards) -> None:
    old = ours.by_number["GB/T 31597-2015"]

    assert (old.status, old.superseded_by) == (Status.SUPERSEDED, "GB/T 31597-2022")


def test_clauses_are_found_by_process_and_step_in_the_order_of_their_numbers(ours: Standards) -> None:
    numbers = [clause.number for clause in ours.of_process("UNE-01")]

    assert numbers[:2] == ["5.1", "5.2"]
    assert numbers[-1] == "5.33"
    [review] = ours.at_step("UNE-01", "S60")
    assert (review.standard, review.number, review.limit and review.limit.value) == ("Q/JZRS 221.1-2026", "5.10", 2)
    assert ours.at_step("UNE-01", "S999") == ()


def test_standards_for_every_process_govern_each(ours: Standards) -> None:
    numbers = {one.number for one in ours.governing("WIN-04")}

    assert "GB 11643-1999" in numbers
    assert "Q/JZRS 224-2026" in numbers
    assert "Q/JZRS 221-2026" not in numbers


def test_clauses_of_a_standard_include_those_of_its_parts(ours: Standards) -> None:
    assert len(ours.clauses_of("Q/JZRS 221-2026")) == 72
    assert len(ours.clauses_of("Q/JZRS 221.1-2026")) == 33


@pytest.mark.parametrize(
    ("text", "standard", "clauses"),
    [
        ("Q/JZRS 211.2-2026 第5.1条（示例）", "Q/JZRS 211.2-2026", ("5.1",)),
        ("Q/JZRS 211.2-2026 §5.1 (sample)", "Q/JZRS 211.2-2026", ("5.1",)),
        ("Q/JZRS 200.INTAKE-2026 第5.10条（示例）", "Q/JZRS 200.INTAKE-2026", ("5.10",)),
        ("GB/T 31599-2015 第6、7章", "GB/T 31599-2015", ("6", "7")),
        ("GB/T 31599-2015 cl.6 and 7", "GB/T 31599-2015", ("6", "7")),
        ("GB/T 33535", "GB/T 33535-2017", ()),  # undated: the one edition in force
        ("GB/T 99999-2030 第1章", None, ("1",)),
    ],
)
def test_a_citation_is_understood_in_both_languages(
    ours: Standards, text: str, standard: str | None, clauses: tuple[str, ...]
) -> None:
    [found] = ours.cited(text)

    assert (found.standard, found.clauses) == (standard, clauses)


def test_two_citations_in_one_line_are_two(ours: Standards) -> None:
    found = ours.cited("T/CQTSHRA 006-2024 第6; GB/T 33535")

    assert [one.standard for one in found] == ["T/CQTSHRA 006-2024", "GB/T 33535-2017"]


@pytest.mark.parametrize(
    ("standard", "part", "code", "place"),
    [
        ("[[standard", PART, "not_toml", "standards.toml"),
        (STANDARD + STANDARD, PART, "twice", "standards.toml [[standard]] 2 (Q/X 1-2026)"),
        (STANDARD.replace('"internal"', '"regional"'), PART, "wrong_type", "standards.toml [[standard]] 1"),
        (STANDARD.replace('"UNE-01"', '"une"'), PART, "process", "standards.toml [[standard]] 1"),
        (STANDARD.replace('"sample"', '"superseded"'), PART, "superseded", "standards.toml [[standard]] 1"),
        (STANDARD + 'colour = "red"\n', PART, "unknown", "standards.toml [[standard]] 1"),
        (STANDARD, PART.replace("Q/X 1-2026", "Q/X 9-2026"), "unknown", "clauses/one.toml"),
        (STANDARD, PART.replace('process = "UNE-01"', ""), "missing", "clauses/one.toml"),
        (STANDARD, PART.replace('"5.1"', '"five"'), "number", "clauses/one.toml [[clause]] 1"),
        (STANDARD, PART.replace('step = "S10"', "step = 10"), "wrong_type", "clauses/one.toml [[clause]] 1"),
        (STANDARD, PART.replace("[[clause]]", "[clause]"), "wrong_type", "clauses/one.toml"),
    ],
)
def test_what_is_wrong_is_refused_with_file_and_row(standard: str, part: str, code: str, place: str) -> None:
    with pytest.raises(StandardsRefused) as refused:
        made(standard, part)

    assert refused.value.code == code
    assert str(refused.value).startswith(place)


def test_a_clause_number_stands_once_in_a_standard() -> None:
    files = {"standards.toml": STANDARD, "clauses/one.toml": PART, "clauses/two.toml": PART}

    with pytest.raises(StandardsRefused, match=r"Q/X 1\.1-2026 has clause 5\.1 2 times"):
        standards.read_files({path: text.encode() for path, text in files.items()})


def test_a_folder_without_the_list_of_standards_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StandardsRefused, match=r"standards\.toml: the file is missing"):
        standards.read(tmp_path)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "standards.toml").write_text(STANDARD, encoding="utf-8")
    (tmp_path / "clauses").mkdir()
    (tmp_path / "clauses" / "out.toml").symlink_to(FOLDER / "standards.toml")

    assert standards.read(tmp_path).clauses == ()
