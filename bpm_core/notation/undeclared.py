"""Values for steps of a plain diagram, which declares none: whatever has a name and a FEEL value, within limits.

Other tools draw processes whose tasks have no form; the values come with the answer. What is taken here is data only,
never an expression.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpm_core.domain.errors import FieldError
from bpm_core.feel import values
from bpm_core.notation.cleaning import Cleaned

MOST = 100
LONGEST_NAME = 120
LONGEST_TEXT = 20_000
DEEPEST = 12
_MOST_PARTS = 5_000


def clean_any(raw: Mapping[str, object]) -> Cleaned:
    """FEEL values by name; errors say which name or value is not taken: bad_name, too_many, too_big, not_a_value."""
    if len(raw) > MOST:
        return Cleaned({}, [FieldError("", "too_many", {"max": MOST})])
    cleaned: dict[str, Any] = {}
    errors: list[FieldError] = []
    for name, value in raw.items():
        code = _fault(name, value)
        if code:
            errors.append(FieldError(str(name)[:LONGEST_NAME], code))
            continue
        try:
            cleaned[name] = values.from_python(value)
        except (ValueError, TypeError):
            errors.append(FieldError(name, "not_a_value"))
    return Cleaned(cleaned, errors)


def _fault(name: object, value: object) -> str:
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME or name.startswith("__"):
        return "bad_name"
    if not name.strip() or not name.isprintable():
        return "bad_name"
    return "" if _room(value, 0, [_MOST_PARTS]) else "too_big"


def _room(value: object, depth: int, left: list[int]) -> bool:
    """Whether a value is small enough to be kept with every step of a case."""
    left[0] -= 1
    if depth > DEEPEST or left[0] < 0:
        return False
    if isinstance(value, str):
        left[0] -= len(value) // 100
        return len(value) <= LONGEST_TEXT and "\0" not in value
    if isinstance(value, Mapping):
        return all(_room(key, depth + 1, left) and _room(inner, depth + 1, left) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return all(_room(inner, depth + 1, left) for inner in value)
    return True
