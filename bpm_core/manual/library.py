"""The processes a manual tells of: bundles by family and code, and what is common to all of them."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bpm_core.notation import bundle, standards
from bpm_core.notation.bundle import PROCESS, Bundle
from bpm_core.notation.guide import Certainty, Words
from bpm_core.notation.standards import Standard, Standards

COMMON = "_library"
STANDARDS = "_standards"
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


@dataclass(frozen=True, slots=True)
class Entry:
    """What others need to know of a process: enough to name it and to lead to it, without reading its folder."""

    key: str
    code: str
    name_zh: str
    name_en: str
    called: tuple[str, ...] = ()


@dataclass(frozen=True)
class Library:
    """What there is to tell. Equal bundles and contacts give an equal digest, and that gives an equal manual."""

    bundles: tuple[Bundle, ...]
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    families: tuple[Family, ...] = ()
    digest: str = ""
    standards: Standards | None = None
    entries: tuple[Entry, ...] = ()

    def standard(self, number: str) -> Standard | None:
        """The standard of that number; of a part the standard it belongs to."""
        if self.standards is None:
            return None
        if number in self.standards.by_number:
            return self.standards.by_number[number]
        part = self.standards.parts.get(number)
        return self.standards.by_number.get(part[0].part_of) if part else None

    def get(self, key: str) -> Bundle | None:
        """A process by its key or its code."""
        return next((each for each in self.bundles if key in (each.key, each.code)), None)

    def entry(self, key: str) -> Entry | None:
        """What is known of a process by its key or its code, whether its folder was read or not."""
        return next((each for each in self.entries if key in (each.key, each.code)), None)

    def callers(self, key: str) -> tuple[Entry, ...]:
        """The processes that carry out this one."""
        return tuple(each for each in self.entries if key in each.called)

    @property
    def services(self) -> tuple[Bundle, ...]:
        return tuple(each for family in self.families if not family.shared for each in family.bundles)


def library(
    bundles: Iterable[Bundle],
    contacts: Mapping[str, Contact] | None = None,
    order: Iterable[str] = (),
    system: Standards | None = None,
    entries: Iterable[Entry] = (),
) -> Library:
    """The library of these bundles. `order`: Chinese names of families as they follow each other; others come after.

    entries    what there is besides the bundles read here; those of the bundles when left out
    """
    found = tuple(sorted(bundles, key=lambda each: place(each.code, each.key, shared=is_shared(each))))
    known = tuple(entries) or tuple(
        Entry(each.key, each.code, each.process.name_zh, each.process.name_en, each.called) for each in found
    )
    contacts = dict(contacts or {})
    whole = hashlib.sha256()
    for each in found:
        whole.update(f"{each.key}\0{each.digest}\n".encode())
    for contact in contacts.values():
        whole.update(repr(contact).encode())
    for standard in system.standards if system else ():
        whole.update(repr(standard).encode())
    return Library(found, contacts, tuple(_families(found, tuple(order))), whole.hexdigest(), system, known)


def is_shared(each: Bundle) -> bool:
    """True for a part that only other processes carry out."""
    return each.guide is None or each.code.startswith("SUB-")


def place(code: str, key: str, *, shared: bool) -> tuple[bool, int, str, str]:
    """Where a process stands in the manual: by family, then by code, shared parts last."""
    prefix = code.partition("-")[0]
    return shared, ORDER.index(prefix) if prefix in ORDER else len(ORDER), code, key


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
    common = read_common(folder)
    return library(map(bundle.read_folder, places), common.contacts, common.order, common.standards)


@dataclass(frozen=True)
class Common:
    """What is the same for every process: lines of service guides, order of the families, the standards."""

    contacts: Mapping[str, Contact]
    order: tuple[str, ...]
    standards: Standards | None


def read_common(folder: Path) -> Common:
    """What lies beside the process folders; empty where nothing lies there."""
    common = folder / COMMON
    contacts = read_contacts((common / CONTACTS).read_bytes()) if (common / CONTACTS).exists() else {}
    order = _read_order((common / FAMILIES).read_bytes()) if (common / FAMILIES).exists() else ()
    system = standards.read(folder / STANDARDS) if (folder / STANDARDS / standards.STANDARDS).exists() else None
    return Common(contacts, order, system)


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
