"""What differs between two versions of a process: on both diagrams, step by step in words, and file by file."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bpm_core.models.definitions import ProcessDefinition
from bpm_core.notation.bundle import PROCESS
from bpm_core.notation.model import ProcessModel
from bpm_core.queries import definitions
from portal.access import requires
from portal.diagrams import quickjs_runner
from portal.studio import parts
from portal.studio import steps as text_twin
from portal.studio.pages import is_english
from portal.studio.parts import Said
from portal.studio.shared import frame, title
from portal.templatetags.diagrams import Mark

MAX_DIFF_LINES = 400
SIGNS = {"added": "＋", "removed": "－", "changed": "≠", "moved": "↔"}
KINDS: dict[str, Promise] = {
    "added": gettext_lazy("Added"),
    "removed": gettext_lazy("Removed"),
    "changed": gettext_lazy("Changed"),
    "moved": gettext_lazy("Only moved in the drawing"),
}
#: What an attribute is called in the office; others are shown as they are written in the file.
ATTRIBUTES: dict[str, Promise] = {
    "name": gettext_lazy("Name"),
    "guicheng:nameEn": gettext_lazy("English name"),
    "guicheng:limit": gettext_lazy("Time limit"),
    "guicheng:limitUnit": gettext_lazy("Unit of the time limit"),
    "guicheng:sod": gettext_lazy("Separation of duty"),
    "guicheng:clock": gettext_lazy("Effect on the clock"),
    "camunda:formKey": gettext_lazy("Form"),
    "camunda:candidateGroups": gettext_lazy("Post"),
    "camunda:topic": gettext_lazy("Connector"),
    "conditionExpression.body": gettext_lazy("Condition"),
    "documentation.text": gettext_lazy("Instructions"),
    "documentation[0].text": gettext_lazy("Instructions"),
    "documentation[1].text": gettext_lazy("Instructions (English)"),
    "sourceRef": gettext_lazy("From"),
    "targetRef": gettext_lazy("To"),
    "default": gettext_lazy("Otherwise"),
    "lane": gettext_lazy("Lane"),
    "calledElement": gettext_lazy("Called procedure"),
    "type": gettext_lazy("Kind of element"),
}


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One element that differs."""

    kind: str
    sign: str
    word: str
    element: str
    what: str
    name: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class FileChange:
    """One other file of the bundle that differs: in words where they can be found, and line by line as (sign, text)."""

    path: str
    kind: str
    word: str
    said: tuple[Said, ...]
    lines: tuple[tuple[str, str], ...]
    cut: bool


@require_safe
@requires("definition.read")
def choose(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """From the version list: two chosen versions, or this one with the one before it."""
    definition = definitions.get(definition_id)
    earlier = [row for row in definitions.versions(definition.key) if row.version < definition.version]
    wanted = request.GET.get("with", "")
    other = next((row for row in definitions.versions(definition.key) if str(row.pk) == wanted), None)
    other = other or (earlier[0] if earlier else None)
    if other is None or other.pk == definition.pk:
        return redirect("studio:versions", definition_id)
    old, new = sorted((definition, other), key=lambda row: row.version)
    return redirect("studio:compare", new.pk, old.pk)


@require_safe
@requires("definition.read")
def compare(request: HttpRequest, definition_id: UUID, other_id: UUID) -> HttpResponse:
    """Two versions side by side; `definition_id` is the newer one."""
    new, context = frame(request, definition_id, "versions")
    old = definitions.get(other_id)
    if old.key != new.key:
        return redirect("studio:versions", definition_id)
    changes = changes_between(old, new)
    context |= {
        "old": old,
        "old_title": title(old),
        "new_title": title(new),
        "changes": [change for change in changes if change.kind != "moved"],
        "moved": [change for change in changes if change.kind == "moved"],
        "files": list(file_changes(definitions.files(old), definitions.files(new))),
        "old_marks": marks(changes, {"removed", "changed"}),
        "new_marks": marks(changes, {"added", "changed", "moved"}),
        "old_url": reverse("diagram", args=[old.pk]),
        "new_url": reverse("diagram", args=[new.pk]),
        "counts": [(SIGNS[kind], KINDS[kind], sum(c.kind == kind for c in changes)) for kind in SIGNS],
    }
    return render(request, "portal/studio/compare.html", context)


@lru_cache(maxsize=64)
def _differences(before: str, after: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(quickjs_runner.run("diff", before=before, after=after))


def changes_between(old: ProcessDefinition, new: ProcessDefinition) -> list[Change]:
    """Elements that differ, in words: added, removed, changed, then merely moved."""
    files = [definitions.files(each) for each in (old, new)]
    return element_changes(files[0], files[1], [definitions.read(each).process for each in (old, new)])


def element_changes(old: Mapping[str, bytes], new: Mapping[str, bytes], models: list[ProcessModel]) -> list[Change]:
    """The same of two sets of files, whose diagrams have been read already."""
    texts = [files[PROCESS].decode("utf-8", errors="replace") for files in (old, new)]
    english = is_english()
    found = [_change(row, models, english) for row in _differences(*texts) if row["type"] != "bpmn:Process"]
    order = list(SIGNS)
    return sorted(found, key=lambda change: order.index(change.kind))


def _change(row: Mapping[str, Any], models: list[ProcessModel], english: bool) -> Change:
    model = models[0] if row["kind"] == "removed" else models[1]
    return Change(
        kind=row["kind"],
        sign=SIGNS[row["kind"]],
        word=str(KINDS[row["kind"]]),
        element=row["id"],
        what=_what(row, model),
        name=_name(row, model, english),
        attributes=tuple(
            Attribute(
                str(ATTRIBUTES.get(item["name"], item["name"])),
                _value(item["before"], models[0], english),
                _value(item["after"], models[1], english),
            )
            for item in row["attributes"]
        ),
    )


def _what(row: Mapping[str, Any], model: ProcessModel) -> str:
    element = model.elements.get(row["id"])
    if element is not None:
        return text_twin.kind_words(element)
    return {
        "bpmn:SequenceFlow": _("way on"),
        "bpmn:Lane": _("lane"),
        "bpmn:Participant": _("pool"),
        "bpmn:TextAnnotation": _("note"),
    }.get(row["type"], row["type"].removeprefix("bpmn:"))


def _name(row: Mapping[str, Any], model: ProcessModel, english: bool) -> str:
    element, flow = model.elements.get(row["id"]), model.flow_by_id.get(row["id"])
    if element is not None:
        return text_twin.name_of(element, english)
    if flow is not None:
        ends = [text_twin.name_of(model.elements[end], english) for end in (flow.source, flow.target)]
        return " → ".join(ends)
    return row["name"] or row["id"]


def _value(text: str | None, model: ProcessModel, english: bool) -> str:
    if text is None:
        return "—"
    return text_twin.name_of(model.elements[text], english) if text in model.elements else text


def marks(changes: list[Change], kinds: set[str]) -> list[Mark]:
    """A badge at every element that differs; it leads to its line in the table."""
    return [
        Mark(id=c.element, tone=c.kind, badge=c.sign, title=c.word, href=f"#change-{c.element}")
        for c in changes
        if c.kind in kinds
    ]


def file_changes(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[FileChange]:
    """Files beside the diagram that differ, line by line."""
    for path in sorted({*old, *new} - {PROCESS}):
        before, after = old.get(path), new.get(path)
        if before == after:
            continue
        kind = "added" if before is None else "removed" if after is None else "changed"
        lines = list(_line_diff(before or b"", after or b""))
        said = parts.differences(path, before, after, english=is_english()) if kind == "changed" else ()
        cut = len(lines) > MAX_DIFF_LINES
        yield FileChange(path, kind, str(KINDS[kind]), said, tuple(lines[:MAX_DIFF_LINES]), cut)


def _line_diff(before: bytes, after: bytes) -> Iterator[tuple[str, str]]:
    texts = [data.decode("utf-8", errors="replace").splitlines() for data in (before, after)]
    for line in difflib.unified_diff(*texts, n=2, lineterm=""):
        if not line.startswith(("---", "+++")):
            yield line[:1], line[1:]
