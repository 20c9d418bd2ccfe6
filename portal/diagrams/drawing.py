"""The picture of a BPMN file for the browser island: drawn by automatic layout when the file has no drawing."""

from __future__ import annotations

from functools import lru_cache

from bpm_core.notation import picture
from portal.diagrams import quickjs_runner


@lru_cache(maxsize=256)
def drawing(xml: bytes, language: str) -> bytes:
    """XML with shapes, flows and names in `language`; always with a layout.

    Raises ValueError (xml.XmlRefused) when it is not XML we read, quickjs_runner.ToolFailed when it cannot be laid out.
    """
    shown = picture.picture(xml, language)
    if picture.has_drawing(shown):
        return shown
    return str(quickjs_runner.run("layout", xml=shown.decode("utf-8"))).encode("utf-8")


def with_layout(xml: bytes) -> bytes:
    """The same file with everything it says, and a layout added when it has none: for download."""
    if picture.has_drawing(xml):
        return xml
    return str(quickjs_runner.run("layout", xml=xml.decode("utf-8"))).encode("utf-8")
