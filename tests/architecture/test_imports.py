"""The dependency rule of docs/architecture.md: imports run one way, and each library is touched in one place."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# layer -> layers of ours that it may import (besides itself)
MAY_IMPORT = {
    "bpm_core.feel": set(),
    "bpm_core.domain": set(),
    "bpm_core.dmn": {"bpm_core.feel"},
    "bpm_core.notation": {"bpm_core.dmn", "bpm_core.feel", "bpm_core.domain"},
    "bpm_core.manual": {"bpm_core.notation", "bpm_core.dmn", "bpm_core.feel", "bpm_core.domain"},
    "bpm_core.engine": {"bpm_core.notation", "bpm_core.dmn", "bpm_core.feel", "bpm_core.domain"},
    "bpm_core.models": {"bpm_core.notation", "bpm_core.dmn", "bpm_core.feel", "bpm_core.domain"},
    "bpm_core.verifier": {"bpm_core.domain"},
    "bpm_core.simulation": {"bpm_core.engine", "bpm_core.notation", "bpm_core.dmn", "bpm_core.feel", "bpm_core.domain"},
}
_BELOW = set(MAY_IMPORT)
MAY_IMPORT["bpm_core.commands"] = _BELOW
MAY_IMPORT["bpm_core.queries"] = _BELOW
MAY_IMPORT["bpm_core.seed"] = _BELOW | {"bpm_core.commands", "bpm_core.queries"}
MAY_IMPORT["bpm_core.management"] = _BELOW | {"bpm_core.commands", "bpm_core.queries", "bpm_core.seed"}
MAY_IMPORT["bpm_core.migrations"] = {"bpm_core.models", "bpm_core.domain"}
MAY_IMPORT["bpm_core.apps"] = set()
MAY_IMPORT["portal"] = _BELOW | {"bpm_core.commands", "bpm_core.queries", "bpm_core.seed"}
MAY_IMPORT["workers"] = _BELOW | {"bpm_core.commands", "bpm_core.queries"}

# library -> the only places that may import it
ONLY_IN = {
    "SpiffWorkflow": ("bpm_core.engine",),
    "lxml": ("bpm_core.notation", "bpm_core.engine", "bpm_core.dmn"),
    "rest_framework": ("portal.api",),
    "drf_spectacular": ("portal.api",),
    "celery": ("workers",),
    "redis": ("workers",),
    "quickjs": ("portal.diagrams",),
    "weasyprint": ("portal", "bpm_core.manual.pdf"),
    "django": (
        *("bpm_core.models", "bpm_core.commands", "bpm_core.queries", "bpm_core.management", "bpm_core.migrations"),
        *("bpm_core.apps", "bpm_core.seed", "portal", "workers"),
    ),
}
# what never stands in product code: each would run text as code or undo the isolation of uploads
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve"}


def modules() -> Iterator[tuple[str, Path]]:
    for top in ("bpm_core", "portal", "workers"):
        for path in sorted((ROOT / top).rglob("*.py")):
            if "node_modules" not in path.parts:
                parts = path.relative_to(ROOT).with_suffix("").parts
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imported(source: str, name: str) -> Iterator[str]:
    """Every module that the source imports, also inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise AssertionError(f"{name}: relative import; write it absolute")
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(module: str) -> str | None:
    known = [key for key in MAY_IMPORT if module == key or module.startswith(key + ".")]
    return max(known, key=len) if known else None


def breaches(name: str, source: str) -> list[str]:
    """What a module of that name must not import or call, in words."""
    found = []
    here = layer(name)
    for target in imported(source, name):
        there = layer(target)
        if here and there and there != here and there not in MAY_IMPORT[here]:
            found.append(f"{name} imports {target}: {here} may not import {there}")
        top = target.split(".")[0]
        places = ONLY_IN.get(top)
        if places and not any(name == place or name.startswith(place + ".") for place in places):
            found.append(f"{name} imports {target}: {top} is touched only in {', '.join(places)}")
        if top in FORBIDDEN_MODULES:
            found.append(f"{name} imports {target}, which turns data into code")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
            found.append(f"{name} calls {node.func.id}()")
        if isinstance(node, ast.keyword) and node.arg == "shell" and getattr(node.value, "value", None) is True:
            found.append(f"{name} starts a shell")
    return found


def test_imports_run_one_way_and_libraries_stay_in_their_place() -> None:
    found = [breach for name, path in modules() for breach in breaches(name, path.read_text(encoding="utf-8"))]

    assert not found, "\n".join(found)


def depends(source: str, name: str, names: Container[str]) -> set[str]:
    """Modules of ours that a source needs; `from package import module` needs the module alone."""
    needed: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            needed.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                needed.add(inside if inside in names else node.module or "")
    return {target for target in needed if target in names and target != name}


def test_there_is_no_import_cycle() -> None:
    names = dict(modules())
    graph = {name: depends(path.read_text(encoding="utf-8"), name, names) for name, path in names.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, "import cycle: " + " -> ".join([*trail[trail.index(name) :], name])
        if name not in done:
            for target in graph[name]:
                visit(target, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("bpm_core.domain.clocks", "import django.utils.timezone"),
        ("bpm_core.domain.clocks", "from bpm_core.models import cases"),
        ("bpm_core.commands.cases", "from bpm_core.queries import worklists"),
        ("bpm_core.models.cases", "def f():\n    from bpm_core.engine import contract"),
        ("portal.desk.views", "import workers.jobs"),
        ("portal.desk.views", "from SpiffWorkflow.bpmn import BpmnWorkflow"),
        ("bpm_core.feel.lexer", "value = eval('1')"),
        ("workers.jobs", "import pickle"),
        ("workers.jobs", "import subprocess\nsubprocess.run('ls', shell=True)"),
    ],
)
def test_a_seeded_breach_is_found(name: str, source: str) -> None:
    assert breaches(name, source)
