"""Every message of the portal that is to be translated, read from the sources; needs no gettext tool."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
_NAMES = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
_TEXT = r"u?('(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
_IN_TEMPLATE = re.compile(rf"\b(?:_|gettext|ngettext)\(\s*{_TEXT}")


def in_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NAMES and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def in_template(path: Path) -> Iterator[str]:
    for found in _IN_TEMPLATE.finditer(templatize(path.read_text(encoding="utf-8"), origin=str(path))):
        yield ast.literal_eval(found.group(1))


def everywhere() -> Iterator[tuple[Path, str]]:
    """Each message with the file it stands in."""
    for path in sorted((ROOT / "portal").rglob("*.py")):
        if "node_modules" not in path.parts:
            yield from ((path, text) for text in in_python(path))
    for path in sorted((ROOT / "portal" / "templates").rglob("*.html")):
        yield from ((path, text) for text in in_template(path))
