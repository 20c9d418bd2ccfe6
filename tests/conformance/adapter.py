"""The product as the conformance pack sees it: its adapter's methods in our words. Nothing in the product knows of it.

The pack lies beside the checkout (../shared/conformance); its runners put their own folder on the path, where the
interface module `adapter` lives. Without the pack nothing here can be run.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT.parent / "shared" / "conformance"
for _folder in (str(ROOT), str(PACK / "run")):
    if _folder not in sys.path:
        sys.path.insert(0, _folder)

import adapter as interface  # noqa: E402  (the pack's)

from bpm_core import dmn, feel  # noqa: E402
from tests.conformance.driving import Driving  # noqa: E402
from tests.conformance.refusing import Refusing  # noqa: E402
from tests.conformance.running import Running  # noqa: E402

NOW = datetime(2026, 11, 21, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


class Decisions:
    """What the pack asks of decision models; its TCK runner needs no more."""

    def decide(self, files: Mapping[str, bytes], name: str, inputs: Mapping[str, Any]) -> Any:
        """A decision by name. A decision that may not be taken (two rules of a UNIQUE table) is the error FEEL
        answers with null."""
        model = _loaded(tuple(files.items()))
        try:
            decided = model.decide(name, {key: to_feel(value) for key, value in inputs.items()}, now=NOW)
        except dmn.DecisionError:
            return None
        return from_feel(decided.value)


class Adapter(Decisions, Driving, interface.Adapter):
    """The product: its check, its commands and its database."""

    dialect: ClassVar[Any] = "feel"


class Unchecked(Decisions, Running, interface.Adapter):
    """The engine and the decision tables alone."""

    dialect: ClassVar[Any] = "feel"


class Checked(Unchecked):
    """The same behind the check of uploads, which also refuses what would run but breaks a rule. No database."""

    def deploy(self, files: Mapping[str, bytes]) -> list[str]:
        Refusing().deploy({path: content for path, content in files.items() if not path.endswith(".dmn")})
        return super().deploy(files)


@lru_cache(maxsize=4)
def _loaded(files: tuple[tuple[str, bytes], ...]) -> dmn.Model:
    return dmn.load(dict(files), lenient=True)


def to_feel(value: Any) -> feel.Value:
    """A value of the pack as a FEEL value."""
    if isinstance(value, interface.YearsMonths):
        return feel.YearsMonthsDuration(value.months)
    if isinstance(value, interface.Temporal):
        readers = {
            "date": feel.temporal.parse_date,
            "time": feel.temporal.parse_time,
            "date and time": feel.temporal.parse_date_time,
        }
        return readers.get(value.kind, feel.temporal.parse_duration)(value.text)
    if isinstance(value, list):
        return [to_feel(item) for item in value]
    if isinstance(value, dict):
        return {key: to_feel(item) for key, item in value.items()}
    return feel.values.from_python(value)


def from_feel(value: feel.Value) -> Any:
    """A FEEL value in the pack's types; Temporal for what Python's own cannot hold."""
    kind = type(value)
    if kind is list:
        return [from_feel(item) for item in value]
    if kind is dict:
        return {key: from_feel(item) for key, item in value.items()}
    if kind is feel.YearsMonthsDuration:
        return interface.YearsMonths(value.months)
    if kind is feel.DaysTimeDuration:
        if value.nanos % 1_000 or abs(value.nanos) > 86_399_999_999_999 * feel.temporal.SECOND:
            return interface.Temporal("days and time duration", str(value))
        return timedelta(microseconds=value.nanos // 1_000)
    if kind is feel.FeelTime:
        if value.nanosecond % 1_000:
            return interface.Temporal("time", str(value))
        return time(value.hour, value.minute, value.second, value.nanosecond // 1_000, value.zone)
    if kind is feel.WideDate:
        return interface.Temporal("date", feel.temporal.text(value))
    if kind is feel.WideDateTime:
        return interface.Temporal("date and time", feel.temporal.text(value))
    if kind in (feel.Range, feel.Function):
        return feel.values.literal(value)
    return value
