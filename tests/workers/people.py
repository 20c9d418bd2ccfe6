"""Identity numbers of people nobody is, under the area code 410899 that no place has."""

from __future__ import annotations

from bpm_core.domain import identity


def number(sequence: str = "123", born: str = "19850420") -> str:
    body = "410899" + born + sequence
    return body + identity.check_character(body)
