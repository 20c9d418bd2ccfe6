"""Every refusal of the core is a sentence for people: none shows its code, a brace or an English fact in Chinese."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.utils import translation

from bpm_core.domain import errors
from bpm_core.domain.errors import FieldError, InvalidData
from portal import refusals
from portal.forms import messages

ROOT = Path(__file__).resolve().parents[2] / "bpm_core"
KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.Refused)]


def field_codes() -> set[str]:
    """Codes of field errors as the core writes them: the second argument of each FieldError."""
    found = set()
    for path in [*(ROOT / "commands").rglob("*.py"), *(ROOT / "domain").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = (
                isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "FieldError"
            )
            if named and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
                found.add(node.args[1].value)
    return found


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_refusal_has_words(kind: type[errors.Refused], language: str) -> None:
    with translation.override(language):
        found = refusals.explain(kind("for the log only"))

    assert found.title and found.sentence
    assert "{" not in found.title + found.sentence + found.mend
    assert f"{kind.code}_" not in found.title + found.sentence


def test_facts_are_put_into_the_readers_words() -> None:
    refused = errors.NotAllowed("x", roles=["reviewer"], held=["caseworker"])

    with translation.override("zh-hans"):
        sentence = refusals.explain(refused).sentence

    assert "审核岗" in sentence
    assert "经办岗" in sentence


def test_the_finer_code_goes_before_the_kind() -> None:
    refused = errors.Duplicate("x", code="open_case", other_case="UNE-01-2026-0000001")

    with translation.override("en"):
        assert "UNE-01-2026-0000001" in refusals.explain(refused).sentence


@pytest.mark.parametrize("code", sorted(field_codes()))
def test_every_field_error_of_the_core_says_how_to_mend_it(code: str) -> None:
    facts = {"min": 1, "max": 60, "found": 3, "reason": "id_length"}

    with translation.override("en"):
        sentence = messages.sentence(FieldError("field", code, facts), "Field")

    assert sentence != "“Field” is not right yet"
    assert "{" not in sentence


def test_what_is_wrong_with_a_value_never_repeats_the_value() -> None:
    refused = InvalidData("x", [FieldError("id_number", "id_check_digit")])

    with translation.override("en"):
        assert "110105" not in " ".join(refusals.explain(refused).lines)
