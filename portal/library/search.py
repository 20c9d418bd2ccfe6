"""Finding a process by number, name, pinyin or English: every word typed must be found somewhere in it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from bpm_core.models import ProcessDefinition

MAX_QUERY = 60


def find(rows: Iterable[ProcessDefinition], query: str) -> list[ProcessDefinition]:
    """The rows that hold every word of the query, in their own order; all of them without a query."""
    words = query[:MAX_QUERY].casefold().split()
    return [row for row in rows if all(_holds(row, word) for word in words)]


def _holds(row: ProcessDefinition, word: str) -> bool:
    code = row.code.casefold()
    names = (row.name_zh, row.family_zh, row.name_en.casefold(), row.family_en.casefold(), row.key)
    return (
        word in code
        or word in code.replace("-", "")
        or any(word in name for name in names)
        or any(word in sound for sound in sounds(row.name_zh))
    )


@lru_cache(maxsize=1024)
def sounds(name: str) -> tuple[str, str]:
    """A Chinese name as pinyin in one word, and its first letters: "shiyebaoxianjin", "sybxj"."""
    return "".join(lazy_pinyin(name)), "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
