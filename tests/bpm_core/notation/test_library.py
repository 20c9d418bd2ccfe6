"""A signed library: the same bytes for the same library, and nothing taken that was touched, swollen or misnamed."""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
from collections.abc import Callable
from random import Random

import pytest

from bpm_core.notation import bundle, library
from bpm_core.notation.library import Library, LibraryRefused, Packed
from tests.bpm_core.commands import sample

OURS = library.signer("province", "a secret of the province's deployment")
STRANGER = library.signer("province", "somebody else's secret under the same name")
TRUST = {"henan": OURS.public}
FILES = sample.files()
SAMPLE = Packed("sample_allowance", "SAM-01", "1.0.0", "样例津贴", "Sample allowance", bundle.digest(FILES), FILES)
REFERENCE = {"_library/floors.toml": b"# none\n"}


def packed(*processes: Packed) -> bytes:
    return library.pack(processes or (SAMPLE,), REFERENCE, OURS)


def entries(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def zipped(contents: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def signed(contents: dict[str, bytes], change: Callable[[dict[str, object]], object]) -> bytes:
    """An archive whose manifest was changed and properly signed again: what only an untruthful signer can make."""
    told = json.loads(contents[library.MANIFEST])
    change(told)
    manifest = json.dumps(told).encode()
    signature = json.loads(contents[library.SIGNATURE])
    signature["signature"] = base64.b64encode(OURS.private.sign(b"guicheng.library.1\0" + manifest)).decode()
    return zipped(contents | {library.MANIFEST: manifest, library.SIGNATURE: json.dumps(signature).encode()})


def refused(data: bytes, trusted: dict[str, str] | None = None) -> LibraryRefused:
    with pytest.raises(LibraryRefused) as found:
        library.unpack(data, TRUST if trusted is None else trusted)
    return found.value


def test_a_library_comes_back_as_it_was_packed() -> None:
    found = library.unpack(packed(), TRUST)

    assert isinstance(found, Library)
    assert found.processes == (SAMPLE,)
    assert found.reference == REFERENCE
    assert found.signer == "henan"  # the name it is trusted by here, not the one it gives itself


def test_the_same_library_gives_the_same_bytes() -> None:
    other = Packed("another", "ANO-01", "1.0.0", "另一", "Another", bundle.digest(FILES), dict(reversed(FILES.items())))

    assert packed(SAMPLE, other) == packed(other, SAMPLE)


def test_nothing_in_it_is_compressed_so_nothing_can_swell() -> None:
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


# -- signature


def test_a_signer_nobody_trusts_is_refused_even_under_a_trusted_name() -> None:
    data = library.pack([SAMPLE], REFERENCE, STRANGER)

    assert refused(data).code == "unknown_signer"
    assert refused(packed(), {}).code == "unknown_signer"


def test_a_changed_manifest_is_refused() -> None:
    contents = entries(packed())
    contents[library.MANIFEST] = contents[library.MANIFEST].replace(b"Sample allowance", b"Simple allowance")

    assert refused(zipped(contents)).code == "bad_signature"


def test_the_signature_of_another_library_does_not_fit() -> None:
    contents = entries(packed())
    contents[library.SIGNATURE] = entries(library.pack([], {}, OURS))[library.SIGNATURE]

    assert refused(zipped(contents)).code == "bad_signature"


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        b"[]",
        b"{}",
        b'{"algorithm": "none", "signer": "x", "public_key": "", "signature": ""}',
        b'{"algorithm": "Ed25519", "signer": "x", "public_key": "AAAA", "signature": "AAAA"}',
        b"[" * 100_000,
    ],
)
def test_a_signature_that_is_none_is_refused(signature: bytes) -> None:
    data = zipped(entries(packed()) | {library.SIGNATURE: signature})

    assert refused(data).code in ("bad_signature", "manifest")


def test_a_library_without_signature_or_manifest_is_none() -> None:
    for name in (library.SIGNATURE, library.MANIFEST):
        contents = entries(packed())
        del contents[name]
        assert refused(zipped(contents)).code == "not_a_library"


# -- contents


def test_a_changed_file_is_refused_by_its_hash() -> None:
    contents = entries(packed())
    name = "processes/sample_allowance/guide.toml"
    contents[name] = contents[name].replace(b"value = 10", b"value = 90")

    found = refused(zipped(contents))

    assert (found.code, found.place) == ("wrong_hash", name)


def test_a_file_left_out_or_slipped_in_is_refused() -> None:
    contents = entries(packed())
    del contents["processes/sample_allowance/forms/S10.form"]
    assert refused(zipped(contents)).code == "missing"

    more = entries(packed()) | {"processes/sample_allowance/forms/S99.form": b"{}"}
    assert refused(zipped(more)).code == "unlisted"


def test_a_digest_that_is_not_the_process_s_is_refused_although_signed() -> None:
    data = signed(entries(packed()), lambda told: told["processes"][0].update(digest="0" * 64))  # type: ignore[index]

    assert refused(data).code == "wrong_digest"


def test_files_of_a_process_that_is_not_listed_are_refused_although_signed() -> None:
    data = signed(entries(packed()), lambda told: told.update(processes=[]))

    assert refused(data).code == "unlisted"


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(format="guicheng-library-2"),
        lambda told: told.update(files=[]),
        lambda told: told.update(extra=1),
        lambda told: told["processes"][0].update(key="../../etc"),
        lambda told: told["processes"][0].update(code="x" * 1000),
        lambda told: told["processes"].append(told["processes"][0]),
        lambda told: told["processes"].append("sample"),
        lambda told: told["files"].update({"_library/floors.toml": {"sha256": 1}}),
    ],
)
def test_a_manifest_of_another_shape_is_refused_although_signed(change: Callable[[dict[str, object]], object]) -> None:
    assert refused(signed(entries(packed()), change)).code in ("manifest", "twice")


# -- hostile archives


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "processes/../settings.py",
        "processes/sample_allowance/../../x.form",
        "processes/sample_allowance/forms/../../x.form",
        "processes/sample_allowance/forms/a\\b.form",
        "processes/sample_allowance/run.py",
        "processes/SAMPLE/process.bpmn",
        "_library/deep/floors.toml",
        "_standards/../_library/floors.toml",
        "C:/windows/x.toml",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused_before_anything_is_read(name: str) -> None:
    assert refused(zipped(entries(packed()) | {name: b"x"})).code == "path"


def test_a_compressed_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = entries(packed()) | {"_library/bomb.toml": b"\0" * 50_000_000}

    assert refused(zipped(bomb, zipfile.ZIP_DEFLATED)).code == "compressed"


def test_an_entry_that_says_it_is_bigger_than_the_file_is_refused() -> None:
    data = bytearray(packed())
    at = data.rindex(b"PK\x01\x02")  # the last entry of the directory says it has 2 GB, stored
    struct.pack_into("<II", data, at + 20, 2**31, 2**31)

    assert refused(bytes(data)).code == "too_big"


def test_entries_that_overlap_weigh_more_than_the_file_and_are_refused() -> None:
    contents = entries(packed())
    one = zipped({"_library/a.toml": b"x" * 100_000})
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        info = archive.infolist()[0]
    directory = one[one.rindex(b"PK\x01\x02") : one.rindex(b"PK\x05\x06")]
    copies = b"".join(directory.replace(b"_library/a", f"_library/{letter}".encode()) for letter in "abcdefgh")
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 8, 8, len(copies), len(one) - len(directory) - 22, 0)
    data = one[: one.rindex(b"PK\x01\x02")] + copies + end

    assert info.file_size == 100_000
    assert contents
    assert refused(data).code in ("too_big", "not_a_library")


def test_a_name_that_is_there_twice_is_refused() -> None:
    data = packed()
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("_library/floors.toml", b"# other\n")

    assert refused(buffer.getvalue()).code == "twice"


def test_an_encrypted_entry_is_refused() -> None:
    data = bytearray(packed())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1

    assert refused(bytes(data)).code == "encrypted"


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"\0" * 1000])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    assert refused(data).code == "not_a_library"


def test_a_file_too_big_to_be_a_library_is_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MAX_BYTES", 1000)

    assert refused(packed()).code == "too_big"


@pytest.mark.parametrize("cut", [10, 200, 2000])
def test_a_truncated_library_is_refused(cut: int) -> None:
    assert refused(packed()[:-cut]).code == "not_a_library"


def test_every_single_changed_byte_of_a_file_in_it_is_noticed() -> None:
    data = packed()
    start = data.index(b"# none")
    changed = data[:start] + b"! none" + data[start + 6 :]

    assert refused(changed).code in ("wrong_hash", "not_a_library")


def test_the_key_of_a_deployment_is_always_the_same_for_its_secret() -> None:
    assert library.signer("a", "secret").public == library.signer("b", "secret").public != STRANGER.public


def test_random_damage_is_refused_or_changes_nothing() -> None:
    """Most of it in the zip's directory, where lengths and places can be made to lead anywhere."""
    data, random = packed(), Random(7)
    whole = library.unpack(data, TRUST)
    directory = data.index(b"PK\x01\x02")

    for _ in range(400):
        damaged = bytearray(data)
        for _ in range(random.choice((1, 2, 5))):
            damaged[random.randrange(directory, len(damaged))] = random.randrange(256)
        try:
            found = library.unpack(bytes(damaged), TRUST)
        except LibraryRefused:
            continue
        assert (found.processes, found.reference) == (whole.processes, whole.reference)
