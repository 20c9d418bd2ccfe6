"""The real-name register: entered once, found by what people carry, unreadable in the database."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection

from bpm_core.commands import people
from bpm_core.domain.errors import InvalidData, NotAllowed, NotFound
from bpm_core.models import AccessEntry, Person
from bpm_core.models.sealing import seal, unseal
from tests.bpm_core.commands.conftest import AT, Office

NUMBER = "11010519491231002X"


def test_the_same_number_is_the_same_person(office: Office) -> None:
    again = people.register(
        "person", name="单雄信", id_number=NUMBER.lower(), phone="13911112222", actor=office.actor("window"), at=AT
    )

    assert again.pk == office.person.pk
    assert (again.phone_tail, again.sex, Person.objects.count()) == ("2222", "f", 1)


def test_an_old_number_of_fifteen_digits_is_the_same_person(office: Office) -> None:
    same = people.register("person", name="单雄信", id_number="110105491231002", actor=office.actor("window"), at=AT)

    assert same.pk == office.person.pk


def test_a_person_named_by_number_stays_as_on_record(office: Office) -> None:
    same = people.named("110105491231002", name="另名", at=AT)

    assert (same.pk, same.name_masked) == (office.person.pk, "单*")


def test_a_person_named_by_number_alone_gets_a_name_when_entered(office: Office) -> None:
    number = "410899199003070016"
    first = people.named(number, at=AT)

    known = people.register("person", name="王示例", id_number=number, actor=office.actor("window"), at=AT)

    assert (first.name_masked, known.pk, known.name_masked) == ("未*", first.pk, "王*")


def test_what_is_no_identity_number_names_nobody(office: Office) -> None:
    with pytest.raises(InvalidData):
        people.named("410899199003070017", at=AT)


def test_identifying_values_cannot_be_read_in_the_database(office: Office) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM bpm_core_person")
        row = b" ".join(
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            for value in cursor.fetchone()
        )

    for value in (NUMBER, "单雄信", "13800005678", "1949"):
        assert value.encode() not in row


def test_a_sealed_value_opens_only_in_its_own_row() -> None:
    sealed = seal("secret", table="person", column="name", row="1")

    assert unseal(sealed, table="person", column="name", row="1") == "secret"
    with pytest.raises(InvalidTag):
        unseal(sealed, table="person", column="name", row="2")
    assert seal("secret", table="person", column="name", row="1") != sealed


@pytest.mark.parametrize(
    ("name", "expected"), [("王伟", "ww"), ("张三", "zs"), ("李小明", "lxm"), ("欧阳修", "oyx"), ("J. Smith", "j")]
)
def test_initials_are_those_of_the_name(name: str, expected: str) -> None:
    assert expected in people.initials(name).split()


def test_a_surname_with_two_readings_is_found_by_both() -> None:
    assert {"sxx", "dxx"} <= set(people.initials("单雄信").split())


def test_an_enterprise_is_entered_by_its_credit_code(office: Office) -> None:
    firm = people.register(
        "enterprise", name="样例有限公司", id_number="91350100M000100Y43", actor=office.actor("window"), at=AT
    )

    assert (firm.kind, firm.id_type, firm.name_masked) == ("enterprise", "uscc", "样例有限公司")


def test_a_look_behind_the_mask_is_on_record_and_needs_a_purpose(office: Office) -> None:
    case = office.start()
    with pytest.raises(InvalidData):
        people.reveal(
            office.person.pk, field="id_number", purpose=" ", case_id=case.pk, actor=office.actor("window"), at=AT
        )

    shown = people.reveal(
        office.person.pk, field="id_number", purpose="核对身份", case_id=case.pk, actor=office.actor("window"), at=AT
    )

    assert shown == NUMBER
    entry = AccessEntry.objects.get()
    assert (entry.kind, entry.case_id, NUMBER in entry.subject) == ("unmask", case.pk, False)


def test_a_look_from_another_office_is_refused_and_leaves_no_value(office: Office) -> None:
    case = office.start()

    with pytest.raises(NotAllowed):
        people.reveal(
            office.person.pk, field="name", purpose="好奇", case_id=case.pk, actor=office.actor("elsewhere"), at=AT
        )
    with pytest.raises(NotAllowed):
        people.reveal(
            office.person.pk, field="name", purpose="好奇", case_id=case.pk, actor=office.actor("designer"), at=AT
        )


def test_a_person_who_is_no_party_of_the_case_is_not_shown(office: Office) -> None:
    case = office.start()
    other = people.register("person", name="李四", id_number="110101199003070011", actor=office.actor("window"), at=AT)

    with pytest.raises(NotFound):
        people.reveal(other.pk, field="name", purpose="x", case_id=case.pk, actor=office.actor("window"), at=AT)
