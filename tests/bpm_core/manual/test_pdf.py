"""The PDF. Two processes in the normal run; the whole manual, twice and in both languages, in the nightly one."""

from __future__ import annotations

import re
import subprocess
import zlib
from pathlib import Path

import pytest

from bpm_core.manual import book, pdf
from bpm_core.manual.library import Library, library
from bpm_core.manual.pdf import Printed
from tests.bpm_core.manual import sample

A4 = "595.276 x 841.89 pts (A4)"


@pytest.fixture(scope="module")
def small() -> Library:
    """Two processes with all that is common."""
    whole = sample.library()
    chosen = [whole.get("shared_delivery"), whole.get("shared_payment")]
    return library([each for each in chosen if each], whole.contacts, system=whole.standards)


@pytest.fixture(scope="module")
def printed(small: Library) -> Printed:
    return pdf.whole(small, "zh")


def told(content: bytes, tmp_path: Path, tool: str, *options: str) -> str:
    path = tmp_path / "manual.pdf"
    path.write_bytes(content)
    out = ["-"] if tool == "pdftotext" else []
    return subprocess.run([tool, *options, str(path), *out], capture_output=True, text=True, check=True).stdout


def test_a_manual_is_a4_and_bears_no_time(printed: Printed, tmp_path: Path) -> None:
    said = told(printed.content, tmp_path, "pdfinfo")

    assert A4 in said
    assert f"Pages:           {printed.pages}" in said
    assert "CreationDate" not in said
    assert "业务规程手册" in said


def test_the_same_library_gives_the_same_bytes(small: Library, printed: Printed) -> None:
    assert pdf.whole(small, "zh").content == printed.content


def test_the_contents_name_the_page_on_which_a_chapter_begins(printed: Printed, tmp_path: Path) -> None:
    text = told(printed.content, tmp_path, "pdftotext", "-layout").split("\f")
    page = printed.places["sub-deliver"]

    line = next(line for sheet in text for line in sheet.splitlines() if "SUB-DELIVER" in line and "...." in line)
    assert line.rstrip().endswith(str(page))
    begins = next(at for at, sheet in enumerate(text) if "SUB-DELIVER 送达" in sheet and "概要" in sheet)
    assert re.search(rf"^\s*{page}\s*$", text[begins], re.MULTILINE)


def test_the_indexes_name_the_page_of_a_step(printed: Printed, tmp_path: Path) -> None:
    text = told(printed.content, tmp_path, "pdftotext", "-layout")

    assert re.search(rf"SUB-PAY S20\s+{printed.places['sub-pay-S20']}\b", text)


def test_every_page_has_a_running_head(printed: Printed, tmp_path: Path) -> None:
    text = told(printed.content, tmp_path, "pdftotext", "-layout").split("\f")

    assert all("业务规程手册 · 统一版" in sheet for sheet in text[1 : printed.pages])


def test_chapters_are_bookmarks_and_fonts_are_embedded(printed: Printed, tmp_path: Path) -> None:
    fonts = told(printed.content, tmp_path, "pdffonts").splitlines()[2:]

    inside = [zlib.decompress(each) for each in re.findall(rb"stream\n(x.*?)\nendstream", printed.content, re.DOTALL)]
    assert any(b"/Outlines" in each for each in inside)
    assert fonts
    assert all(re.search(r"\byes yes yes\b|\byes yes no\b", line) for line in fonts), fonts


def test_nothing_is_fetched_while_printing() -> None:
    with pytest.raises(ValueError, match="asks for"):
        pdf._nothing("file:///etc/passwd")


@pytest.mark.nightly
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_whole_manual_is_the_same_twice(lang: str) -> None:
    first, second = (pdf.whole(sample.library(), lang) for _ in range(2))

    assert first.content == second.content
    made = book.Book(sample.library(), pdf.Voice(lang), lambda _key, place: f"#{place}")
    assert all(each.bundle.code.lower() in first.places for each in made.chapters)
