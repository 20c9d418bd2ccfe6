"""pySFeel 1.4.2 in a process of its own: a third opinion on FEEL, in tests only. It hangs on some texts.

`python -m tests.bpm_core.feel.oracle.pysfeel` reads JSON (variables as FEEL, expressions), writes a line an answer.
Building its parser takes some 20 s of CPU, so one process answers everything; an alarm ends what takes over a second.
"""

from __future__ import annotations

import datetime
import json
import signal
import subprocess
import sys
import warnings
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4]
LIMIT_S = 600.0
EACH_S = 1.0
MARK = "answer "  # pySFeel prints, too


def evaluate(texts: Sequence[str], variables: Mapping[str, str]) -> list[Any]:
    """Its answers: numbers as Decimal, times as ("t", text), durations as ("d", seconds).

    ("failed", why) stands for errors and what hangs.
    """
    given = json.dumps({"texts": list(texts), "variables": dict(variables)})
    command = [sys.executable, "-m", __name__]
    done = subprocess.run(command, input=given, capture_output=True, text=True, cwd=ROOT, timeout=LIMIT_S, check=True)
    lines = [line[len(MARK) :] for line in done.stdout.split("\n") if line.startswith(MARK)]
    return [_value(json.loads(line)) for line in lines]


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return [_value(item) for item in plain]
    if isinstance(plain, dict):
        [(kind, held)] = plain.items()
        if kind == "n":
            return Decimal(held)
        return {key: _value(item) for key, item in held.items()} if kind == "c" else (kind, held)
    return plain


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return {"n": repr(value)}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {"c": {str(key): _plain(item) for key, item in value.items()}}
    if isinstance(value, datetime.date | datetime.time):
        return {"t": value.isoformat()}
    if isinstance(value, datetime.timedelta):
        return {"d": repr(value.total_seconds())}
    return {"failed": type(value).__name__}


def _answer() -> None:
    import pySFeel

    warnings.simplefilter("ignore")
    given = json.load(sys.stdin)
    parser = pySFeel.SFeelParser()
    for name, text in given["variables"].items():
        parser.sFeelParse(f"{name} <- {text}")
    signal.signal(signal.SIGALRM, _late)
    for text in given["texts"]:
        try:
            signal.setitimer(signal.ITIMER_REAL, EACH_S)
            status, value = parser.sFeelParse(text)
            signal.setitimer(signal.ITIMER_REAL, 0)
            told = {"failed": "; ".join(status["errors"])} if status.get("errors") else _plain(value)
        except Exception as error:  # whatever another's evaluator raises is its answer
            signal.setitimer(signal.ITIMER_REAL, 0)
            told = {"failed": f"{type(error).__name__}: {error}"}
        sys.stdout.write(f"\n{MARK}{json.dumps(told)}\n")


def _late(*_: object) -> None:
    raise TimeoutError("hangs")


if __name__ == "__main__":
    _answer()
