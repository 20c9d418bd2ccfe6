"""How a case comes to be: its number, its place, its materials, what it is given and its first waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F

from bpm_core import engine
from bpm_core.commands import editions, ledger, loading, parameters, places
from bpm_core.commands.applying import apply
from bpm_core.commands.heads import Head
from bpm_core.commands.unit import Unit, settings_algorithm
from bpm_core.domain import errors, journal
from bpm_core.domain.actors import Actor
from bpm_core.domain.calendar import civil_date
from bpm_core.domain.errors import Duplicate, EngineRefused, InvalidData, NotFound
from bpm_core.domain.lifecycle import CaseStatus
from bpm_core.models import Case, Material, NumberSeries, Person, ProcessDefinition
from bpm_core.notation import forms
from bpm_core.notation.fields import FormSchema

_LEVELS = {"municipal": 1, "county": 2, "township": 3, "village": 4}


def definition_of(definition: str | UUID) -> ProcessDefinition:
    """The published version new cases of a key get, or the one of that id; refuses with NotFound."""
    query = ProcessDefinition.objects.defer("archive")
    if isinstance(definition, UUID):
        row = query.filter(pk=definition, status="published").first()
    else:
        row = query.filter(key=definition, is_current=True).first()
    if row is None:
        raise NotFound(f"no published process {definition}", kind="definition", definition=str(definition))
    if row.callable_only:
        raise NotFound(f"{row.key} is a shared part and never started alone", kind="definition", definition=row.key)
    return row


def party(party_id: UUID | None, kind: str) -> Person | None:
    """The person or enterprise of that id; refuses with NotFound."""
    if party_id is None:
        return None
    person = Person.objects.filter(pk=party_id, kind=kind).first()
    if person is None:
        raise NotFound(f"there is no such {kind}", kind=kind)
    return person


def refuse_second(row: ProcessDefinition, applicant: Person | None, despite_open: str) -> None:
    """Refuse with Duplicate a second open case of the same matter, unless there is a reason for it."""
    if applicant is None or despite_open.strip():
        return
    mine = {"person": applicant} if applicant.kind == "person" else {"enterprise": applicant}
    other = Case.objects.filter(definition__key=row.key, ended_at=None, **mine).order_by("-id").first()
    if other is not None:
        raise Duplicate(
            "a case of this matter is open for the same applicant",
            code="open_case",
            other_case=other.number,
            case_id=other.pk,
            process=row.key,
        )


def next_number(prefix: str, year: int) -> int:
    """The next number under a prefix; holds the series until the transaction ends, so that none is left out."""
    NumberSeries.objects.get_or_create(prefix=prefix, year=year)
    NumberSeries.objects.filter(prefix=prefix, year=year).update(last=F("last") + 1)
    return NumberSeries.objects.values_list("last", flat=True).get(prefix=prefix, year=year)


def insert(
    row: ProcessDefinition,
    loaded: loading.Loaded,
    entry: places.Place,
    person: Person | None,
    enterprise: Person | None,
    channel: str,
    synthetic: bool,
    actor: Actor,
    at: datetime,
) -> Case:
    """The row of a new case with its number, its place and its materials, before anything has happened."""
    year = civil_date(at).year
    number = f"{row.code}-{year}-{next_number(row.code, year):07d}"
    levels = _place_of(entry, person or enterprise)
    applicant = person or enterprise
    case = Case.objects.create(
        number=number,
        definition=row,
        unit_id=_deciding(loaded, levels).id,
        entry_unit_id=entry.id,
        l1=levels[0],
        l2=levels[1],
        l3=levels[2],
        l4=levels[3],
        person=person,
        enterprise=enterprise,
        applicant_masked=applicant.name_masked if applicant else "",
        status=CaseStatus.RUNNING.value,
        version=0,
        state=b"",
        head_hash=journal.genesis(number, settings_algorithm()),
        channel=channel,
        opened_by_id=actor.account_id,
        opened_at=at,
        clock_state="waiting",
        synthetic=synthetic,
        local=editions.for_case(loaded, levels, civil_date(at)),
    )
    guide = loaded.bundle.guide
    Material.objects.bulk_create(
        Material(
            case=case,
            code=evidence.code,
            name_zh=evidence.name.zh,
            name_en=evidence.name.en,
            required=evidence.required,
            state="shared" if evidence.shared else "missing",
        )
        for evidence in (guide.evidence if guide else ())
    )
    return case


def _place_of(entry: places.Place, applicant: Person | None) -> tuple[str, ...]:
    """Offices of the case's place: the applicant's residence when it lies in the entry office's county, else the entry.

    Source: organisations.md section 5, rule 2 (residence for employment and unemployment matters).
    """
    if applicant is None or not applicant.residence_code:
        return entry.levels
    try:
        home = places.by_code(applicant.residence_code)
    except NotFound:
        return entry.levels
    near = home.levels[:2] == entry.levels[:2] or home.path.startswith(entry.path)
    return home.levels if near else entry.levels


def _deciding(loaded: loading.Loaded, levels: tuple[str, ...]) -> places.Place:
    """The office that decides: the one of the guide's level at the case's place, or the next one up that it has."""
    guide = loaded.bundle.guide
    level = _LEVELS.get(guide.deciding_level if guide else "", 2)
    while not levels[level - 1]:
        level -= 1
    return places.by_code(levels[level - 1])


def head_of(case: Case, person: Person | None, enterprise: Person | None) -> Head:
    """What a unit must know of a case that was just entered."""
    return Head(
        case_id=case.pk,
        number=case.number,
        definition_id=case.definition_id,
        unit_id=case.unit_id,
        levels=(case.l1, case.l2, case.l3, case.l4),
        entry_unit_id=case.entry_unit_id,
        person_id=case.person_id,
        enterprise_id=case.enterprise_id,
        parties=tuple(party.id_index for party in (person, enterprise) if party),
        status=case.status,
        version=0,
        state_version=0,
        head_hash=case.head_hash,
        clock_state=case.clock_state,
        due_on=None,
        opened_at=case.opened_at,
        local=case.local,
        items={},
        deeds=(),
        visits={},
    )


def given(
    loaded: loading.Loaded,
    case: Case,
    form: Mapping[str, object] | None,
    variables: Mapping[str, Any],
    at: datetime,
) -> dict[str, Any]:
    """Values a case begins with: nothing counted, parameters in force at its place, what the caller says, the form."""
    given = (
        _nothing_yet(loaded, case.number) | parameters.in_force(loaded, civil_date(at), case.local) | dict(variables)
    )
    if form is None:
        return given
    start_events = [event for event in loaded.bundle.process.starts if event.form_id]
    schema = loaded.bundle.forms.get(start_events[0].form_id or "") if start_events else None
    cleaned = forms.clean(schema or FormSchema("", ()), form, context=given, today=civil_date(at))
    if cleaned.errors:
        raise InvalidData(
            f"{len(cleaned.errors)} answers do not fit the form",
            [errors.FieldError(error.key, error.code, error.facts) for error in cleaned.errors],
        )
    return given | cleaned.values


def _nothing_yet(loaded: loading.Loaded, number: str) -> dict[str, Any]:
    """Counters and marks the process declares as its own, at zero and false; what only people can know stays open.

    A document number it declares (of a class, a quarter's file) is the number of the case.
    """
    neutral = {"0": Decimal(0), "false": False}
    given: dict[str, Any] = {}
    for spec in loaded.bundle.process.variables:
        if spec.derived:
            continue
        if spec.type == "string" and spec.name.endswith("_no"):
            given[spec.name] = number
        elif spec.example in neutral and spec.type in ("integer", "decimal", "money", "boolean"):
            given[spec.name] = neutral[spec.example]
    return given


def run_to_first_waits(
    unit: Unit,
    loaded: loading.Loaded,
    case: Case,
    given: dict[str, Any],
    *,
    message: str | None = None,
    signal: str | None = None,
    element: str | None = None,
) -> None:
    """Start the engine with what is given, and write down what it opened."""
    routed = {name: value for name, value in given.items() if name in loaded.routing_names}
    for name, value in given.items():
        personal = name in loaded.personal
        unit.set_fact(name, value, source="start", personal=personal, told=not loaded.untold(name))
    try:
        advance = engine.start(
            loaded.executable,
            case_id=str(case.pk),
            variables=routed,
            now=unit.at,
            message=message,
            signal=signal,
            element=element,
            payload=routed if message or signal else None,
        )
    except engine.EngineError as error:
        raise EngineRefused(str(error), engine=error.code, **error.facts) from error
    if case.local:
        unit.body["local"] = case.local
    unit.record(
        "case.started",
        number=case.number,
        process=loaded.key,
        process_version=loaded.version,
        process_digest=loaded.bundle.digest,
        channel=case.channel,
    )
    apply(unit, advance)
    ledger.after(unit, advance)
