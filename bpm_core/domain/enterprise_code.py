"""Unified social credit codes of organisations: the check of GB 32100-2015; the business register is asked elsewhere.

Source: GB 32100-2015 (statute-knowledge): registering department, category, 6 digits area, 9 characters organisation
code (GB 11714-1997, with its own check character, MOD 11), check character MOD 31. I, O, S, V and Z are not used.
"""

from __future__ import annotations

from dataclasses import dataclass

from bpm_core.domain.errors import FieldError, InvalidData

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_TIDY = str.maketrans(
    "０１２３４５６７８９" + "ＡＢＣＤＥＦＧＨＪＫＬＭＮＰＱＲＴＵＷＸＹ",
    _ALPHABET,
    "  　-\t",
)


@dataclass(frozen=True, slots=True)
class EnterpriseCode:
    """A unified social credit code that passed both checks."""

    code: str
    area: str
    organisation: str


def read(text: str, *, key: str = "uscc") -> EnterpriseCode:
    """The code behind what was typed: spaces, hyphens, full-width and small letters are forgiven.

    Refuses with InvalidData, whose one field error has the code uscc_length, uscc_characters, uscc_area,
    uscc_organisation or uscc_check.
    """
    typed = text.upper().translate(_TIDY)
    if len(typed) != 18:
        raise _wrong(key, "uscc_length", expected=18, found=len(typed))
    if any(character not in _VALUES for character in typed):
        raise _wrong(key, "uscc_characters", expected=_ALPHABET)
    if not typed[2:8].isdigit():
        raise _wrong(key, "uscc_area")
    if typed[16] != organisation_check(typed[8:16]):
        raise _wrong(key, "uscc_organisation")
    if typed[17] != check_character(typed[:17]):
        raise _wrong(key, "uscc_check")
    return EnterpriseCode(typed, typed[2:8], typed[8:17])


def check_character(first_17: str) -> str:
    """Check character over the first 17 (MOD 31, weights 3 to the power of the place)."""
    return _ALPHABET[-sum(weight * _VALUES[one] for weight, one in zip(_WEIGHTS, first_17, strict=True)) % 31]


def organisation_check(first_8: str) -> str:
    """Check character of the organisation code (MOD 11): digits and letters count 0-9 and A=10 to Z=35."""
    remainder = -sum(weight * int(one, 36) for weight, one in zip(_BODY_WEIGHTS, first_8, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def _wrong(key: str, code: str, **facts: object) -> InvalidData:
    return InvalidData("not a valid unified social credit code", [FieldError(key, code, facts)], code=code)
