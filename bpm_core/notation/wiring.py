"""Who sends what to whom: the messages between processes, read from their diagrams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bpm_core.notation.model import Element, ProcessModel

_SENDERS = frozenset({"sendTask", "intermediateThrowEvent", "endEvent"})


@dataclass(frozen=True, slots=True)
class Wire:
    """A message from one process to another.

    sent_at   step that sends it
    taken_at  elements that take it; empty = the receiver's diagram does not
    opens     whether it opens a case of the receiver when none is waiting
    """

    message: str
    sender: str
    sent_at: str
    receiver: str
    taken_at: tuple[str, ...]
    opens: bool
    values: tuple[str, ...]


def wires(models: Iterable[ProcessModel]) -> list[Wire]:
    """Every message between the processes, by sender, step and receiver."""
    by_code = {model.code: model for model in models}
    found = [wire for model in by_code.values() for wire in _of(model, by_code)]
    return sorted(found, key=lambda wire: (wire.sender, wire.sent_at, wire.message, wire.receiver))


def _of(model: ProcessModel, by_code: dict[str, ProcessModel]) -> Iterator[Wire]:
    for element in model.elements.values():
        if element.kind not in _SENDERS or element.message is None:
            continue
        for code in element.parties:
            if code in by_code and code != model.code:
                takers = taking(by_code[code], element.message)
                yield Wire(
                    element.message,
                    model.code,
                    element.node or element.id,
                    code,
                    tuple(sorted(taker.node or taker.id for taker in takers)),
                    any(taker.kind == "startEvent" for taker in takers),
                    element.payload,
                )


def taking(model: ProcessModel, message: str) -> list[Element]:
    """Elements of the process that take the message."""
    return [one for one in model.elements.values() if one.message == message and one.kind not in _SENDERS]


def picture(found: Sequence[Wire], names: dict[str, str], groups: Sequence[tuple[str, Sequence[str]]]) -> str:
    """A Mermaid flowchart of the wires. `names` by code; `groups` = title and codes of each family."""
    codes = {code for wire in found for code in (wire.sender, wire.receiver)}
    lines = ["flowchart LR"]
    for number, (title, members) in enumerate(groups):
        inside = [code for code in members if code in codes]
        if inside:
            lines.append(f'  subgraph F{number}["{title}"]')
            lines += [f'    {_id(code)}["{code} {names[code]}"]' for code in inside]
            lines.append("  end")
    pairs = sorted({(wire.sender, wire.receiver) for wire in found})
    for sender, receiver in pairs:
        messages = sorted({wire.message for wire in found if (wire.sender, wire.receiver) == (sender, receiver)})
        lines.append(f"  {_id(sender)} -->|{'<br/>'.join(messages)}| {_id(receiver)}")
    return "\n".join(lines) + "\n"


def _id(code: str) -> str:
    return code.replace("-", "")


def table(found: Sequence[Wire]) -> str:
    """The wires as a Markdown table."""
    lines = ["| Message | From | To | There it | With |", "| --- | --- | --- | --- | --- |"]
    for wire in found:
        takes = ", ".join(taker for taker in wire.taken_at if not taker.startswith("Start"))
        how = " and ".join(
            part for part in ("opens a case" if wire.opens else "", f"reaches {takes}" if takes else "") if part
        )
        values = ", ".join(f"`{name}`" for name in wire.values) or "—"
        lines.append(f"| `{wire.message}` | {wire.sender} {wire.sent_at} | {wire.receiver} | {how} | {values} |")
    return "\n".join(lines) + "\n"
