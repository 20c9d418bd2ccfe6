"""DMN files to a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import bpm_core.dmn.elements as e
import bpm_core.dmn.reader as reader
from bpm_core import feel
from bpm_core.dmn.boxes import Setting
from bpm_core.dmn.datatypes import TypeBuilder, member_names
from bpm_core.dmn.errors import DmnError
from bpm_core.dmn.graph import Unit
from bpm_core.dmn.model import Model
from bpm_core.feel.types import Type


def load(files: Mapping[str, bytes], functions: feel.FunctionTable | None = None, *, lenient: bool = False) -> Model:
    """The model of these files; the first is the main one, others may be imported by it or stand beside it.

    functions   functions written in FEEL that all expressions may call
    lenient     a faulty expression answers null instead of refusing the whole model
    Refuses with DmnError: file, decision, rule, column, position.
    """
    all_definitions = [reader.read(file, content) for file, content in files.items()]
    if not all_definitions:
        raise DmnError("incomplete", "DMN file")
    by_namespace: dict[str, e.Definitions] = {}
    for definitions in all_definitions:
        if definitions.namespace in by_namespace:
            definitions = _renamed(definitions)
        by_namespace[definitions.namespace] = definitions
    types: dict[str, feel.TypeTable] = {}
    for namespace in by_namespace:
        _build_types(namespace, by_namespace, types, ())
    units = []
    for namespace, definitions in by_namespace.items():
        members = frozenset().union(*(member_names(kind) for kind in types[namespace].values()))
        imports = {one.name: one.namespace for one in definitions.imports if one.namespace in by_namespace}
        imported = {
            element.name
            for other in imports.values()
            for group in (by_namespace[other].inputs, by_namespace[other].decisions, by_namespace[other].knowledge,
                          by_namespace[other].services)
            for element in group
        }  # fmt: skip
        setting = Setting(types[namespace], functions, members | imported, lenient)
        units.append(Unit(definitions, setting, imports))
    return Model(units)


def _renamed(definitions: e.Definitions) -> e.Definitions:
    """Two files of one namespace that do not import each other: told apart by their file."""
    return replace(definitions, namespace=f"{definitions.namespace}#{definitions.file}")


def _build_types(
    namespace: str, files: Mapping[str, e.Definitions], built: dict[str, feel.TypeTable], path: tuple[str, ...]
) -> feel.TypeTable:
    if namespace in built:
        return built[namespace]
    definitions = files[namespace]
    if namespace in path:
        raise DmnError("cycle", " → ".join((*path, namespace)), file=definitions.file)
    imported: dict[str, Type] = {}
    for one in definitions.imports:
        if one.namespace in files:
            for name, kind in _build_types(one.namespace, files, built, (*path, namespace)).items():
                imported[f"{one.name}.{name}" if one.name else name] = kind
    built[namespace] = TypeBuilder(definitions.file, definitions.types, imported).build()
    return built[namespace]
