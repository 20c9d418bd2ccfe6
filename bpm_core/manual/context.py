"""What every section of a chapter needs: the process, the language, the edition, and where things are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from bpm_core.domain.editions import Difference
from bpm_core.manual.edition import UNIFIED, Edition
from bpm_core.manual.library import Entry, Library
from bpm_core.manual.markup import Html, link, tag
from bpm_core.manual.voice import Voice
from bpm_core.notation import ordering, tables
from bpm_core.notation.bundle import Bundle
from bpm_core.notation.labels import Label, labels
from bpm_core.notation.model import Element
from bpm_core.notation.tables import Table

#: Where a chapter is found: (key of the process, anchor in it) -> address.
Address = Callable[[str, str], str]


def anchor(bundle: Bundle | Entry, *parts: str) -> str:
    """The name of a place in the manual: unique in the whole of it."""
    return "-".join((bundle.code.lower(), *parts))


@dataclass(frozen=True)
class Chapter:
    """One process as the manual tells it."""

    bundle: Bundle
    library: Library
    voice: Voice
    address: Address
    edition: Edition = UNIFIED

    @cached_property
    def steps(self) -> list[Element]:
        """Steps that people see, in the order in which the work can reach them; of two under one name the named one.

        An ending inside a part and the same ending outside it are one ending to people.
        """
        shown = [element for element in ordering.in_order(self.bundle.process) if element.shown]
        named = {element.node for element in shown if element.id == element.node}
        first: dict[str, str] = {}
        for element in shown:
            first.setdefault(element.node, element.id)
        return [each for each in shown if each.id == (each.node if each.node in named else first[each.node])]

    @cached_property
    def labels(self) -> dict[str, Label]:
        return labels(self.bundle)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        return tables.read(self.bundle.files)

    @cached_property
    def by_node(self) -> dict[str, Element]:
        return {element.node: element for element in self.steps}

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        return self.edition.of(self.bundle.key)

    def difference(self, name: str) -> Difference | None:
        return next((each for each in self.differences if each.name == name), None)

    @property
    def title(self) -> str:
        return self.voice.name(self.bundle.process)

    def step_link(self, node: str, said: str = "") -> Html:
        """A step of this process by its path name or id, as a link into the step table."""
        element = self.by_node.get(node) or self.bundle.process.elements.get(node)
        if element is None or not element.shown:
            return tag("span", said or node)
        return link(self.address(self.bundle.key, anchor(self.bundle, element.node)), said or element.node)

    def step_links(self, nodes: tuple[str, ...]) -> list[object]:
        """Several steps, with commas between."""
        found: list[object] = []
        for node in nodes:
            found += [self.voice.comma, self.step_link(node)] if found else [self.step_link(node)]
        return found

    def process_link(self, key: str) -> Html | str:
        """Another process by key or code: a link when the library has it."""
        other = self.library.entry(key)
        if other is None:
            return key
        return link(self.address(other.key, anchor(other)), f"{other.code} {self.voice.name(other)}")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a chapter under its own heading."""

    name: str
    title: str
    body: Html
    new_page: bool = False
