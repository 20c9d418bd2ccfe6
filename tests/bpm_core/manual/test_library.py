from __future__ import annotations

import shutil
from pathlib import Path

from bpm_core.manual import clauses
from bpm_core.manual.library import is_shared, library, read_library
from tests.bpm_core.manual import sample


def test_families_follow_the_order_of_the_printed_manual_and_shared_parts_come_last() -> None:
    codes = [each.code for family in sample.library().families for each in family.bundles]

    assert codes.index("EMP-01") < codes.index("TRN-01") < codes.index("UNE-01") < codes.index("SUB-PAY")
    assert all(code.startswith("SUB-") for code in codes[-8:])


def test_a_process_is_found_by_key_and_by_code() -> None:
    found = sample.library()

    assert found.get("UNE-01") is found.get("unemployment_benefit") is not None
    assert found.get("XXX-99") is None


def test_a_shared_part_knows_who_carries_it_out() -> None:
    assert "UNE-01" in [each.code for each in sample.library().callers("shared_payment")]


def test_equal_bundles_give_an_equal_digest_in_any_order() -> None:
    bundles = sample.library().bundles

    assert library(bundles).digest == library(reversed(bundles)).digest
    assert library(bundles).digest != library(bundles[1:]).digest


def test_one_changed_word_gives_another_digest(tmp_path: Path) -> None:
    shutil.copytree(sample.PROCESSES / "unemployment_benefit", tmp_path / "unemployment_benefit")
    before = read_library(tmp_path).digest
    guide = tmp_path / "unemployment_benefit" / "guide.toml"
    guide.write_text(guide.read_text("utf-8").replace("Free of charge", "Free"), "utf-8")

    assert read_library(tmp_path).digest != before


def test_parts_carried_out_by_others_are_told_apart() -> None:
    assert {is_shared(each) for each in sample.library().bundles} == {True, False}


def test_clauses_are_ordered_by_number_not_by_letter() -> None:
    said = [
        "Q/JZRS 221.1-2026 第5.10条（示例）",
        "Q/JZRS 221.1-2026 第5.2条（示例）",
        "Q/JZRS 221.1-2026 第5.1条（示例）",
    ]

    assert [each[-9:-4] for each in sorted(said, key=clauses.sort_key)] == ["第5.1条", "第5.2条", "5.10条"]
    assert clauses.split(said[1]) == ("Q/JZRS 221.1-2026", "第5.2条（示例）")
    assert clauses.split("§5.2 of something") == ("§5.2 of something", "")


def test_the_index_by_clause_holds_every_clause_that_a_step_names() -> None:
    found = clauses.by_standard(sample.chapter(each.key) for each in sample.library().bundles)

    told = sum(len(places) for numbers in found.values() for places in numbers.values())
    named = sum(len(element.clauses) for each in sample.library().bundles for element in each.process.elements.values()
                if element.shown)  # fmt: skip
    assert told == named
