"""Local editions in the studio: how a county differs, proposing its values, and the second person's decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bpm_core.commands import editions as commands
from bpm_core.domain import authority
from bpm_core.domain.authority import Record
from bpm_core.domain.editions import EditionStatus
from bpm_core.domain.errors import InvalidData, NotFound
from bpm_core.models.definitions import ProcessDefinition
from bpm_core.models.local import LocalEdition
from bpm_core.models.offices import OrgUnit
from bpm_core.notation import localising
from bpm_core.notation.floors import Floor, Rule
from bpm_core.notation.localising import Variable
from bpm_core.queries import editions
from portal import refusals, words
from portal.access import requires
from portal.forms import messages as sentences
from portal.studio.pages import is_english
from portal.templatetags.guicheng import bi, limit_words
from portal.templatetags.studio import channel_word

STATUSES: Mapping[str, Promise] = {
    "proposed": gettext_lazy("Waits for a second person"),
    "approved": gettext_lazy("Approved"),
    "refused": gettext_lazy("Refused"),
    "withdrawn": gettext_lazy("Taken back"),
}
TONES = {"proposed": "amber", "approved": "ok", "refused": "red", "withdrawn": "plain"}
SIGNS = {"proposed": "✎", "approved": "✓", "refused": "✕", "withdrawn": "↩"}
RULES: Mapping[Rule, Promise] = {
    Rule.AT_LEAST: gettext_lazy("at least {bound}"),
    Rule.AT_MOST: gettext_lazy("at most {bound}"),
    Rule.EXACTLY: gettext_lazy("one figure for all"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that may vary, in words: for all, here, its floors, and what was typed."""

    variable: Variable
    label: str
    national: str
    here: str
    lapsed: str
    differs: bool
    office: str
    since: date | None
    floors: tuple[tuple[str, Floor], ...]
    typed: str
    error: str


@require_safe
@requires("definition.read")
def overview(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, and how one office differs from the processes as they are for all."""
    unit = _office(request)
    today = timezone.localdate()
    differences = editions.differences(unit.code, today)
    names = editions.names({one.process_key for one in differences} | {row.key for row in editions.waiting()})
    context = {
        "units": editions.offices(),
        "unit": unit,
        "waiting": [(row, names.get(row.key)) for row in editions.waiting()],
        "differences": [
            {
                "line": one,
                "definition": names.get(one.process_key),
                "national": _words(one.name, one.national, one.unit),
                "local": _words(one.name, one.local, one.unit),
            }
            for one in differences
        ],
        "history": _history(editions.history(office=unit.code, most=30)),
        "processes": editions.all_processes(),
        "english": is_english(),
        "crumbs": [(reverse("library:index"), _("Procedures")), ("", _("Local values"))],
    }
    return render(request, "portal/studio/local.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("definition.read")
def process(request: HttpRequest, key: str) -> HttpResponse:
    """Everything of one process that may vary at an office; whoever may propose there does it here."""
    definition = editions.names([key]).get(key)
    if definition is None or definition.callable_only:
        raise Http404
    unit = _office(request)
    if request.method != "POST":
        return _process(request, definition, unit)
    authority.require(request.actor, "edition.propose", Record(path=unit.path))
    typed = request.POST
    lines = editions.lines(definition, unit.code, timezone.localdate())
    changes = {
        name: text
        for one in lines
        if (name := one.variable.name) in typed and (text := typed[name].strip()) != _own(one, unit)
    }
    since = _day(typed.get("valid_from", ""))
    try:
        row = commands.propose(
            key,
            office=unit.code,
            changes=changes,
            reason=typed.get("reason", ""),
            valid_from=since,
            actor=request.actor,
            at=timezone.now(),
        )
    except InvalidData as error:
        return _process(request, definition, unit, error)
    messages.success(request, _("Proposed. A publisher looks at it; until then nothing changes."))
    return redirect("studio:edition", row.pk)


def _process(
    request: HttpRequest, definition: ProcessDefinition, unit: OrgUnit, error: InvalidData | None = None
) -> HttpResponse:
    wrong = {one.key: one for one in error.errors} if error else {}
    lines = editions.lines(definition, unit.code, timezone.localdate())
    labels = {one.variable.name: _label(one.variable) for one in lines}
    shown = [_shown(request, one, unit, wrong) for one in lines]
    labels |= {name: str(word) for name, word in _FORM_LABELS.items()}
    summary = [(key, sentences.sentence(one, labels.get(key, key))) for key, one in wrong.items()]
    if error and not summary:
        summary = [("", refusals.sentence(error))]
    context = {
        "definition": definition,
        "units": editions.offices(),
        "unit": unit,
        "lines": shown,
        "may_propose": authority.may(request.actor, "edition.propose", Record(path=unit.path)),
        "decided_above": error is not None and error.reason == "edition_decided_above",
        "history": _history(editions.history(key=definition.key, office=unit.code)),
        "summary": summary,
        "wrong": wrong,
        "typed": request.POST,
        "today_text": timezone.localdate().isoformat(),
        "crumbs": [
            (reverse("library:index"), _("Procedures")),
            (f"{reverse('studio:local')}?office={unit.code}", _("Local values")),
            ("", bi(definition)),
        ],
    }
    return render(request, "portal/studio/local_process.html", context, status=422 if error else 200)


_FORM_LABELS: Mapping[str, Promise] = {
    "reason": gettext_lazy("Reason"),
    "valid_from": gettext_lazy("In force from"),
}


@require_safe
@requires("definition.read")
def edition(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """One edition: before and after, beside the value for all; and the decision, for whom it is."""
    return _edition(request, editions.get(edition_id))


def _edition(request: HttpRequest, row: LocalEdition, error: InvalidData | None = None) -> HttpResponse:
    definition = editions.names([row.key]).get(row.key)
    open_ = row.status == EditionStatus.PROPOSED
    own = row.proposed_by_id == request.user.pk
    where = Record(path=row.unit.path)
    context = {
        "edition": row,
        "definition": definition,
        "state": _edition_row(row),
        "changes": [
            {
                "label": _label(one.variable) if one.variable else one.name,
                "name": one.name,
                "national": _words_of(one.variable, one.variable.national) if one.variable else "—",
                "before": _words_of(one.variable, one.before),
                "after": _words_of(one.variable, one.after) if one.after else "",
                "floors": _floors(one.variable) if one.variable else (),
            }
            for one in editions.changed(row)
        ],
        "may_decide": open_ and not own and authority.may(request.actor, "edition.approve", where),
        "may_withdraw": open_ and own,
        "own": own and open_,
        "summary": [(error.errors[0].key if error.errors else "", refusals.sentence(error))] if error else [],
        "crumbs": [
            (reverse("library:index"), _("Procedures")),
            (f"{reverse('studio:local')}?office={row.unit.code}", _("Local values")),
            ("", f"{bi(definition) if definition else row.key} · {bi(row.unit)}"),
        ],
    }
    return render(request, "portal/studio/edition.html", context, status=422 if error else 200)


@require_POST
@requires("definition.read")
def decide(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Approve, refuse or take back; the command asks who may."""
    row = editions.get(edition_id)
    note, at, actor = request.POST.get("note", ""), timezone.now(), request.actor
    verb = request.POST.get("verb", "")
    try:
        if verb == "approve":
            commands.approve(row.pk, note=note, actor=actor, at=at)
            said = _("Approved. Cases that begin there from its day on use these values.")
        elif verb == "refuse":
            authority.require(actor, "edition.approve", Record(path=row.unit.path))
            commands.refuse(row.pk, note=note, actor=actor, at=at)
            said = _("Refused. Nothing changes at the office.")
        elif verb == "withdraw":
            commands.withdraw(row.pk, actor=actor, at=at)
            said = _("Taken back.")
        else:
            raise Http404
    except InvalidData as error:
        return _edition(request, row, error)
    messages.success(request, said)
    return redirect("studio:edition", row.pk)


# -- in words


def _own(line: editions.Line, unit: OrgUnit) -> str:
    """The office's own value as it would be typed; "" when it has none, even where it inherits one."""
    return line.here if line.office == unit.code else ""


def _shown(request: HttpRequest, line: editions.Line, unit: OrgUnit, wrong: Mapping[str, object]) -> Shown:
    variable = line.variable
    error = wrong.get(variable.name)
    return Shown(
        variable=variable,
        label=_label(variable),
        national=_words_of(variable, variable.national),
        here=_words_of(variable, line.here) if line.office else "",
        lapsed=_words_of(variable, line.lapsed) if line.lapsed else "",
        differs=line.differs,
        office=line.office,
        since=line.since,
        floors=_floors(variable),
        typed=request.POST.get(variable.name, _own(line, unit)),
        error=sentences.sentence(error, _label(variable)) if error else "",  # type: ignore[arg-type]
    )


def _label(variable: Variable) -> str:
    return variable.label.en if is_english() else variable.label.zh


def _words_of(variable: Variable | None, text: str) -> str:
    return _words(variable.name, text, variable.unit) if variable else text


def _words(name: str, text: str, unit: str) -> str:
    """A value as people read it: days in words, ways to apply by name, figures with their unit."""
    if name == localising.PROMISED and text.isdigit():
        return str(limit_words(int(text), unit))
    if name == localising.CHANNELS:
        return (", " if is_english() else "、").join(channel_word(code) for code in text.split(","))
    if name in (localising.WHERE_ZH, localising.WHERE_EN):
        return text
    return f"{text.strip(chr(34))} {words.FIGURE_UNIT.get(unit, unit)}".strip()


def _floors(variable: Variable) -> tuple[tuple[str, Floor], ...]:
    return tuple((str(RULES[floor.rule]).format(bound=floor.bound), floor) for floor in variable.floors)


def _edition_row(row: LocalEdition) -> dict[str, object]:
    return {
        "row": row,
        "word": STATUSES[row.status],
        "tone": TONES[row.status],
        "sign": SIGNS[row.status],
    }


def _history(rows: list[LocalEdition]) -> list[dict[str, object]]:
    names = editions.names({row.key for row in rows})
    return [_edition_row(row) | {"definition": names.get(row.key)} for row in rows]


def _office(request: HttpRequest) -> OrgUnit:
    """The office asked for, else the county or municipality of the reader's first post; refuses with 404."""
    units = {unit.code: unit for unit in editions.offices()}
    asked = request.POST.get("office") or request.GET.get("office", "")
    if asked:
        if asked not in units:
            raise Http404
        return units[asked]
    codes = [code for post in request.actor.posts for code in post.path.split("/") if code in units]
    found = units.get(codes[-1]) if codes else next(iter(units.values()), None)
    if found is None:
        raise NotFound("there is no office that may have local values", kind="office")
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
