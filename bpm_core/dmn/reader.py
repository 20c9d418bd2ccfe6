"""DMN XML, versions 1.1 to 1.5, to the elements of a model. Names of elements count, not their namespace's year."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator as Iterable
from typing import Any

from lxml import etree

import bpm_core.dmn.elements as e
from bpm_core.dmn.errors import DmnError

GUICHENG = "urn:guicheng:bpmn:1"  # what we write at a column beyond the standard
MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 60
MAX_RULES = 5_000  # of one table
MAX_CELLS = 50_000
FEEL_LANGUAGES = ("feel", "")
EXPRESSIONS = {
    "literalExpression", "context", "invocation", "functionDefinition", "list", "relation", "decisionTable",
    "conditional", "filter", "for", "some", "every",
}  # fmt: skip


def read(file: str, content: bytes) -> e.Definitions:
    """The model in one file. Refuses with DmnError what is not DMN or may not be read."""
    if len(content) > MAX_BYTES:
        raise DmnError("too_large", f"{MAX_BYTES:,}", file=file)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DmnError("not_xml", str(error)[:200], file=file) from None
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype:
        raise DmnError("not_xml", "DOCTYPE", file=file)
    if _local(root) != "definitions" or "/DMN/" not in (etree.QName(root).namespace or "").upper():
        raise DmnError("not_dmn", str(root.tag)[:200], file=file)
    return _Reader(file).definitions(root, hashlib.sha256(content).hexdigest())


def _local(node: Any) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _all(node: Any, name: str) -> Iterable[Any]:
    return (child for child in node if _local(child) == name)


def _one(node: Any, name: str) -> Any | None:
    return next(_all(node, name), None)


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.decision = ""
        self.depth = 0

    def refuse(self, code: str, detail: str, node: Any) -> DmnError:
        return DmnError(code, detail, file=self.file, decision=self.decision, line=node.sourceline)

    def definitions(self, root: Any, digest: str) -> e.Definitions:
        language = root.get("expressionLanguage")
        self.check_language(root, language)
        return e.Definitions(
            file=self.file,
            name=root.get("name") or "",
            namespace=root.get("namespace") or "",
            language=language,
            imports=tuple(
                e.Import(node.get("name") or "", node.get("namespace") or "")
                for node in _all(root, "import")
                if "/DMN/" in (node.get("importType") or "/DMN/").upper()
            ),
            types=tuple(self.item_definition(node) for node in _all(root, "itemDefinition")),
            inputs=tuple(self.input_data(node) for node in _all(root, "inputData")),
            decisions=tuple(self.decision_element(node) for node in _all(root, "decision")),
            knowledge=tuple(self.knowledge_element(node) for node in _all(root, "businessKnowledgeModel")),
            services=tuple(self.service_element(node) for node in _all(root, "decisionService")),
            digest=digest,
        )

    def check_language(self, node: Any, language: str | None) -> None:
        last = (language or "").rstrip("/").rsplit("/", 1)[-1].lower()
        if last not in FEEL_LANGUAGES:
            raise self.refuse("language", str(language)[:80], node)

    # -- elements of the graph -----------------------------------------------------------------------------------------

    def name(self, node: Any) -> str:
        name = " ".join((node.get("name") or "").split())
        return name or node.get("id") or ""

    def type_ref(self, node: Any | None) -> str | None:
        """The type as attribute, or as element in DMN 1.1 and item definitions; a prefix of DMN 1.1 falls away."""
        if node is None:
            return None
        text = node.get("typeRef")
        if text is None:
            inner = _one(node, "typeRef")
            text = (inner.text or "").strip() if inner is not None else None
        if not text:
            return None
        text = text.strip()
        if text.startswith("{"):
            text = text.rpartition("}")[2]
        prefix, colon, local = str(text).partition(":")
        return local if colon and (prefix in ("feel", "xsd", "xs") or prefix in node.nsmap) else str(text)

    def variable_type(self, node: Any) -> str | None:
        return self.type_ref(_one(node, "variable"))

    def variable_name(self, node: Any) -> str:
        variable = _one(node, "variable")
        return self.name(variable) if variable is not None and variable.get("name") else self.name(node)

    def hrefs(self, node: Any, *names: str) -> tuple[str, ...]:
        return tuple(found.get("href") or "" for name in names for found in _all(node, name))

    def required(self, node: Any, group: str, *names: str) -> tuple[str, ...]:
        return tuple(href for one in _all(node, group) for href in self.hrefs(one, *names))

    def input_data(self, node: Any) -> e.InputData:
        return e.InputData(node.get("id") or "", self.variable_name(node), self.variable_type(node))

    def decision_element(self, node: Any) -> e.DecisionElement:
        self.decision = self.name(node)
        question = _one(node, "question")
        made = e.DecisionElement(
            id=node.get("id") or self.name(node),
            name=self.variable_name(node),
            type_ref=self.variable_type(node),
            requires=self.required(node, "informationRequirement", "requiredInput", "requiredDecision"),
            knowledge=self.required(node, "knowledgeRequirement", "requiredKnowledge"),
            logic=self.box_in(node),
            question=(question.text or "").strip() if question is not None else "",
            line=node.sourceline,
        )
        self.decision = ""
        return made

    def knowledge_element(self, node: Any) -> e.KnowledgeElement:
        self.decision = self.name(node)
        logic = _one(node, "encapsulatedLogic")
        made = e.KnowledgeElement(
            id=node.get("id") or self.name(node),
            name=self.variable_name(node),
            type_ref=self.variable_type(node),
            knowledge=self.required(node, "knowledgeRequirement", "requiredKnowledge"),
            logic=self.function(logic) if logic is not None else None,
            line=node.sourceline,
        )
        self.decision = ""
        return made

    def service_element(self, node: Any) -> e.ServiceElement:
        return e.ServiceElement(
            id=node.get("id") or self.name(node),
            name=self.variable_name(node),
            type_ref=self.variable_type(node),
            outputs=self.hrefs(node, "outputDecision"),
            encapsulated=self.hrefs(node, "encapsulatedDecision"),
            input_decisions=self.hrefs(node, "inputDecision"),
            input_data=self.hrefs(node, "inputData"),
            line=node.sourceline,
        )

    def item_definition(self, node: Any) -> e.ItemDefinition:
        self.deeper(node)
        function = _one(node, "functionItem")
        made = e.ItemDefinition(
            name=self.name(node),
            type_ref=self.type_ref(node),
            collection=node.get("isCollection") == "true",
            components=tuple(self.item_definition(inner) for inner in _all(node, "itemComponent")),
            allowed=self.text_in(node, "allowedValues"),
            constraint=self.text_in(node, "typeConstraint"),
            function=None if function is None else (
                tuple(self.type_ref(param) for param in _all(function, "parameters")),
                function.get("outputTypeRef"),
            ),
            line=node.sourceline,
        )  # fmt: skip
        self.depth -= 1
        return made

    # -- boxed expressions ---------------------------------------------------------------------------------------------

    def deeper(self, node: Any) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.refuse("not_dmn", "nested too deep", node)

    def text_in(self, node: Any, name: str) -> e.Text | None:
        """The FEEL text of a child; None if there is none or it is empty."""
        child = _one(node, name)
        if child is None:
            return None
        self.check_language(child, child.get("expressionLanguage"))
        text = _one(child, "text")
        if text is None or not (text.text or "").strip():
            return None
        return e.Text(text.text.strip(), text.sourceline)

    def box_in(self, node: Any) -> e.Box | None:
        """The one boxed expression directly inside an element."""
        found = next((child for child in node if _local(child) in EXPRESSIONS), None)
        return None if found is None else self.box(found)

    def need(self, node: Any, what: str = "expression") -> e.Box:
        found = self.box_in(node)
        if found is None:
            raise self.refuse("incomplete", what, node)
        return found

    def box(self, node: Any) -> e.Box:
        self.deeper(node)
        made: e.Box = getattr(self, BOXES[_local(node)])(node)
        self.depth -= 1
        return made

    def literal(self, node: Any) -> e.Literal:
        self.check_language(node, node.get("expressionLanguage"))
        text = _one(node, "text")
        content = (text.text or "").strip() if text is not None else ""
        return e.Literal(e.Text(content, node.sourceline), self.type_ref(node))

    def context(self, node: Any) -> e.Context:
        entries = []
        for entry in _all(node, "contextEntry"):
            variable = _one(entry, "variable")
            value = self.box_in(entry)
            if value is None:
                value = e.Literal(e.Text("null", entry.sourceline))
            name = self.name(variable) if variable is not None else None
            entries.append(e.ContextEntry(name, self.type_ref(variable), value))
        return e.Context(tuple(entries), self.type_ref(node))

    def invocation(self, node: Any) -> e.Invocation:
        bindings = []
        for binding in _all(node, "binding"):
            parameter = _one(binding, "parameter")
            if parameter is None:
                raise self.refuse("incomplete", "parameter", binding)
            bindings.append((self.name(parameter), self.type_ref(parameter), self.box_in(binding)))
        return e.Invocation(self.need(node, "invoked function"), tuple(bindings), self.type_ref(node))

    def function(self, node: Any) -> e.FunctionDefinition:
        params = tuple((self.name(param), self.type_ref(param)) for param in _all(node, "formalParameter"))
        return e.FunctionDefinition(params, self.box_in(node), node.get("kind") or "FEEL", self.type_ref(node))

    def list_box(self, node: Any) -> e.ListBox:
        return e.ListBox(tuple(self.box(child) for child in node if _local(child) in EXPRESSIONS), self.type_ref(node))

    def relation(self, node: Any) -> e.Relation:
        columns = tuple(self.name(column) for column in _all(node, "column"))
        rows = tuple(tuple(self.box(cell) for cell in row if _local(cell) in EXPRESSIONS) for row in _all(node, "row"))
        if any(len(row) != len(columns) for row in rows):
            raise self.refuse("incomplete", "cell of a relation", node)
        return e.Relation(columns, rows, self.type_ref(node))

    def part(self, node: Any, name: str) -> e.Box:
        child = _one(node, name)
        if child is None:
            raise self.refuse("incomplete", name, node)
        return self.need(child, name)

    def conditional(self, node: Any) -> e.Conditional:
        return e.Conditional(
            self.part(node, "if"), self.part(node, "then"), self.part(node, "else"), self.type_ref(node)
        )

    def filter_box(self, node: Any) -> e.FilterBox:
        return e.FilterBox(self.part(node, "in"), self.part(node, "match"), self.type_ref(node))

    def iterator(self, node: Any) -> e.Iterator:
        kind = _local(node)
        body = self.part(node, "return" if kind == "for" else "satisfies")
        variable = " ".join((node.get("iteratorVariable") or "").split())
        return e.Iterator(kind, variable, self.part(node, "in"), body, self.type_ref(node))

    # -- decision tables -----------------------------------------------------------------------------------------------

    def table(self, node: Any) -> e.Table:
        inputs = tuple(self.input(child) for child in _all(node, "input"))
        outputs = tuple(self.output(child) for child in _all(node, "output"))
        rules = tuple(self.rule(child, number) for number, child in enumerate(_all(node, "rule"), 1))
        if len(rules) > MAX_RULES or len(rules) * (len(inputs) + len(outputs)) > MAX_CELLS:
            raise self.refuse("too_many", f"{MAX_RULES:,} / {MAX_CELLS:,}", node)
        return e.Table(
            id=node.get("id") or "",
            hit_policy=(node.get("hitPolicy") or "UNIQUE").upper(),
            aggregation=node.get("aggregation"),
            inputs=inputs,
            outputs=outputs,
            rules=rules,
            line=node.sourceline,
            type_ref=self.type_ref(node),
        )

    def input(self, node: Any) -> e.Input:
        expression = _one(node, "inputExpression")
        text = self.text_in(node, "inputExpression")
        if expression is None or text is None:
            raise self.refuse("incomplete", "input expression", node)
        label = node.get("label") or text.text
        own = {name: node.get(f"{{{GUICHENG}}}{name}") == "true" for name in ("whole", "calculated")}
        return e.Input(label, text, self.type_ref(expression), self.text_in(node, "inputValues"), **own)

    def output(self, node: Any) -> e.Output:
        name = " ".join((node.get("name") or "").split()) or None
        return e.Output(
            name, node.get("label") or name or "", self.type_ref(node), self.text_in(node, "outputValues"),
            self.text_in(node, "defaultOutputEntry"),
        )  # fmt: skip

    def rule(self, node: Any, number: int) -> e.Rule:
        notes = [
            (text.text or "").strip()
            for entry in _all(node, "annotationEntry")
            for text in _all(entry, "text")
        ]  # fmt: skip
        description = _one(node, "description")
        if description is not None and description.text:
            notes.insert(0, description.text.strip())
        return e.Rule(
            id=node.get("id") or f"rule-{number}",
            number=number,
            conditions=tuple(self.cell(child) for child in _all(node, "inputEntry")),
            results=tuple(self.cell(child) for child in _all(node, "outputEntry")),
            annotation="; ".join(note for note in notes if note),
            line=node.sourceline,
        )

    def cell(self, node: Any) -> e.Text:
        self.check_language(node, node.get("expressionLanguage"))
        text = _one(node, "text")
        return e.Text((text.text or "").strip() if text is not None else "", node.sourceline)


BOXES = {
    "literalExpression": "literal", "context": "context", "invocation": "invocation",
    "functionDefinition": "function", "list": "list_box", "relation": "relation", "decisionTable": "table",
    "conditional": "conditional", "filter": "filter_box", "for": "iterator", "some": "iterator", "every": "iterator",
}  # fmt: skip
