"""What each simulated register knows about a synthetic person: values by name, always the same for the same person.

Codes and questions are those of the process library; the answers are made up and belong to nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from bpm_core.domain import identity
from bpm_core.domain.errors import InvalidData
from bpm_core.notation.model import ValueSpec
from workers.simulator import declared, stories
from workers.simulator.declared import Form

_COURSES = ("养老护理员", "育婴员", "电工", "中式烹调师", "电子商务师", "焊工")

#: Age at which the simulated months up to retirement end; the real rule is a decision of the process library.
_RETIREMENT_YEARS = {"male": 63, "female": 58}


@dataclass(frozen=True, slots=True)
class Life:
    """A synthetic person as the registers see one on a day."""

    number: str
    born_on: date
    sex: str
    today: date
    key: str  # of the question, for answers that are written rather than read

    @property
    def age(self) -> int:
        return identity.age_on(self.born_on, self.today)

    def draw(self, name: str, low: int, high: int) -> int:
        """A number between low and high that is always the same for this person and name."""
        text = hashlib.sha256(f"{self.number}:{name}".encode()).digest()
        return low + int.from_bytes(text[:6], "big") % (high - low + 1)

    def serial(self, prefix: str) -> str:
        """A number given out for this question: the same question again gets the same number."""
        text = hashlib.sha256(self.key.encode()).digest()
        return f"{prefix}{self.today.year}-{int.from_bytes(text[:6], 'big') % 1_000_000:06d}"


Answer = Callable[[Life], Any]


def _always(value: Any) -> Answer:
    return lambda life: value


def _insured_months(life: Life) -> int:
    working_months = max(0, life.age - 20) * 12
    return max(24, min(420, working_months * life.draw("insured", 60, 95) // 100))


def _months_to_retire(life: Life) -> int:
    reached = (life.today.year - life.born_on.year) * 12 + life.today.month - life.born_on.month
    return max(0, _RETIREMENT_YEARS[life.sex] * 12 - reached)


def _reason(life: Life) -> str:
    return ("expire", "employer", "agree_er")[life.draw("reason", 0, 2)]


def _level(life: Life) -> str:
    return ("l5", "l4", "l3")[life.draw("level", 0, 2)]


REGISTERS: Mapping[str, Mapping[str, Answer]] = {
    "HHR": {
        "identity_ok": _always(True),
        "age_years": lambda life: life.age,
        "months_to_retire": _months_to_retire,
        "alive": _always(True),
    },
    "SSC": {
        "card_status": _always("active"),
        "account_holder_ok": _always(True),
    },
    "SIDB": {
        "insured_months": _insured_months,
        "unused_months": _always(0),
        "insured_now": _always(False),
        "pensioner": _always(False),
        "arrears_employer": _always(False),
        "months_to_retire": _months_to_retire,
        "reason_reported": _reason,
        "reason_disputed": _always(False),
        "employed_after": lambda life: life.draw("employed", 0, 1) == 1,
        "employed_later": _always(True),
        "ui_skill_taken": _always(False),
        "hit": _always("none"),
    },
    "EMPDB": {
        "registered": _always(True),
        "registration_date": lambda life: (life.today - timedelta(days=life.draw("registered", 5, 40))).isoformat(),
        "open_registration": _always(False),
        "category_ok": _always(True),
        "public_staff": _always(False),
        "shortage_occupation": lambda life: life.draw("shortage", 0, 3) == 0,
    },
    "PROVSI": {"benefit_elsewhere": _always(False)},
    "TAX": {"arrears_employer": _always(False)},
    "SAMR": {"business_status": _always("active")},
    "EDU": {"fulltime_student": _always(False)},
    "CERT": {
        "cert_count": lambda life: life.draw("certificates", 1, 2),
        "cert_valid": _always(True),
        "cert_level": _level,
        "cert_months": lambda life: life.draw("months", 1, 9),
    },
    "ATT": {
        "attendance_query": lambda life: f"0.{life.draw('attendance', 85, 99)}",
        "overlap_days": _always(0),
        "course_name": lambda life: _COURSES[life.draw("course", 0, len(_COURSES) - 1)],
        "fee_waived": _always(False),
    },
    "SUBDB": {
        "same_item_taken": _always(False),
        "subsidies_this_year": lambda life: life.draw("subsidies", 0, 1),
        "higher_level_taken": _always(False),
        "line_blocked": _always(False),
        "ledger_no": lambda life: life.serial("PX"),
    },
    "CIV": {"minimum_living": _always(False)},
    "DPF": {"disability": _always(False)},
    "POV": {"monitored_person": _always(False)},
    "JAIL": {"in_prison": _always(False)},
    "EXIT": {"abroad": _always(False)},
    "BANKIF": {"account_ok": _always(True)},
    "CREDIT": {
        "dishonesty_record": _always(False),
        "institution_grade": lambda life: ("A", "B")[life.draw("grade", 0, 1)],
    },
    "EGOV": {
        "doc_no": lambda life: life.serial("JZ-"),
        "assigned_unit": _always("county"),
    },
}


class UnknownRegister(Exception):
    """No register has this code."""


def _base() -> declared.Library:
    known = frozenset((code, name) for code, names in REGISTERS.items() for name in names)
    return declared.library(Path(settings.PROCESSES_DIR), known)


def names_of(code: str) -> list[str]:
    """Names the register answers for."""
    return sorted({*REGISTERS.get(code, ()), *(name for system, name in _base().values if system == code)})


def systems() -> list[str]:
    """Codes of all registers."""
    return sorted({*REGISTERS, *_base().systems})


def ask(
    code: str,
    wanted: Collection[str],
    *,
    number: str,
    key: str,
    today: date,
    forms: Mapping[str, Form] | None = None,
) -> dict[str, Any]:
    """Those of the wanted values that the register knows; raises UnknownRegister.

    forms  in which form each is wanted; by default as the library declares it
    A person's story goes before what the register works out, and that before the library's example.
    """
    base, own = _base(), REGISTERS.get(code, {})
    if not own and code not in base.systems:
        raise UnknownRegister(code)
    life, story = _life(number, key, today), stories.of(number)
    found: dict[str, Any] = {}
    for name in wanted:
        spec = base.values.get((code, name))
        if name not in own and spec is None:
            continue
        form = (forms or {}).get(name) or (Form.of(spec) if spec else None)
        answers = [story.values[name]] if name in story.values else []
        answers += [reckon(life) for reckon in _reckoned(code, name)]
        answers += [_example(spec, form, life)] if form else []
        found[name] = next(value for value in answers if form is None or form.fits(value))
    return found


def _reckoned(code: str, name: str) -> list[Answer]:
    """How the register works the value out, or another one that knows it."""
    own = REGISTERS.get(code, {})
    if name in own:
        return [own[name]]
    return [names[name] for names in REGISTERS.values() if name in names][:1]


def _example(spec: ValueSpec | None, form: Form, life: Life) -> Any:
    text = spec.example if spec else None
    serial = life.serial("")
    if form.type == "string" and spec is not None:
        return declared.numbered(spec.name, text, serial)
    return declared.example(text, form, today=life.today, serial=serial)


def _life(number: str, key: str, today: date) -> Life:
    """The person behind the number; an enterprise, or a case about nobody, is given a plain stand-in's dates."""
    try:
        read = identity.read(number, today=today)
    except InvalidData:
        return Life(number, date(1985, 1, 1), "male", today, key)
    return Life(read.number, read.born_on, read.sex.value, today, key)
