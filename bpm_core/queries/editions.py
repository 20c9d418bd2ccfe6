"""Local editions to read: what waits, what was decided, and how a place differs from the process as for all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bpm_core.domain import editions
from bpm_core.domain.editions import Difference, EditionStatus, LocalValue
from bpm_core.domain.errors import NotFound
from bpm_core.models import Account, LocalEdition, LocalSetting, OrgUnit, ProcessDefinition, reference
from bpm_core.notation import localising
from bpm_core.notation.guide import Guide
from bpm_core.notation.localising import Variable
from bpm_core.queries import bundles


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a place may set: what it is for all, what holds here, and whose value that is ("" = for all).

    lapsed   an approved value that holds no more, since the law has overtaken it; "" = none
    """

    variable: Variable
    here: str
    office: str
    since: date | None
    edition: str
    lapsed: str = ""

    @property
    def differs(self) -> bool:
        return self.here != self.variable.national


@dataclass(frozen=True, slots=True)
class Changed:
    """One line of a proposed edition: before and after at the office, beside the value for all."""

    variable: Variable | None  # None: the current version of the process no longer declares it
    name: str
    before: str
    after: str  # "" = the office's own value is taken back


def differences(office: str, on: date, *, key: str | None = None) -> tuple[Difference, ...]:
    """How the processes read at an office on a day, line by line where they differ; one process with `key`.

    Values of the offices above it count as its own, unless it has set others. Refuses with NotFound.
    """
    unit = _unit(office)
    found = _in_force([key] if key else None, unit, on)
    rows = _approvals(row.edition for row in found.values())
    told: list[Difference] = []
    for definition in _current({row.process for row in found.values()}):
        variables = _variables(bundles.of(definition).guide, on)
        for name, variable in variables.items():
            row = found.get((definition.key, name))
            if row is None or row.value == variable.national or not localising.holds(variable, row.value):
                continue
            edition = rows[row.edition]
            told.append(
                Difference(
                    process_key=definition.key,
                    process_code=definition.code,
                    name=name,
                    label_zh=variable.label.zh,
                    label_en=variable.label.en,
                    unit=variable.unit,
                    national=variable.national,
                    local=row.value,
                    office=row.office,
                    office_zh=edition.unit.name_zh,
                    office_en=edition.unit.name_en,
                    since=row.since,
                    approved_by=_name(edition.decided_by, "display_zh"),
                    approved_by_en=_name(edition.decided_by, "display_en"),
                    approved_at=edition.decided_at or edition.proposed_at,
                    edition=row.edition,
                )
            )
    return tuple(told)


def guide_at(definition: ProcessDefinition, office: str, on: date) -> Guide | None:
    """The guide of a version as it reads at an office on a day; None when the process has none."""
    guide = bundles.of(definition).guide
    if guide is None:
        return None
    found = _in_force([definition.key], _unit(office), on)
    variables = _variables(guide, on)
    held = [row for row in found.values() if localising.holds(variables.get(row.name), row.value)]
    return localising.edition(guide, {row.name: row.value for row in held})


def lines(definition: ProcessDefinition, office: str, on: date) -> list[Line]:
    """Everything of a process that may vary, with what holds at the office on that day."""
    found = _in_force([definition.key], _unit(office), on)
    told = []
    for name, variable in _variables(bundles.of(definition).guide, on).items():
        row = found.get((definition.key, name))
        lapsed = row.value if row and not localising.holds(variable, row.value) else ""
        row = None if lapsed else row
        told.append(
            Line(
                variable=variable,
                here=row.value if row else variable.national,
                office=row.office if row else "",
                since=row.since if row else None,
                edition=row.edition if row else "",
                lapsed=lapsed,
            )
        )
    return told


def changed(edition: LocalEdition) -> list[Changed]:
    """The lines of one edition, by name."""
    definition = next(iter(_current({edition.key})), None)
    variables = _variables(bundles.of(definition).guide, edition.valid_from) if definition else {}
    return [
        Changed(variables.get(name), name, edition.before.get(name, ""), value)
        for name, value in sorted(edition.changes.items())
    ]


def get(edition_id: UUID) -> LocalEdition:
    """One edition; refuses with NotFound."""
    row = _rows().filter(pk=edition_id).first()
    if row is None:
        raise NotFound("there is no such local edition", kind="edition")
    return row


def waiting(paths: Iterable[str] = ("/",)) -> list[LocalEdition]:
    """Proposals below these offices that nobody has decided yet, the oldest first."""
    rows = list(_rows().filter(status=EditionStatus.PROPOSED).order_by("proposed_at"))
    wanted = tuple(paths)
    return [row for row in rows if row.unit.path.startswith(wanted)]


def history(*, key: str = "", office: str = "", most: int = 100) -> list[LocalEdition]:
    """Editions of a process, of an office, or of both; the latest first."""
    rows = _rows()
    if key:
        rows = rows.filter(key=key)
    if office:
        rows = rows.filter(unit__code=office)
    return list(rows.order_by("-proposed_at", "-number")[:most])


def offices() -> list[OrgUnit]:
    """Offices that may have local editions, the municipality first."""
    return list(OrgUnit.objects.filter(level__in=editions.EDITION_LEVELS).order_by("level", "code"))


def all_processes() -> list[ProcessDefinition]:
    """The current version of every process that people apply for, by code."""
    rows = ProcessDefinition.objects.filter(is_current=True, callable_only=False)
    return list(rows.defer("archive", "report").order_by("code"))


def names(keys: Iterable[str]) -> dict[str, ProcessDefinition]:
    """The current version of each process, by key."""
    return {row.key: row for row in _current(set(keys))}


def _name(account: Account | None, display: str) -> str:
    return str(getattr(account, display) or account.username) if account else ""


def _rows():  # type: ignore[no-untyped-def]
    return LocalEdition.objects.select_related("unit", "proposed_by", "decided_by")


def _unit(office: str) -> OrgUnit:
    unit = OrgUnit.objects.filter(code=office).first()
    if unit is None:
        raise NotFound(f"no office {office}", kind="office", office=office)
    return unit


def _current(keys: set[str]) -> Sequence[ProcessDefinition]:
    rows = ProcessDefinition.objects.filter(key__in=keys, is_current=True).defer("archive")
    return list(rows.order_by("code"))


def _variables(guide: Guide | None, on: date) -> dict[str, Variable]:
    return reference.variables(guide, on) if guide is not None else {}


def _approvals(ids: Iterable[str]) -> dict[str, LocalEdition]:
    return {str(row.pk): row for row in _rows().filter(pk__in=set(ids))}


def _in_force(keys: list[str] | None, unit: OrgUnit, on: date) -> dict[tuple[str, str], LocalValue]:
    codes = [code for code in unit.levels if code][: max(editions.EDITION_LEVELS)]
    rows = LocalSetting.objects.filter(unit__code__in=codes, valid_from__lte=on)
    if keys is not None:
        rows = rows.filter(key__in=keys)
    told = rows.values_list(
        *("key", "name", "value", "unit__code", "unit__level", "valid_from", "edition__number", "edition_id")
    )
    return editions.in_force((LocalValue(*row[:7], edition=str(row[7])) for row in told), codes, on)
