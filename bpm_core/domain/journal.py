"""The journal's arithmetic: canonical text, entry digests, the chain, commitments and the evidence file; no tables.

An entry's digest covers the digest before it, so that a change, a removal or an insertion breaks every later link.
What the chain cannot show is a tail cut off, or everything reckoned anew by somebody who holds the database: for that
its head has to be known outside, and an evidence file is such a place.

Personal values are never in an entry: only salted commitments to them, so that destroying a value and its salt erases
it and leaves the chain whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

FORMAT = "guicheng-evidence-1"
ALGORITHMS = ("sha256", "sm3")
_ENTRY = b"guicheng.journal.entry.1\0"
_CASE = b"guicheng.journal.case.1\0"
_COMMITMENT = b"guicheng.journal.commitment.1\0"

Json = Any  # null, bool, int, str, list and dict with str keys


def canonical(value: Json) -> bytes:
    """The one text of a JSON value: keys sorted, no spaces, UTF-8. Refuses with TypeError what JSON cannot say exactly.

    Floats are refused: two machines may write them differently. Amounts and dates are text.
    """
    _require_exact((value,))
    return _ENCODER.encode(value).encode()


_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), check_circular=False)
_LEAVES = frozenset({str, int, bool, type(None)})


def _require_exact(values: Iterable[Json]) -> None:
    """Every step of every case passes here: leaves are looked at where they stand, only branches cost a call."""
    for value in values:
        kind = type(value)
        if kind in _LEAVES:
            continue
        if kind is dict:
            for key in value:
                if type(key) is not str:
                    raise TypeError(f"the journal's objects have text keys, not {type(key).__name__}")
            _require_exact(value.values())
        elif kind is list or kind is tuple:
            _require_exact(value)
        else:
            raise TypeError(f"the journal holds null, bool, int, text, lists and objects, not {kind.__name__}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a case's journal, as it is digested.

    body    JSON without personal data: names, codes, commitments
    """

    seq: int
    at: datetime
    actor_kind: str
    action: str
    actor_id: int | None = None
    unit_code: str = ""
    element_id: str = ""
    work_item_id: str = ""
    body: Mapping[str, Json] | None = None

    def as_json(self) -> dict[str, Json]:
        """The digested form, also that of the evidence file."""
        return {
            "seq": self.seq,
            "at": stamp(self.at),
            "actor_id": self.actor_id,
            "actor_kind": self.actor_kind,
            "unit_code": self.unit_code,
            "action": self.action,
            "element_id": self.element_id,
            "work_item_id": self.work_item_id,
            "body": dict(self.body or {}),
        }


def stamp(moment: datetime) -> str:
    """An aware moment in UTC to the microsecond, always of the same length."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def genesis(case_number: str, algorithm: str = "sha256") -> bytes:
    """What the first entry of a case is chained to: a digest of its number, so that chains cannot be exchanged."""
    return _digest(algorithm, _CASE, case_number.encode())


def link(prev_hash: bytes, entry: Entry, algorithm: str = "sha256") -> bytes:
    """Digest of the entry and of everything before it."""
    return link_json(prev_hash, entry.as_json(), algorithm)


def link_json(prev_hash: bytes, entry: Mapping[str, Json], algorithm: str = "sha256") -> bytes:
    """As `link`, for an entry in its digested form."""
    return _digest(algorithm, _ENTRY, prev_hash, canonical(dict(entry)))


def commitment(salt: bytes, value: Json, algorithm: str = "sha256") -> str:
    """A digest that binds to a personal value without telling it, as hexadecimal; the salt has 16 random bytes."""
    if len(salt) < 16:
        raise ValueError("a salt has at least 16 bytes")
    return _digest(algorithm, _COMMITMENT, salt, canonical(value)).hex()


def _digest(algorithm: str, *parts: bytes) -> bytes:
    if algorithm not in ALGORITHMS:
        raise ValueError(f"the journal uses one of {', '.join(ALGORITHMS)}, not {algorithm}")
    return hashlib.new(algorithm, b"".join(parts)).digest()


@dataclass(frozen=True, slots=True)
class Breach:
    """Something that cannot be in an untouched journal: at which entry, what, expected and found."""

    code: str
    seq: int | None
    message: str


def check_chain(
    case_number: str, entries: Iterable[tuple[Entry, bytes, bytes]], head: bytes, algorithm: str = "sha256"
) -> tuple[Breach, ...]:
    """Breaches of a case's chain, from rows (entry, its prev_hash, its hash) in order and the head the case holds."""
    return _check(case_number, ((entry.as_json(), prev, own) for entry, prev, own in entries), head, algorithm)


def _check(
    case_number: str, rows: Iterable[tuple[dict[str, Json], bytes, bytes]], head: bytes, algorithm: str
) -> tuple[Breach, ...]:
    breaches: list[Breach] = []
    expected = genesis(case_number, algorithm)
    seq = 0
    for entry, prev, own in rows:
        seq += 1
        found = entry["seq"]
        if found != seq:
            breaches.append(Breach("sequence", found, f"entry {seq} expected, entry {found} found"))
            seq = found
        if prev != expected:
            breaches.append(Breach("chain", found, f"entry {found} is not chained to the one before it"))
        if link_json(prev, entry, algorithm) != own:
            breaches.append(Breach("digest", found, f"entry {found} was changed after it was written"))
        expected = own
    if expected != head:
        breaches.append(Breach("head", seq, "the last entry is not the one the case knows as its last"))
    return tuple(breaches)


def evidence_document(
    entries: Sequence[tuple[Entry, bytes, bytes]],
    case: Mapping[str, Json],
    *,
    head: bytes,
    exported_at: datetime,
    exported_by: str = "",
    algorithm: str = "sha256",
    openings: Sequence[Mapping[str, Json]] = (),
) -> dict[str, Json]:
    """The evidence file of a case as JSON: everything `python -m bpm_core.verifier` needs and no personal data.

    entries    (entry, prev_hash, hash) in order
    case       facts of the case's head; must hold "number"
    openings   {"commitment", "salt", "value"} for readers who may see those personal values; usually none
    """
    document: dict[str, Json] = {
        "format": FORMAT,
        "algorithm": algorithm,
        "exported_at": stamp(exported_at),
        "exported_by": exported_by,
        "case": dict(case),
        "entries": [entry.as_json() | {"prev_hash": prev.hex(), "hash": own.hex()} for entry, prev, own in entries],
        "openings": [dict(opening) for opening in openings],
        "head": {"seq": entries[-1][0].seq if entries else 0, "hash": head.hex()},
    }
    return document | {"document_digest": document_digest(document)}


def document_digest(document: Mapping[str, Json]) -> str:
    """Digest of an evidence file without its own digest, as hexadecimal."""
    bare = {key: value for key, value in document.items() if key != "document_digest"}
    return _digest(str(document["algorithm"]), canonical(bare)).hex()


def check_evidence(document: Json, *, known_head: str | None = None) -> tuple[Breach, ...]:
    """Breaches of an evidence file; empty = as exported, chain whole. Needs nothing but the file.

    known_head   head hash noted elsewhere for this case (a print-out, an earlier export), as hexadecimal
    Refuses with ValueError what is not an evidence file.
    """
    rows = _rows(document)
    algorithm = document["algorithm"]
    head = bytes.fromhex(document["head"]["hash"])
    breaches = list(_check(document["case"]["number"], rows, head, algorithm))
    if document["head"]["seq"] != len(rows):
        breaches.append(Breach("head", None, f"{document['head']['seq']} entries announced, {len(rows)} found"))
    if document_digest(document) != document["document_digest"]:
        breaches.append(Breach("document", None, "the file was changed after it was exported"))
    for opening in document["openings"]:
        if commitment(bytes.fromhex(opening["salt"]), opening["value"], algorithm) != opening["commitment"]:
            breaches.append(Breach("opening", None, "an opened value does not fit its commitment"))
    if known_head and known_head not in {own.hex() for _, _, own in rows}:
        breaches.append(Breach("known_head", None, "the head noted elsewhere is not in this journal"))
    return tuple(breaches)


def _rows(document: Json) -> list[tuple[dict[str, Json], bytes, bytes]]:
    try:
        if document["format"] != FORMAT or document["algorithm"] not in ALGORITHMS:
            raise ValueError(f"not an evidence file of format {FORMAT}")
        rows = []
        for one in document["entries"]:
            entry = {key: value for key, value in one.items() if key not in ("prev_hash", "hash")}
            rows.append((entry, bytes.fromhex(one["prev_hash"]), bytes.fromhex(one["hash"])))
        if not all(type(entry["seq"]) is int for entry, _, _ in rows) or type(document["case"]["number"]) is not str:
            raise ValueError("sequence numbers are whole numbers and the case number is text")
        _ = bytes.fromhex(document["head"]["hash"]), document["head"]["seq"], document["document_digest"]
        _ = [(bytes.fromhex(one["salt"]), one["value"], one["commitment"]) for one in document["openings"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not an evidence file: {error!r}") from None
    return rows
