"""Folders and zips become bundles; hostile zips do not."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from bpm_core.notation import bundle
from bpm_core.notation.bpmn import NotationError
from tests.bpm_core.notation.diagrams import around, flow, process

DIAGRAM = around('<bpmn:userTask id="t"/>')


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_the_digest_is_of_paths_and_contents_in_any_order() -> None:
    first, second = {"a": b"1", "b": b"2"}, {"b": b"2", "a": b"1"}

    assert bundle.digest(first) == bundle.digest(second)
    assert bundle.digest(first) != bundle.digest({"a": b"2", "b": b"1"})
    assert len(bundle.digest(first)) == 64


def test_a_zip_may_hold_the_folder_itself() -> None:
    read = bundle.read_zip(zipped({"x/process.bpmn": DIAGRAM, "x/readme.md": b"-", "y/guide.toml": b"-"}))

    assert list(read.files) == ["process.bpmn"]


def test_a_folder_gives_the_same_bundle_as_its_zip(tmp_path: Path) -> None:
    (tmp_path / "process.bpmn").write_bytes(DIAGRAM)

    assert bundle.read_folder(tmp_path).digest == bundle.read_zip(zipped({"process.bpmn": DIAGRAM})).digest


@pytest.mark.parametrize("name", ["../process.bpmn", "/process.bpmn", "forms/../../x.form", "scenarios/a/b.toml"])
def test_names_in_a_zip_never_leave_the_folder(name: str) -> None:
    files = bundle.unzip(zipped({"process.bpmn": DIAGRAM, name: b"x"}))

    assert set(files) == {"process.bpmn"}


def test_a_zip_bomb_is_refused() -> None:
    with pytest.raises(NotationError) as refused:
        bundle.unzip(zipped({"process.bpmn": DIAGRAM, "forms/a.form": b"0" * (bundle.MAX_UNPACKED + 1)}))

    assert refused.value.code == "too_big_unpacked"


def test_too_many_files_are_refused() -> None:
    with pytest.raises(NotationError) as refused:
        bundle.unzip(zipped({f"forms/{n}.form": b"" for n in range(bundle.MAX_ENTRIES + 1)}))

    assert refused.value.code == "too_many_files"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a zip"])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(NotationError) as refused:
        bundle.unzip(data)

    assert refused.value.code == "not_a_zip"


def test_routing_names_are_what_conditions_assignments_and_timers_read() -> None:
    inside = (
        '<bpmn:startEvent id="s"/><bpmn:scriptTask id="t"><bpmn:extensionElements>'
        '<guicheng:assign variable="a" value="add_days(start, b)"/></bpmn:extensionElements></bpmn:scriptTask>'
        '<bpmn:exclusiveGateway id="g" default="g_e"/><bpmn:endEvent id="e"/><bpmn:endEvent id="f"/>'
    )
    flows = flow("s", "t") + flow("t", "g") + flow("g", "e") + flow("g", "f", "amount &gt; 1")

    read = bundle.read({"process.bpmn": process(inside + flows)})

    assert read.routing_names == {"a", "b", "start", "amount"}


def test_a_zip_whose_entry_lies_before_its_beginning_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("process.bpmn", b"<x/>")
    data = bytearray(buffer.getvalue())
    end = data.index(b"PK\x05\x06")
    struct.pack_into("<I", data, end + 16, 2**31)  # the directory says it begins far behind the end

    with pytest.raises(NotationError) as refused:
        bundle.unzip(bytes(data))

    assert refused.value.code == "not_a_zip"
