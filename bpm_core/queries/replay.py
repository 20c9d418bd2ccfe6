"""A case told anew from its journal alone: what would be open, recorded and decided if only the entries were left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Told:
    """What the journal of a case says is true now. `open` is by token: its kind and, for work, its item and state."""

    status: str = "running"
    open: dict[str, dict[str, Any]] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)  # name -> commitment
    ended: bool = False

    def take(self, body: Mapping[str, Any]) -> None:
        """Go on by one entry."""
        for closed in body.get("closed", ()):
            self.open.pop(closed["token"], None)
        for opened in body.get("opened", ()):
            kept = {"kind": opened["kind"]}
            if opened["kind"] == "work":
                kept |= {"item": opened["item"], "state": opened["state"], "holder": None}
            self.open[opened["token"]] = kept
        for changed in body.get("items", ()):
            for wait in self.open.values():
                if wait.get("item") == changed["item"]:
                    wait |= {"state": changed["state"], "holder": changed["holder"]}
        for name, fact in body.get("facts", {}).items():
            self.facts[name] = fact["digest"]
        self.status = body.get("status", self.status)
        if "ended" in body:
            self.ended, self.status = True, body["ended"]["status"]
            self.open.clear()

    def tokens(self, *kinds: str) -> set[str]:
        """Tokens of the open waits of these kinds; none named = of all."""
        return {token for token, wait in self.open.items() if not kinds or wait["kind"] in kinds}


def fold(bodies: Iterable[Mapping[str, Any]]) -> Told:
    """The state that a case's entries, in order, lead to."""
    told = Told()
    for body in bodies:
        told.take(body)
    return told
