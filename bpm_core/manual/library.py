"""The processes a manual tells of: bundles by family and code, and what is common to all of them."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bpm_core.notation import bundle
from bpm_core.notation.bundle import PROCESS, Bundle
from bpm_core.notation.guide import Certainty, Words

COMMON = "_library"
CONTACTS = "contacts.toml"
FAMILIES = "families.toml"
#: Families in the order of the printed manual, by the letters their codes begin with.
ORDER = ("EMP", "SUP", "TRN", "UNE", "PEN", "MED", "WIN", "INS", "CRD", "REL")


@dataclass(frozen=True, slots=True)
class Contact:
    """A line of every service guide that is the same for all services: where to ask, where to complain, hours."""

    key: str
    text: Words
    source: Words
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Family:
    """Processes of one family in order of their codes. `shared` ones are carried out by others only."""

    name: Words
    bundles: tuple[Bundle, ...]
    shared: bool


@dataclass(frozen=True)
class Library:
    """What there is to tell. Equal bundles and contacts give an equal digest, and that gives an equal manual."""

    bundles: tuple[Bundle, ...]
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    families: tuple[Family, ...] = ()
    digest: str = ""

    def get(self, key: str) -> Bundle | None:
        """A process by its key or its code."""
        return next((each for each in self.bundles if key in (each.key, each.code)), None)

    def callers(self, key: str) -> tuple[Bundle, ...]:
        return tuple(each for each in self.bundles if key in each.called)

    @property
    def services(self) -> tuple[Bundle, ...]:
        return tuple(each for family in self.families if not family.shared for each in family.bundles)


def library(
    bundles: Iterable[Bundle], contacts: Mapping[str, Contact] | None = None, order: Iterable[str] = ()
) -> Library:
    """The library of these bundles. `order`: Chinese names of families as they follow each other; others come after."""
    found = tuple(sorted(bundles, key=_place))
    contacts = dict(contacts or {})
    whole = hashlib.sha256()
    for each in found:
        whole.update(f"{each.key}\0{each.digest}\n".encode())
    for contact in contacts.values():
        whole.update(repr(contact).encode())
    return Library(found, contacts, tuple(_families(found, tuple(order))), whole.hexdigest())


def is_shared(each: Bundle) -> bool:
    """True for a part that only other processes carry out."""
    return each.guide is None or each.code.startswith("SUB-")


def _place(each: Bundle) -> tuple[bool, int, str, str]:
    prefix = each.code.partition("-")[0]
    return is_shared(each), ORDER.index(prefix) if prefix in ORDER else len(ORDER), each.code, each.key


def _families(bundles: tuple[Bundle, ...], order: tuple[str, ...]) -> list[Family]:
    rows: dict[tuple[bool, str], list[Bundle]] = {}
    for each in bundles:
        rows.setdefault((is_shared(each), each.guide.family.zh if each.guide else ""), []).append(each)
    families = [
        Family(members[0].guide.family if members[0].guide else Words("", ""), tuple(members), shared)
        for (shared, _name), members in rows.items()
    ]
    known = {name: at for at, name in enumerate(order)}
    return sorted(families, key=lambda family: (family.shared, known.get(family.name.zh, len(known))))


def read_library(folder: Path) -> Library:
    """The library in a folder of process folders, as `processes/` is."""
    places = sorted(place.parent for place in folder.rglob(PROCESS))
    common = folder / COMMON
    contacts = read_contacts((common / CONTACTS).read_bytes()) if (common / CONTACTS).exists() else {}
    order = _read_order((common / FAMILIES).read_bytes()) if (common / FAMILIES).exists() else ()
    return library(map(bundle.read_folder, places), contacts, order)


def read_contacts(data: bytes) -> dict[str, Contact]:
    """contacts.toml: a table a line of the guide, each with text, source and certainty in both languages."""
    tree: dict[str, Any] = tomllib.loads(data.decode("utf-8"))
    return {
        key: Contact(key, Words(**row["text"]), Words(**row["source"]), Certainty(row["certainty"]))
        for key, row in tree.items()
    }


def _read_order(data: bytes) -> tuple[str, ...]:
    """Chinese names of the families in families.toml, in its order, wherever they stand in a row."""
    tree = tomllib.loads(data.decode("utf-8"))
    rows = next((value for value in tree.values() if isinstance(value, list)), [])
    names = [row.get("name", row) for row in rows if isinstance(row, dict)]
    return tuple(str(name.get("zh", "")) for name in names if isinstance(name, dict))
