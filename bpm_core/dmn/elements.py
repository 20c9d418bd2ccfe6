"""The parts of a DMN model as they stand in the file, whatever version of DMN it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """A FEEL text and the line it stands on."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Literal:
    text: Text
    type_ref: str | None = None


@dataclass(frozen=True, slots=True)
class ContextEntry:
    name: str | None  # None: the result of the context
    type_ref: str | None
    value: Box


@dataclass(frozen=True, slots=True)
class Context:
    entries: tuple[ContextEntry, ...]
    type_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Invocation:
    function: Box
    bindings: tuple[tuple[str, str | None, Box | None], ...]  # parameter, its type, argument
    type_ref: str | None = None


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    params: tuple[tuple[str, str | None], ...]
    body: Box | None
    kind: str = "FEEL"
    type_ref: str | None = None


@dataclass(frozen=True, slots=True)
class ListBox:
    items: tuple[Box, ...]
    type_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    columns: tuple[str, ...]
    rows: tuple[tuple[Box, ...], ...]
    type_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Conditional:
    condition: Box
    then: Box
    otherwise: Box
    type_ref: str | None = None


@dataclass(frozen=True, slots=True)
class FilterBox:
    source: Box
    match: Box
    type_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Iterator:
    """for, some or every: `body` is evaluated for each item of `domain`."""

    kind: str
    variable: str
    domain: Box
    body: Box
    type_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """One column that is asked.

    whole       its numbers are whole numbers, so that nothing lies between 1 and 2
    calculated  its author says that cells of it are reckoned from other values, and has looked at gaps himself
    """

    label: str
    expression: Text
    type_ref: str | None
    values: Text | None
    whole: bool = False
    calculated: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    name: str | None
    label: str
    type_ref: str | None
    values: Text | None
    default: Text | None


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    number: int  # from 1
    conditions: tuple[Text, ...]
    results: tuple[Text, ...]
    annotation: str
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    id: str
    hit_policy: str
    aggregation: str | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    line: int
    type_ref: str | None = None


Box: TypeAlias = (
    Literal | Context | Invocation | FunctionDefinition | ListBox | Relation | Conditional | FilterBox | Iterator
    | Table
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    name: str
    type_ref: str | None
    collection: bool
    components: tuple[ItemDefinition, ...]
    allowed: Text | None  # of the items of a collection
    constraint: Text | None  # of the whole
    function: tuple[tuple[str | None, ...], str | None] | None = None  # parameter types, result type
    line: int = 0


@dataclass(frozen=True, slots=True)
class InputData:
    id: str
    name: str
    type_ref: str | None


@dataclass(frozen=True, slots=True)
class DecisionElement:
    id: str
    name: str
    type_ref: str | None
    requires: tuple[str, ...]  # hrefs of inputs and decisions
    knowledge: tuple[str, ...]  # hrefs of business knowledge models and services
    logic: Box | None
    question: str
    line: int


@dataclass(frozen=True, slots=True)
class KnowledgeElement:
    id: str
    name: str
    type_ref: str | None
    knowledge: tuple[str, ...]
    logic: FunctionDefinition | None
    line: int


@dataclass(frozen=True, slots=True)
class ServiceElement:
    id: str
    name: str
    type_ref: str | None
    outputs: tuple[str, ...]
    encapsulated: tuple[str, ...]
    input_decisions: tuple[str, ...]
    input_data: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Import:
    name: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Definitions:
    """One DMN file."""

    file: str
    name: str
    namespace: str
    language: str | None
    imports: tuple[Import, ...]
    types: tuple[ItemDefinition, ...]
    inputs: tuple[InputData, ...]
    decisions: tuple[DecisionElement, ...]
    knowledge: tuple[KnowledgeElement, ...]
    services: tuple[ServiceElement, ...]
    digest: str = field(default="")
