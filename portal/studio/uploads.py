"""Handing in a process: files in, the gate's report out, in a list and at the element on the diagram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from bpm_core.commands import definitions as commands
from bpm_core.domain.errors import InvalidData
from bpm_core.notation.bundle import PROCESS
from bpm_core.notation.model import ProcessModel
from bpm_core.queries import definitions
from portal.access import requires
from portal.diagrams import drawing, quickjs_runner
from portal.studio import advice, examination, receiving
from portal.studio import steps as text_twin
from portal.studio.shared import frame, title
from portal.templatetags.diagrams import Mark

#: Why files were not accepted, in the reader's words: code -> sentence with facts in braces.
REFUSALS = {
    "no_file": _("Choose a file first: a .bpmn diagram, or the process folder as a .zip."),
    "too_many_files": _("These are too many files; at most {limit} are read. Hand the folder in as a .zip."),
    "file_too_large": _("The file {name} is too large. A diagram may have 2 MB, a zip 10 MB."),
    "no_diagram": _("There is no .bpmn diagram among the files."),
    "two_diagrams": _("Two diagrams among the files have the same name. Rename one of them."),
    "two_of_a_key": _("Two processes among the files are called {key}. Give each an id of its own."),
    "unknown_file": _("The file {name} is none that belongs to a process (.bpmn, .dmn, .form, .toml or one .zip)."),
    "not_a_zip": _("The zip file is damaged or is no zip file."),
    "too_big_unpacked": _("The zip unpacks to more than 10 MB and was not read further."),
    "encrypted": _("The zip is protected by a password. Pack it again without one."),
    "not_xml": _("The diagram is damaged: it is no well-formed XML. Save it again in the modelling program."),
    "doctype": _("The file declares a document type (DOCTYPE); such files are refused."),
    "processing_instruction": _("The file holds processing instructions or entities; such files are refused."),
    "too_big": _("A file is larger than what is read."),
    "no_process": _("The diagram holds no process with an id."),
    "not_json": _("A form is damaged: it is no JSON. Save it again in the form designer."),
    "not_toml": _("A .toml file is damaged. Look at its line breaks and quotation marks."),
    "no_process_file": _("The zip holds no process.bpmn. Pack the process folder with its diagram under that name."),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One problem of the report as the page shows it."""

    number: int
    severity: str
    rule: str
    element: str
    name: str
    line: int
    message: str
    fix: str
    file: str = ""  # where it is not the diagram


@require_http_methods(["GET", "HEAD", "POST"])
@requires("definition.upload")
def upload(request: HttpRequest) -> HttpResponse:
    """The page to hand in a process; a readable one becomes a draft, whatever the report says about it."""
    if request.method != "POST":
        return render(request, "portal/studio/upload.html", {})
    note = request.POST.get("note", "").strip()[:1000]
    try:
        files = receiving.collect(request.FILES.getlist("files"))
    except InvalidData as refused:
        return _not_accepted(request, sentence(refused), note)
    reports = examination.examine_each(files)
    report = examination.merged(reports)
    if not examination.is_readable(report):
        return _unreadable(request, files, report, "", note)
    try:
        drafts = commands.upload_all(files, note=note, reports=reports, actor=request.actor, at=timezone.now())
    except InvalidData as refused:
        return _unreadable(request, files, report, sentence(refused), note)
    if len(drafts) > 1:
        said = gettext("%(n)d processes were taken from the files: %(names)s. They are published together.")
        messages.success(request, said % {"n": len(drafts), "names": ", ".join(map(title, drafts))})
    wrong = [draft for draft in drafts if draft.report.get("ok") is False]
    return redirect("studio:report", (wrong or drafts)[0].pk)


def sentence(refused: InvalidData) -> str:
    """The refusal in the reader's words."""
    template = REFUSALS.get(refused.reason)
    if template:
        return str(template).format_map(refused.facts)
    return gettext("The files can't be read as a process: {why}").format(why=refused.message)


def _not_accepted(request: HttpRequest, why: str, note: str) -> HttpResponse:
    context = {"summary": [("files", why)], "note": note}
    return render(request, "portal/studio/upload.html", context, status=422)


def _unreadable(
    request: HttpRequest, files: Mapping[str, bytes], report: Mapping[str, Any], why: str, note: str
) -> HttpResponse:
    """Nothing was saved: the report, and the picture as far as it can be drawn."""
    found = problems(report)
    if not found:
        return _not_accepted(request, why, note)
    try:
        picture = drawing.drawing(files.get(PROCESS, b""), get_language() or "zh-hans").decode("utf-8")
    except (ValueError, quickjs_runner.ToolFailed):
        picture = ""
    context = {
        "summary": [("problems", gettext("Nothing was saved: the files do not make up a process that can be read."))],
        "note": note,
        "problems": found,
        "marks": marks(found),
        "picture": picture,
    }
    return render(request, "portal/studio/upload.html", context, status=422)


@require_safe
@requires("definition.read")
def report(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """What the check found in one version: what will run, what is refused and how to mend it."""
    definition, context = frame(request, definition_id, "report")
    bundle = definitions.read(definition)
    names = {element.id: element for element in bundle.process.elements.values()}
    english = (get_language() or "").startswith("en")
    found = problems(definition.report)
    xml = bundle.files[PROCESS]
    context |= {
        "problems": found,
        "errors": sum(problem.severity == "error" for problem in found),
        "warnings": sum(problem.severity != "error" for problem in found),
        "advice": [
            {"id": item.element, "text": item.text, "name": text_twin.name_of(names[item.element], english)}
            for item in advice.on_drawing(xml)
            if item.element in names and names[item.element].shown
        ],
        "marks": marks(found),
        "drawn_automatically": not drawing.picture.has_drawing(xml),
        "runs": what_runs(bundle.process),
        "url": reverse("diagram", args=[definition.pk]),
    }
    return render(request, "portal/studio/report.html", context)


def problems(report: Mapping[str, Any]) -> list[Found]:
    """The report's problems in the reader's language, errors first."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    rows = sorted(report.get("problems", []), key=lambda row: (row.get("severity") != "error", row.get("line") or 0))
    return [
        Found(
            number=number,
            severity="error" if row.get("severity") == "error" else "warning",
            rule=str(row.get("rule", "")),
            element=str(row.get("element") or ""),
            name=str(row.get("name") or row.get("element") or ""),
            line=int(row.get("line") or 0),
            message=str(row.get(f"message_{language}") or row.get("message_zh") or ""),
            fix=str(row.get(f"fix_{language}") or row.get("fix_zh") or ""),
            file=str(row["file"]) if row.get("file", PROCESS) != PROCESS else "",
        )
        for number, row in enumerate(rows, 1)
    ]


def marks(found: list[Found]) -> list[Mark]:
    """A badge with the problem's number at each element; it leads to the line of the list."""
    return [
        Mark(id=p.element, tone=p.severity, badge=f"✕ {p.number}" if p.severity == "error" else f"! {p.number}",
             title=p.message, href=f"#problem-{p.number}")
        for p in found
        if p.element
    ]  # fmt: skip


def what_runs(process: ProcessModel) -> list[tuple[str, int]]:
    """How many steps of each kind will run, in words; kinds that do not occur are left out."""
    counts: dict[str, int] = {}
    for element in process.elements.values():
        if element.shown:
            word = text_twin.kind_words(element)
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda item: -item[1])
