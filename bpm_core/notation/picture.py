"""A BPMN file reduced to what a picture shows: shapes, flows and names in one language; nothing that could run."""

from __future__ import annotations

from lxml import etree

from bpm_core.notation.xml import BPMN, BPMNDI, DC, DI, GUICHENG, local, namespace, parse

_SHOWN_NAMESPACES = frozenset({BPMN, BPMNDI, DC, DI})
# Said in words elsewhere (text twin, tables), never drawn.
_NOT_DRAWN = frozenset(
    {
        "extensionElements",
        "documentation",
        "script",
        "ioSpecification",
        "property",
        "dataInputAssociation",
        "dataOutputAssociation",
        "timeDuration",
        "timeDate",
        "timeCycle",
        "loopCardinality",
        "completionCondition",
        "condition",
        "resourceRole",
        "potentialOwner",
        "correlationSubscription",
        "correlationProperty",
        "itemDefinition",
    }
)

_LABEL_WIDTH = 84.0


def has_drawing(xml: bytes) -> bool:
    """True when the file carries a diagram with at least one shape. Refuses with xml.XmlRefused."""
    return next(parse(xml).iter(f"{{{BPMNDI}}}BPMNShape"), None) is not None


def picture(xml: bytes, language: str = "zh-hans") -> bytes:
    """The drawing of a BPMN file, names in `language` ("en" where the file has an English name, else as written).

    Refuses with xml.XmlRefused.
    """
    root = parse(xml)
    for element in list(root.iter(etree.Element)):
        parent = element.getparent()
        if parent is not None and not _is_drawn(element):
            parent.remove(element)
            continue
        if local(element) == "conditionExpression" or not (element.text or "").strip():
            element.text = None
        element.tail = None
        _keep_plain_attributes(element, language)
    if language.startswith("en"):
        _widen_labels(root)
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _is_drawn(element: etree._Element) -> bool:
    if namespace(element) not in _SHOWN_NAMESPACES:
        return False
    return namespace(element) != BPMN or local(element) not in _NOT_DRAWN


def _keep_plain_attributes(element: etree._Element, language: str) -> None:
    english = element.get(f"{{{GUICHENG}}}nameEn")
    if english and language.startswith("en"):
        element.set("name", english)
    for name in list(element.attrib):
        if etree.QName(name).namespace not in (None, *_SHOWN_NAMESPACES):
            del element.attrib[name]


def _widen_labels(root: etree._Element) -> None:
    """Labels are drawn to the width of Chinese names; English words need more, or they break within a word."""
    for bounds in root.iter(f"{{{DC}}}Bounds"):
        parent = bounds.getparent()
        if parent is None or local(parent) != "BPMNLabel":
            continue
        missing = _LABEL_WIDTH - float(bounds.get("width", "0"))
        if missing > 0:
            bounds.set("width", str(_LABEL_WIDTH))
            bounds.set("x", str(float(bounds.get("x", "0")) - missing / 2))
