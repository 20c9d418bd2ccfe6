"""Values: exact types only, stored without loss."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpm_core import feel
from bpm_core.feel import values

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SCALARS = (
    st.none()
    | st.booleans()
    | st.text(max_size=20)
    | st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20)
    | st.dates()
    | st.datetimes(timezones=st.none() | st.sampled_from([UTC, ZoneInfo("Asia/Shanghai")]))
    | st.integers(-(10**15), 10**15).map(feel.DaysTimeDuration)
    | st.integers(-(10**6), 10**6).map(feel.YearsMonthsDuration)
    | st.integers(0, 86_399_999).map(lambda ms: feel.temporal.time_of_nanos(ms * 1_000_000, None))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_stored_values_come_back_exactly(value: feel.Value) -> None:
    stored = json.loads(json.dumps(values.encode(value)))

    assert values.literal(values.decode(stored)) == values.literal(value)
    assert type(values.decode(stored)) is type(value)


@pytest.mark.parametrize("value", [{"$n": Decimal(1)}, {"$d": "x", "b": None}, {"$": 1, "$$n": "2"}, {"$range": []}])
def test_contexts_whose_names_look_like_tags_come_back(value: feel.Value) -> None:
    checked = values.check(value)

    assert values.decode(values.encode(checked)) == checked


def test_trailing_zeros_of_a_number_are_kept() -> None:
    assert values.encode(Decimal("12.30")) == {"$n": "12.30"}
    assert str(values.decode({"$n": "12.30"})) == "12.30"


@pytest.mark.parametrize("foreign", [object(), len, Fraction(1, 2), {1: 2}, {"a": {3}}, [b"x"], Decimal("nan"), 1.5])
def test_foreign_objects_never_enter(foreign: object) -> None:
    with pytest.raises(feel.FeelValueError):
        feel.compile("x").evaluate({"x": foreign}, now=NOW)


class Sly(str):
    """A string that is not one."""

    secret = "no"


def test_subclasses_are_copied_on_the_way_in_and_refused_inside() -> None:
    assert type(values.from_python(Sly("a"))) is str
    with pytest.raises(feel.FeelValueError):
        values.check(Sly("a"))


def test_python_values_become_feel_values() -> None:
    assert values.from_python(0.1) == Decimal("0.1")
    assert values.from_python(time(8, 30)) == feel.FeelTime(8, 30, 0)
    assert values.from_python(timedelta(days=1, hours=2)) == feel.temporal.parse_duration("P1DT2H")
    assert values.from_python((1, date(2026, 1, 2))) == [Decimal(1), date(2026, 1, 2)]


def test_plain_json_writes_whole_numbers_as_numbers_and_others_as_text() -> None:
    assert values.to_plain([Decimal("12.00"), Decimal("0.10"), Decimal(2**60)]) == [12, "0.10", str(2**60)]


@pytest.mark.parametrize("stored", [{"$n": "x"}, {"$d": "2026-13-01"}, {"$n": 5}, {"$range": 1}, {"$dur": "P1Y"}])
def test_damaged_storage_is_refused(stored: object) -> None:
    with pytest.raises(feel.FeelValueError):
        values.decode(stored)
