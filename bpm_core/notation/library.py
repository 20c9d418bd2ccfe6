"""A process library as one signed file: packed the same for the same library, and believed only when all of it fits.

The file is a zip whose entries are stored, not compressed, so that its bytes depend on nothing but its contents and
nothing in it can unpack to more than it weighs:

    manifest.json     what is in it: every process with its digest, every file with its SHA-256
    signature.json    Ed25519 over the manifest, and the public key that made it
    processes/<key>/  process folders;  _standards/, _library/  the reference files

Source: Ed25519 as in RFC 8032; the signature covers a domain separator before the manifest's bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bpm_core.notation import bundle as bundles

FORMAT = "guicheng-library-1"
MANIFEST, SIGNATURE = "manifest.json", "signature.json"
MAX_BYTES = 128 * 1024 * 1024
MAX_ENTRIES = 20_000
MAX_MANIFEST = 8 * 1024 * 1024
MAX_FILE = bundles.MAX_UNPACKED
_DOMAIN = b"guicheng.library.1\0"
_SEED = b"guicheng.library.key.1\0"
_STAMP = (2020, 1, 1, 0, 0, 0)
_KEY = re.compile(r"[a-z][a-z0-9_]{0,79}")
_PROCESS = re.compile(
    r"processes/([a-z][a-z0-9_]{0,79})/"
    r"(process\.bpmn|guide\.toml|decisions/[^/\\\0]+\.dmn|forms/[^/\\\0]+\.form|scenarios/[^/\\\0]+\.toml)"
)
_REFERENCE = re.compile(r"_standards/(?:clauses/)?[^/\\\0]+\.toml|_library/[^/\\\0]+\.toml")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class LibraryRefused(ValueError):
    """The file is no library this deployment may take. `code` says why, `place` where in it, `facts` what was found."""

    def __init__(self, code: str, message: str, place: str = "", **facts: str) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.code = code
        self.place = place
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs libraries, under the name by which others know it."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """The public key as others write it into their list of trusted keys: base64."""
        return base64.b64encode(self.private.public_key().public_bytes_raw()).decode("ascii")


def signer(name: str, secret: str) -> Signer:
    """The key of a deployment, made from its secret text."""
    return Signer(name, Ed25519PrivateKey.from_private_bytes(hashlib.sha256(_SEED + secret.encode()).digest()))


@dataclass(frozen=True, slots=True)
class Packed:
    """One process of a library."""

    key: str
    code: str
    version: str  # of the guide, as its authors count: "1.2.0"
    name_zh: str
    name_en: str
    digest: str
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Library:
    """A library that was verified: its signature, every hash, and every process as a bundle's digest."""

    digest: str  # SHA-256 of the file
    signer: str  # name of the trusted key
    processes: tuple[Packed, ...]
    reference: Mapping[str, bytes]  # "_library/floors.toml" -> content


def pack(processes: Iterable[Packed], reference: Mapping[str, bytes], by: Signer) -> bytes:
    """The library as one file; equal contents and key give equal bytes."""
    ordered = sorted(processes, key=lambda one: one.key)
    files = {f"processes/{one.key}/{path}": data for one in ordered for path, data in one.files.items()}
    files |= dict(reference)
    for path in files:
        if not (_PROCESS.fullmatch(path) or _REFERENCE.fullmatch(path)):
            raise LibraryRefused("path", "this name can't stand in a library", path)
    manifest = _json(
        {
            "format": FORMAT,
            "processes": [_told(one) for one in ordered],
            "files": {
                path: {"sha256": hashlib.sha256(files[path]).hexdigest(), "size": len(files[path])}
                for path in sorted(files)
            },
        }
    )
    signature = _json(
        {
            "algorithm": "Ed25519",
            "signer": by.name,
            "public_key": by.public,
            "signature": base64.b64encode(by.private.sign(_DOMAIN + manifest)).decode("ascii"),
        }
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path, data in ((MANIFEST, manifest), (SIGNATURE, signature), *sorted(files.items())):
            info = zipfile.ZipInfo(path, _STAMP)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, data, zipfile.ZIP_STORED)
    return buffer.getvalue()


def _told(one: Packed) -> dict[str, Any]:
    return {
        "key": one.key,
        "code": one.code,
        "version": one.version,
        "name": {"zh": one.name_zh, "en": one.name_en},
        "digest": one.digest,
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def unpack(data: bytes, trusted: Mapping[str, str]) -> Library:
    """The library in a file, once everything in it has been verified.

    trusted   name -> public key (base64) of the signers whose libraries are taken
    Refuses with LibraryRefused: too_big, not_a_library, compressed, encrypted, twice, path, unknown_signer,
    bad_signature, manifest, missing, unlisted, wrong_hash, wrong_digest. Nothing is written anywhere.
    """
    if len(data) > MAX_BYTES:
        raise LibraryRefused("too_big", f"the file has {len(data)} bytes; at most {MAX_BYTES} are read")
    entries = _entries(data)
    for name in (MANIFEST, SIGNATURE):
        if name not in entries:
            raise LibraryRefused("not_a_library", "the entry is missing", name)
    manifest, signature = entries.pop(MANIFEST), entries.pop(SIGNATURE)
    name = _signed_by(manifest, signature, trusted)  # before a byte of the manifest is read as anything
    told = _manifest(manifest)
    _check_hashes(entries, told["files"])
    processes = tuple(_process(one, entries) for one in told["processes"])
    _check_owners(entries, {one.key for one in processes})
    return Library(
        digest=hashlib.sha256(data).hexdigest(),
        signer=name,
        processes=processes,
        reference={path: content for path, content in sorted(entries.items()) if not path.startswith("processes/")},
    )


def _entries(data: bytes) -> dict[str, bytes]:
    """Contents by name. Only stored entries are read, so that together they can't weigh more than the file."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise LibraryRefused("not_a_library", "the file is not a zip archive") from None
    if len(infos) > MAX_ENTRIES:
        raise LibraryRefused("too_big", f"{len(infos)} entries; at most {MAX_ENTRIES} are read")
    room, found = len(data), {}
    for info in infos:
        name = info.filename
        if name not in (MANIFEST, SIGNATURE) and not (_PROCESS.fullmatch(name) or _REFERENCE.fullmatch(name)):
            raise LibraryRefused("path", "this name can't stand in a library", repr(name[:200]))
        if name in found:
            raise LibraryRefused("twice", "the entry is there twice", name)
        if info.flag_bits & 1:
            raise LibraryRefused("encrypted", "the entry is encrypted", name)
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
            raise LibraryRefused("compressed", "entries of a library are stored, never compressed", name)
        limit = MAX_MANIFEST if name in (MANIFEST, SIGNATURE) else MAX_FILE
        if info.file_size > limit or info.file_size > room:
            raise LibraryRefused("too_big", f"the entry says {info.file_size} bytes", name)
        room -= info.file_size
        found[name] = _content(archive, info, limit)
    return found


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    try:
        with archive.open(info) as stream:
            content = stream.read(limit + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise LibraryRefused("not_a_library", "the entry can't be read", info.filename) from None
    if len(content) != info.file_size:
        raise LibraryRefused("not_a_library", "the entry is not as long as it says", info.filename)
    return content


def _signed_by(manifest: bytes, signature: bytes, trusted: Mapping[str, str]) -> str:
    """Name under which the signing key is trusted here. What the file calls its signer is not believed."""
    told = _object(signature, SIGNATURE)
    wanted = {"algorithm", "signer", "public_key", "signature"}
    if set(told) != wanted or not all(type(told[name]) is str for name in wanted) or told["algorithm"] != "Ed25519":
        raise LibraryRefused("bad_signature", "expected an Ed25519 signature", SIGNATURE)
    known = {_bytes(key, 32): name for name, key in trusted.items()}
    public = _bytes(told["public_key"], 32)
    if public not in known:
        line = {"signer": told["signer"][:80], "key": told["public_key"]}
        said = f"{line['signer']!r} with the key {line['key']}"
        raise LibraryRefused("unknown_signer", f"the key is not trusted here: {said}", SIGNATURE, **line)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(_bytes(told["signature"], 64), _DOMAIN + manifest)
    except (InvalidSignature, ValueError):
        raise LibraryRefused("bad_signature", "the signature does not fit the manifest", SIGNATURE) from None
    return known[public]


def _bytes(text: str, length: int) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != length:
        raise LibraryRefused("bad_signature", f"expected {length} bytes in base64", SIGNATURE)
    return found


def _object(data: bytes, place: str) -> dict[str, Any]:
    try:
        found = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise LibraryRefused("manifest", "not JSON", place) from None
    if type(found) is not dict:
        raise LibraryRefused("manifest", "expected an object", place)
    return found


def _manifest(data: bytes) -> dict[str, Any]:
    """The manifest with every part of the type it must be."""
    told = _object(data, MANIFEST)
    if told.get("format") != FORMAT or set(told) != {"format", "processes", "files"}:
        raise LibraryRefused("manifest", f"expected the format {FORMAT}", MANIFEST)
    files, processes = told["files"], told["processes"]
    if type(files) is not dict or type(processes) is not list:
        raise LibraryRefused("manifest", "expected files and processes", MANIFEST)
    for path, one in files.items():
        if type(one) is not dict or set(one) != {"sha256", "size"} or type(one["size"]) is not int:
            raise LibraryRefused("manifest", "expected sha256 and size", f"{MANIFEST} {path[:200]!r}")
    for one in processes:
        names = {"key", "code", "version", "name", "digest"}
        if type(one) is not dict or set(one) != names or type(one["name"]) is not dict:
            raise LibraryRefused("manifest", f"a process has {', '.join(sorted(names))}", MANIFEST)
        texts = [one["key"], one["code"], one["version"], one["digest"], one["name"].get("zh"), one["name"].get("en")]
        if not all(type(text) is str and len(text) <= 200 for text in texts):
            raise LibraryRefused("manifest", "expected short texts", MANIFEST)
        if not _KEY.fullmatch(one["key"]) or not _DIGEST.fullmatch(one["digest"]):
            raise LibraryRefused("manifest", "key or digest is none", f"{MANIFEST} {one['key']!r}")
    keys = [one["key"] for one in processes]
    if len(keys) != len(set(keys)):
        raise LibraryRefused("twice", "a process is listed twice", MANIFEST)
    return told


def _check_hashes(entries: Mapping[str, bytes], files: Mapping[str, Mapping[str, Any]]) -> None:
    if missing := sorted(set(files) - set(entries)):
        raise LibraryRefused("missing", "listed, but not in the file", missing[0])
    if unlisted := sorted(set(entries) - set(files)):
        raise LibraryRefused("unlisted", "in the file, but not listed", unlisted[0])
    for path, content in entries.items():
        if hashlib.sha256(content).hexdigest() != files[path]["sha256"] or len(content) != files[path]["size"]:
            raise LibraryRefused("wrong_hash", "the content is not the one listed", path)


def _process(told: Mapping[str, Any], entries: Mapping[str, bytes]) -> Packed:
    prefix = f"processes/{told['key']}/"
    files = {path.removeprefix(prefix): data for path, data in sorted(entries.items()) if path.startswith(prefix)}
    if bundles.PROCESS not in files:
        raise LibraryRefused("missing", f"there is no {bundles.PROCESS}", prefix)
    if bundles.digest(files) != told["digest"]:
        raise LibraryRefused("wrong_digest", "the process is not the one listed", prefix)
    return Packed(
        key=told["key"],
        code=told["code"],
        version=told["version"],
        name_zh=told["name"]["zh"],
        name_en=told["name"]["en"],
        digest=told["digest"],
        files=files,
    )


def _check_owners(entries: Mapping[str, bytes], keys: set[str]) -> None:
    for path in entries:
        owner = _PROCESS.fullmatch(path)
        if owner is not None and owner[1] not in keys:
            raise LibraryRefused("unlisted", "its process is not listed", path)
