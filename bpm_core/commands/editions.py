"""Local editions: values a county sets for itself within the locked core; one person proposes, another approves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from bpm_core.commands import below_floor, library_journal, loading, places
from bpm_core.commands.actors import person_key
from bpm_core.domain import authority, duty, editions
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.calendar import civil_date
from bpm_core.domain.editions import EditionStatus, LocalValue
from bpm_core.domain.errors import FieldError, InvalidData, NotFound, WrongState
from bpm_core.models import LocalEdition, LocalSetting, OrgUnit, ProcessDefinition, reference
from bpm_core.notation import localising
from bpm_core.notation.guide import Guide
from bpm_core.notation.localising import NotVariable, Variable

MAX_REASON = 2000


def propose(
    key: str,
    *,
    office: str,
    changes: Mapping[str, str],
    reason: str,
    valid_from: date | None = None,
    actor: Actor,
    at: datetime,
) -> LocalEdition:
    """A local edition of the process at an office, waiting for a second person.

    changes      name -> value as text; "" takes the office's own value back, so that the one above it holds again
    valid_from   first day on which cases that begin at the office, or below it, get these values; None = today
    Refuses with InvalidData: locked (no such name may vary), below_floor (with the clause), nothing_new, past.
    """
    place = places.by_code(office)
    authority.require(actor, "edition.propose", Record(path=place.path))
    today = civil_date(at)
    since = valid_from or today
    guide = _guide(key)
    _check_place(guide, place)
    wrong = []
    if not 0 < len(reason.strip()) <= MAX_REASON:
        wrong.append(FieldError("reason", "required"))
    if since < today:
        wrong.append(FieldError("valid_from", "past"))
    if wrong:
        raise InvalidData("the local edition cannot be proposed", wrong)
    told = _checked(guide, changes, since)
    before = _before(key, guide, place, since)
    fresh = {name: value for name, value in told.items() if before[name] != value or not value}
    if not fresh:
        raise InvalidData("the values named are in force there already", code="nothing_new")
    try:
        with transaction.atomic():
            last = LocalEdition.objects.filter(key=key, unit_id=place.id).aggregate(last=Max("number"))["last"] or 0
            row = LocalEdition.objects.create(
                key=key,
                unit_id=place.id,
                number=last + 1,
                changes=fresh,
                before={name: before[name] for name in fresh},
                reason=reason.strip(),
                valid_from=since,
                proposed_by_id=actor.account_id,
                proposed_at=at,
            )
            _tell("edition.proposed", row, office, actor, at, reason=row.reason)
    except IntegrityError:
        raise WrongState("another edition was proposed at this moment", code="stale_version") from None
    return row


def approve(edition_id: UUID, *, note: str = "", actor: Actor, at: datetime) -> LocalEdition:
    """Put a proposed edition into force, from its day on or from today. Takes another person than who proposed it.

    The floors are looked at again: what has come into force since the proposal holds.
    """
    with transaction.atomic():
        row = _decided(edition_id, EditionStatus.APPROVED, "edition.approve", note, actor, at)
        since = max(row.valid_from, civil_date(at))
        _checked(_guide(row.key), row.changes, since)
        LocalSetting.objects.bulk_create(
            LocalSetting(edition=row, key=row.key, unit_id=row.unit_id, name=name, value=value, valid_from=since)
            for name, value in sorted(row.changes.items())
        )
        _tell("edition.approved", row, row.unit.code, actor, at, in_force_from=since.isoformat(), note=note)
    return row


def refuse(edition_id: UUID, *, note: str, actor: Actor, at: datetime) -> LocalEdition:
    """Refuse a proposed edition, with the reason."""
    if not note.strip():
        raise InvalidData("a reason is needed", [FieldError("note", "required")])
    with transaction.atomic():
        row = _decided(edition_id, EditionStatus.REFUSED, "edition.approve", note, actor, at)
        _tell("edition.refused", row, row.unit.code, actor, at, note=note)
    return row


def withdraw(edition_id: UUID, *, actor: Actor, at: datetime) -> LocalEdition:
    """Take one's own proposal back before it is decided."""
    with transaction.atomic():
        row = _decided(edition_id, EditionStatus.WITHDRAWN, "edition.propose", "", actor, at)
        _tell("edition.withdrawn", row, row.unit.code, actor, at)
    return row


def _decided(
    edition_id: UUID, status: EditionStatus, action: str, note: str, actor: Actor, at: datetime
) -> LocalEdition:
    row = LocalEdition.objects.select_for_update(of=("self",)).filter(pk=edition_id).first()
    if row is None:
        raise NotFound("there is no such local edition", kind="edition")
    authority.require(actor, action, Record(path=row.unit.path))
    if row.status != EditionStatus.PROPOSED:
        raise WrongState(f"the edition is {row.status} already", noun="edition", state=row.status)
    if status is not EditionStatus.WITHDRAWN:
        first = person_key(row.proposed_by)
        duty.check_second_person(first, actor.person_key, first_did="propose", second_does="decide")
    row.status, row.decided_by_id, row.decided_at = status.value, actor.account_id, at
    row.decision_note = note.strip()[:MAX_REASON]
    row.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])
    return row


def _tell(action: str, row: LocalEdition, office: str, actor: Actor, at: datetime, **more: Any) -> None:
    library_journal.record(
        action,
        row.key,
        actor=actor,
        at=at,
        edition=str(row.pk),
        office=office,
        number=row.number,
        changes=row.changes,
        valid_from=row.valid_from.isoformat(),
        **more,
    )


def _guide(key: str) -> Guide:
    current = ProcessDefinition.objects.filter(key=key, is_current=True, callable_only=False)
    row = current.defer("archive").first()
    guide = loading.read(row.digest, row.id).guide if row else None
    if guide is None:
        raise NotFound(f"no published process {key}", kind="definition", key=key)
    return guide


def _check_place(guide: Guide, place: places.Place) -> None:
    """Counties set values of what they decide; what the municipality decides, the municipality sets."""
    if place.level not in editions.EDITION_LEVELS:
        raise InvalidData("offices below the county have no local edition", code="edition_level", office=place.code)
    if guide.deciding_level == "municipal" and place.level != 1:
        raise InvalidData(
            "the municipality decides this process, so it alone sets its values",
            code="edition_decided_above",
            office=place.code,
        )


def _checked(guide: Guide, changes: Mapping[str, str], on: date) -> dict[str, str]:
    """The values as they are kept; refuses with InvalidData what is locked, unfit or below a floor."""
    variables = reference.variables(guide, on)
    told: dict[str, str] = {}
    wrong: list[FieldError] = []
    for name, text in changes.items():
        variable = variables.get(name)
        if variable is None:
            wrong.append(FieldError(name, "locked", {"open": sorted(variables)}))
            continue
        try:
            told[name] = localising.canonical(variable, text) if text.strip() else ""
        except NotVariable as error:
            wrong.append(FieldError(name, error.code, error.facts))
    if wrong:
        locked = [error.key for error in wrong if error.code == "locked"]
        message = f"the core is locked: {', '.join(locked)} may not vary" if locked else "values do not fit"
        raise InvalidData(message, wrong, code="locked" if locked else "invalid_data", names=locked)
    if not told:
        raise InvalidData("no value is named", code="nothing_new")
    below_floor.refuse([one for name in told if told[name] for one in _below(variables[name], told[name])])
    return told


def _below(variable: Variable, value: str) -> Iterable[Any]:
    return localising.breaches(variable, value)


def _before(key: str, guide: Guide, place: places.Place, on: date) -> dict[str, str]:
    """What holds at the place on a day: its own values over those of the offices above over those for all."""
    variables = reference.variables(guide, on)
    local = {row.name: row.value for row in _in_force([key], place.levels, on).values()}
    return {name: local.get(name, one.national) for name, one in variables.items()}


# -- what a case begins with


def for_case(loaded: loading.Loaded, levels: Iterable[str], on: date) -> dict[str, dict[str, str]]:
    """Local values a case at a place begins with: name -> value, office, its name, since, edition; {} = as for all.

    A value that the process no longer declares, or that the law has overtaken, holds no more: what is for all does.
    Values of the process itself go before those of the parts it calls.
    """
    found = _in_force(list(loaded.bundles), levels, on)
    if not found:
        return {}
    variables = {
        key: reference.variables(bundle.guide, on)
        for key, bundle in loaded.bundles.items()
        if bundle.guide is not None and any(process == key for process, _ in found)
    }
    held = [row for row in found.values() if localising.holds(variables.get(row.process, {}).get(row.name), row.value)]
    ordered = sorted(held, key=lambda row: (row.process == loaded.key, row.process))
    names = dict(OrgUnit.objects.filter(code__in={row.office for row in ordered}).values_list("code", "name_zh"))
    return {
        row.name: {
            "value": row.value,
            "office": row.office,
            "office_zh": names[row.office],
            "since": row.since.isoformat(),
            "edition": row.edition,
        }
        for row in ordered
    }


def _in_force(keys: list[str], levels: Iterable[str], on: date) -> dict[tuple[str, str], LocalValue]:
    codes = [code for code in levels if code][: max(editions.EDITION_LEVELS)]
    rows = LocalSetting.objects.filter(key__in=keys, unit__code__in=codes, valid_from__lte=on)
    told = rows.values_list(
        *("key", "name", "value", "unit__code", "unit__level", "valid_from", "edition__number", "edition_id")
    )
    return editions.in_force((LocalValue(*row[:7], edition=str(row[7])) for row in told), codes, on)
