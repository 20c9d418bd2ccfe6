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
    return [row for row in rows if all(word in text_of(row) for word in words)]


def text_of(row: ProcessDefinition) -> str:
    """Everything a row is found by, in small letters; a browser that filters a list looks in the same text."""
    names = (row.name_zh, row.family_zh, row.name_en, row.family_en, row.key)
    return " ".join((row.code, row.code.replace("-", ""), *names, *sounds(row.name_zh))).casefold()


@lru_cache(maxsize=1024)
def sounds(name: str) -> tuple[str, str]:
    """A Chinese name as pinyin in one word, and its first letters: "shiyebaoxianjin", "sybxj"."""
    return "".join(lazy_pinyin(name)), "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
