from __future__ import annotations

import pytest

from portal.diagrams import drawing
from tests.portal.diagrams.models import PLAIN


def test_a_picture_has_names_in_the_readers_language() -> None:
    assert 'name="Accept"' in drawing.drawing(PLAIN.encode(), "en").decode()
    assert 'name="受理"' in drawing.drawing(PLAIN.encode(), "zh-hans").decode()


def test_a_picture_says_nothing_that_is_not_drawn() -> None:
    shown = drawing.drawing(PLAIN.encode(), "zh-hans").decode()

    assert "看材料" not in shown
    assert "complete = false" not in shown
    assert "guicheng" not in shown


def test_a_picture_without_layout_is_laid_out() -> None:
    assert b"BPMNShape" in drawing.drawing(PLAIN.encode(), "zh-hans")


def test_the_download_keeps_what_the_file_says_and_gains_a_layout() -> None:
    laid_out = drawing.with_layout(PLAIN.encode()).decode()

    assert "complete = false" in laid_out
    assert 'nameEn="Accept"' in laid_out
    assert "BPMNShape" in laid_out
    assert drawing.with_layout(laid_out.encode()).decode() == laid_out


def test_an_entity_is_never_expanded() -> None:
    doctype = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    hostile = doctype + PLAIN.replace("看材料", "&e;").replace("受理", "&e;", 1)

    try:
        shown = drawing.drawing(hostile.encode(), "zh-hans")
    except (ValueError, drawing.quickjs_runner.ToolFailed):
        return
    assert b"root:" not in shown


def test_text_that_is_no_xml_is_a_value_error() -> None:
    with pytest.raises(ValueError):
        drawing.drawing(b"not xml", "en")
