"""The real-name register: a person or an enterprise is entered once; a look behind a mask is on record."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import islice, product
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from pypinyin import Style, pinyin

from bpm_core.commands import access, places
from bpm_core.domain import authority, enterprise_code, identity, masking
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.calendar import civil_date
from bpm_core.domain.errors import FieldError, InvalidData, NotFound
from bpm_core.models import Case, Person
from bpm_core.models.sealing import blind_index, seal, unseal

_PHONE = re.compile(r"(\+?86)?1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
_COLUMNS = {"name": "name_enc", "id_number": "id_number_enc", "phone": "phone_enc", "birth": "birth_enc"}
MAX_NAME = 60


def register(
    kind: str,
    *,
    name: str,
    id_number: str,
    phone: str = "",
    residence_code: str = "",
    synthetic: bool = False,
    actor: Actor,
    at: datetime,
) -> Person:
    """The person or enterprise of that number: the one on record, with what is new added, or a new entry.

    kind    "person" (resident identity number, GB 11643) or "enterprise" (unified social credit code, GB 32100)
    """
    authority.require(actor, "person.register")
    known = _read(kind, name, id_number, phone, at)
    place = places.by_code(residence_code).code if residence_code else ""
    try:
        with transaction.atomic():
            return _enter(kind, known, phone, place, synthetic, at)
    except IntegrityError:  # somebody else entered the same number at this moment
        return _enter(kind, known, phone, place, synthetic, at)


#: Stands for the name of somebody a list names by number alone; whoever enters the person later replaces it.
UNNAMED = "未登记"


def named(id_number: str, *, name: str = "", synthetic: bool = False, at: datetime) -> Person:
    """The person a step of a case names by identity number: as on record, else a new entry.

    Part of that step, so nobody's right is asked again; what is on record is not changed. Refuses with InvalidData
    what is no identity number.
    """
    known = _read("person", name or UNNAMED, id_number, "", at)
    recorded = Person.objects.filter(id_index=blind_index(known["number"]))
    found = recorded.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return _enter("person", known, "", "", synthetic, at)
    except IntegrityError:  # somebody else entered the same number at this moment
        return recorded.get()


def _read(kind: str, name: str, id_number: str, phone: str, at: datetime) -> dict[str, Any]:
    name = name.strip()
    if not 0 < len(name) <= MAX_NAME:
        raise InvalidData("a name has 1 to 60 characters", [FieldError("name", "length", {"max": MAX_NAME})])
    if phone and not _PHONE.fullmatch(phone.replace(" ", "")):
        raise InvalidData("this is not a telephone number", [FieldError("phone", "phone")])
    if kind == "enterprise":
        return {"name": name, "number": enterprise_code.read(id_number).code, "id_type": "uscc"}
    if kind != "person":
        raise InvalidData("a party is a person or an enterprise", [FieldError("kind", "enum")])
    read = identity.read(id_number, today=civil_date(at))
    return {
        "name": name,
        "number": read.number,
        "id_type": "resident_id",
        "birth": read.born_on.isoformat(),
        "sex": "m" if read.sex is identity.Sex.MALE else "f",
    }


def _enter(kind: str, known: dict[str, Any], phone: str, residence_code: str, synthetic: bool, at: datetime) -> Person:
    index = blind_index(known["number"])
    person = Person.objects.filter(id_index=index).first()
    if person is None:
        person = Person(
            id=uuid4(), kind=kind, id_index=index, id_type=known["id_type"], created_at=at, synthetic=synthetic
        )
        person.id_number_enc = _seal(person, "id_number", known["number"])
        person.id_masked = masking.id_number(known["number"])
        person.sex = known.get("sex", "")
        if "birth" in known:
            person.birth_enc = _seal(person, "birth", known["birth"])
    full = known["name"]
    person.name_enc = _seal(person, "name", full)
    person.name_masked = masking.name(full) if kind == "person" else full[:60]
    person.name_index = blind_index(full)
    person.initials = initials(full)
    if phone:
        digits = re.sub(r"\D", "", phone)
        person.phone_enc = _seal(person, "phone", phone.replace(" ", ""))
        person.phone_masked = masking.phone(digits[-11:])
        person.phone_tail = digits[-4:]
    if residence_code:
        person.residence_code = residence_code
    person.save()
    return person


def _seal(person: Person, column: str, text: str) -> bytes:
    return seal(text, table="person", column=column, row=person.pk)


def initials(name: str) -> str:
    """Pinyin initials of a name, every reading of it, apart by a space: 单雄信 -> "sxx dxx cxx"."""
    letters = [
        sorted({reading[:1].lower() for reading in readings if reading[:1].isalnum()}) or [""]
        for readings in pinyin(name, style=Style.FIRST_LETTER, heteronym=True)
    ]
    first = [readings[0][:1].lower() for readings in pinyin(name, style=Style.FIRST_LETTER)]
    spelled = {"".join(first): None} | {"".join(way): None for way in islice(product(*letters), 8)}
    return " ".join(spelled)[:60].strip()


def reveal(person_id: UUID, *, field: str, purpose: str, case_id: int | None, actor: Actor, at: datetime) -> str:
    """One value behind its mask. The look is an entry of the access journal, written before the value is given."""
    if field not in _COLUMNS:
        raise InvalidData("there is no such field", [FieldError("field", "enum")])
    if not purpose.strip():
        raise InvalidData("a look behind a mask needs a purpose", [FieldError("purpose", "required")])
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFound("there is no such person", kind="person")
    authority.require(actor, "person.reveal", Record(path=_path_of(case_id, person, actor)))
    access.record(
        "unmask", actor=actor, at=at, purpose=purpose[:300], subject=f"person:{person.pk}:{field}", case_id=case_id
    )
    sealed = getattr(person, _COLUMNS[field])
    return unseal(sealed, table="person", column=field, row=person.pk) if sealed else ""


def _path_of(case_id: int | None, person: Person, actor: Actor) -> str:
    """The office that must lie within the actor's reach: that of the case; without one, a desk's own."""
    if case_id is None:
        return next((post.path for post in actor.posts), "/")
    case = Case.objects.filter(pk=case_id).first()
    if case is None or person.pk not in (case.person_id, case.enterprise_id):
        raise NotFound("the person is no party of this case", kind="case")
    entry = places.by_id(case.entry_unit_id).path
    if any(post.path == entry for post in actor.posts):
        return entry
    return places.by_id(case.unit_id).path
