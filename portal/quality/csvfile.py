"""CSV that a spreadsheet opens as text: no cell can become a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

#: A cell that begins so is reckoned by spreadsheets (OWASP: CSV injection); a quote before it makes it text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BOM = "\ufeff"  # without it spreadsheets on Chinese Windows read UTF-8 as GBK


def cell(value: object) -> str:
    """The value as text that stays text."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


class _Line:
    """A file for csv.writer that hands each written line back."""

    def write(self, text: str) -> str:
        return text


def lines(head: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file line by line, so that a long export never lies in memory as a whole."""
    writer = csv.writer(_Line(), lineterminator="\r\n")
    yield BOM + writer.writerow([cell(value) for value in head])
    for row in rows:
        yield writer.writerow([cell(value) for value in row])
