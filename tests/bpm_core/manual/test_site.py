from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser

import pytest

from bpm_core.manual import site
from bpm_core.manual.edition import UNIFIED
from bpm_core.manual.library import read_library
from tests.bpm_core.manual import sample

VOID = {"meta", "link", "br", "img", "hr"}


@cache
def pages(lang: str) -> dict[str, str]:
    made = site.pages(sample.library(), lang)
    return {name: content.decode("utf-8") for name, content in made.items() if name.endswith(".html")}


class _Closed(HTMLParser):
    """Fails on an element that is not closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert "style" not in dict(attrs), "the portal's rules for content forbid style attributes"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_there_is_a_page_for_every_process_and_for_the_indexes() -> None:
    expected = {f"{each.code.lower()}.html" for each in sample.library().bundles}

    assert set(pages("zh")) == expected | {"index.html", "clauses.html", "posts.html"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_link_leads_to_a_place_that_is_there(lang: str) -> None:
    found = pages(lang)
    places = {name: set(re.findall(r' id="([^"]+)"', html)) for name, html in found.items()}

    dead = []
    for name, html in found.items():
        for target in re.findall(r'<a href="([^"]+)"', html):
            page, _, place = target.partition("#")
            if (page or name) not in found or (place and place not in places[page or name]):
                dead.append(f"{name}: {target}")

    assert not dead


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_place_is_named_twice(lang: str) -> None:
    for name, html in pages(lang).items():
        found = re.findall(r' id="([^"]+)"', html)
        assert len(found) == len(set(found)), name


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_are_well_formed_and_fetch_nothing_from_elsewhere(lang: str) -> None:
    for html in pages(lang).values():
        parser = _Closed()
        parser.feed(html)
        assert not parser.open
        assert set(re.findall(r'(?:src|href)="(https?:[^"]+)"', html)) == set()


def test_the_english_manual_has_chinese_only_where_it_is_the_matter_itself() -> None:
    for name, html in pages("en").items():
        text = re.sub(r'<span lang="zh-Hans">[^<]*</span>', "", html)
        text = re.sub(r"e\.g\. [^<;]*|<code>[^<]*</code>|font-family=\"[^\"]*\"", "", text)
        left = re.findall(r"[一-鿿]{2,}", text)
        assert not left, (name, left[:5])


def test_equal_folders_give_equal_pages() -> None:
    again = site.pages(read_library(sample.PROCESSES), "zh", keys=["UNE-01", "SUB-PAY", "EMP-01"])

    made = {name: content.decode("utf-8") for name, content in again.items() if name.endswith(".html")}
    assert len(made) == 3
    assert made == {name: pages("zh")[name] for name in made}


def test_the_seal_names_the_library_and_every_file() -> None:
    files = site.pages(sample.library(), "zh", keys=["UNE-01"])

    sealed = site.seal(sample.library(), "zh", UNIFIED, files).decode("utf-8")

    assert sample.library().digest in sealed
    assert "une-01.html" in sealed


def test_some_processes_alone_come_without_indexes() -> None:
    assert set(site.pages(sample.library(), "zh", keys=["UNE-01"])) == {"une-01.html", "manual.css"}
