"""A BPMN file reduced to what a picture shows: shapes, flows and names in one language; nothing that could run."""

from __future__ import annotations

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
GUICHENG = "urn:guicheng:bpmn:1"
_SHOWN_NAMESPACES = frozenset(
    {BPMN, BPMNDI, "http://www.omg.org/spec/DD/20100524/DC", "http://www.omg.org/spec/DD/20100524/DI"}
)
# Said in words elsewhere (text twin, tables), never drawn.
_NOT_DRAWN = frozenset(
    f"{{{BPMN}}}{name}"
    for name in (
        "extensionElements", "documentation", "script", "ioSpecification", "property", "dataInputAssociation",
        "dataOutputAssociation", "timeDuration", "timeDate", "timeCycle", "loopCardinality", "completionCondition",
        "condition", "resourceRole", "potentialOwner", "correlationSubscription", "correlationProperty",
        "itemDefinition",
    )
)  # fmt: skip


def _parse(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
        remove_blank_text=True,
    )  # fmt: skip
    return etree.fromstring(xml, parser)


def has_drawing(xml: bytes) -> bool:
    """True when the file carries a diagram with at least one shape. Raises ValueError when it is not XML."""
    try:
        return next(_parse(xml).iter(f"{{{BPMNDI}}}BPMNShape"), None) is not None
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error


def picture(xml: bytes, language: str = "zh-hans") -> bytes:
    """The drawing of a BPMN file, names in `language` ("en" where the file has an English name, else as written).

    Raises ValueError when the file is not XML.
    """
    try:
        root = _parse(xml)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    for element in list(root.iter(etree.Element)):
        if element.tag in _NOT_DRAWN or etree.QName(element).namespace not in _SHOWN_NAMESPACES:
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
            continue
        if element.tag == f"{{{BPMN}}}conditionExpression":
            element.text = None
        _keep_plain_attributes(element, language)
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _keep_plain_attributes(element: etree._Element, language: str) -> None:
    english = element.get(f"{{{GUICHENG}}}nameEn")
    if english and language.startswith("en"):
        element.set("name", english)
    for name in list(element.attrib):
        if etree.QName(name).namespace not in (None, *_SHOWN_NAMESPACES):
            del element.attrib[name]
