"""Reading XML that strangers wrote: no entities, no network, no document type; and the names of the namespaces."""

from __future__ import annotations

from typing import Any

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
GUICHENG = "urn:guicheng:bpmn:1"

MAX_BYTES = 2 * 1024 * 1024  # of one XML file: a drawn process of 1,000 nodes is about 1 MB


class XmlRefused(ValueError):
    """The text is not XML that we read. `code` says why, `line` where (0 = whole file)."""

    def __init__(self, code: str, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.line = line


def parse(data: bytes) -> etree._Element:
    """The root element of `data`.

    Refuses with XmlRefused: too_big, not_xml, doctype (any document type declaration: entities, external files),
    processing_instruction.
    Source: OWASP XML External Entity Prevention Cheat Sheet, for lxml.
    """
    if len(data) > MAX_BYTES:
        raise XmlRefused("too_big", f"the file has {len(data)} bytes; at most {MAX_BYTES} are read")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise XmlRefused("not_xml", f"not well-formed XML: {error}", line) from None
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype or docinfo.internalDTD is not None:
        raise XmlRefused("doctype", "the file has a document type declaration (DOCTYPE)", 1)
    for node in root.iter(etree.ProcessingInstruction, etree.Entity):
        raise XmlRefused("processing_instruction", "the file has processing instructions or entities", line_of(node))
    return root


def local(element: etree._Element) -> str:
    """Name of an element without its namespace."""
    return str(etree.QName(element).localname)


def namespace(element: etree._Element) -> str:
    return str(etree.QName(element).namespace or "")


def text_of(element: etree._Element | None) -> str:
    """The text directly in an element, trimmed; "" when there is none."""
    return (element.text or "").strip() if element is not None else ""


def line_of(element: etree._Element) -> int:
    """Line of the file on which an element begins; 0 when it is not known."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 0
