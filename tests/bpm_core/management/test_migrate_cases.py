"""The command line that takes running cases to another version of their process."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bpm_core.domain import obstacles
from bpm_core.models import Case
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import Office, build
from tests.bpm_core.commands.test_migration import RENAME_S30, publish


@pytest.fixture
def office(db: None) -> Office:
    return build()


def told(*options: Any) -> str:
    out = io.StringIO()
    call_command("migrate_cases", sample.KEY, *options, stdout=out)
    return out.getvalue()


BOTH = ("--from", "1", "--to", "2", "--by", "publisher")


def test_a_dry_run_says_in_words_which_case_stays_and_why(office: Office) -> None:
    case = office.reviewed()
    publish(office, *RENAME_S30)
    out = io.StringIO()

    with pytest.raises(SystemExit):
        call_command("migrate_cases", sample.KEY, *BOTH, "--dry-run", stdout=out)

    assert f"STAY {case.number}  办件停在“S30 初审”" in out.getvalue()
    assert "move 0, stay 1" in out.getvalue()


def test_cases_move_by_the_mapping_file_and_are_put_back(office: Office, tmp_path: Path) -> None:
    case = office.reviewed()
    new = publish(office, *RENAME_S30)
    mapping = tmp_path / "map.toml"
    mapping.write_text('[elements]\n"S30" = "S31"\n', encoding="utf-8")

    moved = json.loads(told(*BOTH, "--map", str(mapping), "--reason", "新规施行", "--json"))

    assert (moved["moved"], moved["refused"], moved["finished"]) == (1, 0, True)
    assert Case.objects.get(pk=case.pk).definition_id == new.pk
    back = json.loads(told("--by", "publisher", "--undo", moved["run"], "--json"))
    assert (back["moved"], back["undone"]) == (0, 1)
    assert Case.objects.get(pk=case.pk).definition_id == office.definition.pk


def test_what_stays_is_listed_in_english_when_asked(office: Office) -> None:
    office.reviewed()
    publish(office, *RENAME_S30)

    result = json.loads(told(*BOTH, "--reason", "new rules", "--json", "--english"))

    [reason] = result["stay"][0]["reasons"]
    assert reason["code"] == "element_gone"
    assert reason["text"].startswith("the case stands at S30 First review, which the new version lacks")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[elements", "can't be read"),
        ("[other]\na = 'b'\n", "holds one table"),
        ("[elements]\na = 1\n", "holds one table"),
    ],
)
def test_a_mapping_file_that_is_none_is_refused(office: Office, tmp_path: Path, text: str, said: str) -> None:
    publish(office, *RENAME_S30)
    mapping = tmp_path / "map.toml"
    mapping.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError, match=said):
        told(*BOTH, "--map", str(mapping), "--dry-run")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--from", "1", "--to", "9", "--by", "publisher"), "no version 9"),
        (("--from", "1", "--to", "2", "--by", "nobody"), "no account nobody"),
        (("--by", "publisher"), "--from and --to"),
        (("--from", "1", "--to", "2", "--by", "publisher"), "reason"),
        (("--from", "1", "--to", "2", "--by", "first", "--reason", "x"), "not permitted"),
    ],
)
def test_what_is_missing_or_not_permitted_is_said(office: Office, options: tuple[str, ...], said: str) -> None:
    publish(office, *RENAME_S30)

    with pytest.raises(CommandError, match=said):
        told(*options)


def test_every_obstacle_of_the_engine_has_words_in_both_languages() -> None:
    from bpm_core.engine import Obstacle

    documented = (Obstacle.__doc__ or "").split("code", 1)[1].replace("\n", " ")
    named = {word.strip() for word in documented.split(",")}

    assert named <= obstacles.codes()
