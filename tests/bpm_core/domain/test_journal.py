"""The chain: what is found out, and what only a head known outside can show."""

from __future__ import annotations

import copy
import json
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bpm_core.domain import journal
from bpm_core.domain.journal import Entry

NUMBER = "UNE-01-2026-0000001"
START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def chained(count: int = 20, algorithm: str = "sha256") -> list[tuple[Entry, bytes, bytes]]:
    rows, prev = [], journal.genesis(NUMBER, algorithm)
    for seq in range(1, count + 1):
        entry = Entry(
            seq, START + timedelta(minutes=seq), "person", "work_item.completed", 3, "410823000000", f"S{seq}"
        )
        own = journal.link(prev, entry, algorithm)
        rows.append((entry, prev, own))
        prev = own
    return rows


def document(count: int = 20, algorithm: str = "sha256") -> dict[str, Any]:
    rows = chained(count, algorithm)
    made = journal.evidence_document(
        rows, {"number": NUMBER}, head=rows[-1][2], exported_at=START, exported_by="controller", algorithm=algorithm
    )
    return json.loads(json.dumps(made))


@pytest.mark.parametrize("algorithm", journal.ALGORITHMS)
def test_an_untouched_file_is_whole(algorithm: str) -> None:
    assert journal.check_evidence(document(algorithm=algorithm)) == ()


def test_canonical_text_does_not_depend_on_the_order_of_keys() -> None:
    assert journal.canonical({"b": 1, "a": ["张", None, True]}) == '{"a":["张",null,true],"b":1}'.encode()
    assert journal.canonical({"a": ["张", None, True], "b": 1}) == journal.canonical({"b": 1, "a": ["张", None, True]})


@pytest.mark.parametrize("value", [1.5, Decimal("1"), date(2026, 1, 1), {1: "a"}, {"a": {"b": 0.1}}, [b"x"], {"s"}])
def test_what_two_machines_might_write_differently_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        journal.canonical(value)


def test_times_are_written_in_one_way() -> None:
    shanghai = datetime.fromisoformat("2026-11-20T09:00:00+08:00")

    assert journal.stamp(shanghai) == "2026-11-20T01:00:00.000000Z" == journal.stamp(shanghai.astimezone(UTC))


def test_chains_of_two_cases_cannot_be_exchanged() -> None:
    rows = chained()

    found = journal.check_chain("UNE-01-2026-0000002", rows, rows[-1][2])

    assert [one.code for one in found] == ["chain"]


def test_a_commitment_binds_and_tells_nothing() -> None:
    salt, other = b"0" * 16, b"1" * 16

    assert journal.commitment(salt, "410899197803121234") == journal.commitment(salt, "410899197803121234")
    assert journal.commitment(salt, "410899197803121234") != journal.commitment(other, "410899197803121234")
    with pytest.raises(ValueError, match="16 bytes"):
        journal.commitment(b"short", "x")


def test_an_opened_value_must_fit_its_commitment() -> None:
    rows, salt = chained(), b"s" * 16
    opening = {"salt": salt.hex(), "value": "li", "commitment": journal.commitment(salt, "wang")}
    made = journal.evidence_document(rows, {"number": NUMBER}, head=rows[-1][2], exported_at=START, openings=[opening])

    assert [one.code for one in journal.check_evidence(made)] == ["opening"]


def _tamper(entries: list[dict[str, Any]], chance: random.Random) -> str:
    place = chance.randrange(len(entries) - 1)
    what = chance.choice(["edit", "delete", "swap", "insert", "re-hash one", "cut", "time"])
    if what == "edit":
        entries[place]["action"] = "case.approved"
    elif what == "time":
        entries[place]["at"] = "2026-11-19T00:00:00.000000Z"
    elif what == "delete":
        del entries[place]
    elif what == "swap":
        entries[place], entries[place + 1] = entries[place + 1], entries[place]
    elif what == "insert":
        entries.insert(place, copy.deepcopy(entries[place]))
    elif what == "cut":
        del entries[place + 1 :]
    else:
        entries[place]["unit_code"] = "410800000000"
        bare = {key: value for key, value in entries[place].items() if key not in ("hash", "prev_hash")}
        entries[place]["hash"] = journal.link_json(bytes.fromhex(entries[place]["prev_hash"]), bare).hex()
    return what


def test_a_thousand_tamperings_are_all_found_even_with_the_files_own_digest_made_anew() -> None:
    chance = random.Random(1_000)
    clean, missed = document(), []

    for _ in range(1_000):
        forged = copy.deepcopy(clean)
        what = _tamper(forged["entries"], chance)
        forged["document_digest"] = journal.document_digest(forged)
        if not journal.check_evidence(forged):
            missed.append(what)

    assert missed == []


def test_a_chain_made_anew_is_found_by_a_head_noted_elsewhere_and_not_without_it() -> None:
    noted = document()["head"]["hash"]
    shorter = document(count=10)

    assert journal.check_evidence(shorter) == ()
    assert [one.code for one in journal.check_evidence(shorter, known_head=noted)] == ["known_head"]
    assert journal.check_evidence(document(), known_head=shorter["head"]["hash"]) == ()  # an older print-out


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"format": "guicheng-evidence-1"},
        {"format": "other", "algorithm": "sha256"},
        {"format": "guicheng-evidence-1", "algorithm": "md5", "entries": []},
        {"format": "guicheng-evidence-1", "algorithm": "sha256", "entries": [{"hash": 3}]},
        {"format": "guicheng-evidence-1", "algorithm": "sha256", "entries": [1]},
    ],
)
def test_what_is_no_evidence_file_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not an evidence file"):
        journal.check_evidence(broken)
