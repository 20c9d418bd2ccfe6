"""What is agreed about messages between processes and between offices: `processes/_library/messages.toml`.

Who takes what is in the diagrams (a send step names the receiving processes as its parties). Here stands what no
diagram can say alone: under which name the receiver knows a value, and which message of ours another office takes as
which of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bpm_core.notation.guide import Certainty, Words, build

FILE = Path("_library") / "messages.toml"


@dataclass(frozen=True, slots=True)
class Renamed:
    """The receiver of `message` calls the value `name`; its sender calls it `sent_as`."""

    message: str
    name: str
    sent_as: str


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A message to the same service of another office.

    process   key of the process that sends and takes it
    sent      its name with the office that sends; `taken` with the one that receives it
    opens     it opens a case there; otherwise it is for the case it answers
    values    values told besides those the send step names, by the names the receiver has for them
    """

    process: str
    sent: str
    taken: str
    rule: Words
    source: str
    certainty: Certainty
    opens: bool = False
    values: tuple[Renamed, ...] = ()


@dataclass(frozen=True)
class Agreed:
    """The whole file."""

    renamed: tuple[Renamed, ...] = ()
    exchanged: tuple[Exchanged, ...] = ()
    #: place of the other office by process: the fact of a case whose first digits are a division code
    places: Mapping[str, str] | None = None

    @cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        return {(one.message, one.name): one.sent_as for one in self.renamed}

    def sent_as(self, message: str, name: str) -> str:
        """Name under which the sender of the message holds what its receiver calls `name`."""
        return self._names.get((message, name), name)

    def exchange(self, process: str, *, sent: str) -> Exchanged | None:
        """What becomes of a message of that process for another office."""
        return next((one for one in self.exchanged if (one.process, one.sent) == (process, sent)), None)


def read(data: bytes) -> Agreed:
    """What a messages.toml says; refuses with GuideRefused or ValueError."""
    tree = tomllib.loads(data.decode())
    return Agreed(
        renamed=tuple(build(Renamed, row, "renamed") for row in tree.get("renamed", ())),
        exchanged=tuple(build(Exchanged, row, "exchanged") for row in tree.get("exchanged", ())),
        places=dict(tree.get("places", {})),
    )


def read_folder(library: Path) -> Agreed:
    """What the library in a folder of processes agrees; nothing when it has no such file."""
    place = library / FILE
    return read(place.read_bytes()) if place.is_file() else Agreed()
