"""A process folder or zip -> Bundle: everything that makes up one process, read, hashed and never changed again."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bpm_core import dmn, feel
from bpm_core.notation import bpmn, forms, guide, scenarios
from bpm_core.notation.bpmn import NotationError
from bpm_core.notation.fields import FormSchema
from bpm_core.notation.functions import TABLE
from bpm_core.notation.guide import Guide
from bpm_core.notation.model import ProcessModel
from bpm_core.notation.scenarios import Scenario

PROCESS = "process.bpmn"
GUIDE = "guide.toml"
MAX_ENTRIES = 400
MAX_UNPACKED = 10 * 1024 * 1024
MAX_RATIO = 100
_PATHS = re.compile(r"process\.bpmn|guide\.toml|decisions/[^/]+\.dmn|forms/[^/]+\.form|scenarios/[^/]+\.toml")


@dataclass(frozen=True)
class Bundle:
    """One process as handed in. Equal files give an equal digest; a case pins the digest it began with.

    called   keys of the processes of other bundles that it calls
    inner    what it calls of its own file, by key: bound to it for good, whatever else is published
    """

    files: Mapping[str, bytes]
    digest: str
    process: ProcessModel
    forms: Mapping[str, FormSchema]
    decisions: dmn.Model | None
    guide: Guide | None
    scenarios: tuple[Scenario, ...]
    called: tuple[str, ...]
    routing_names: frozenset[str]
    inner: Mapping[str, Bundle] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """Whether it is a diagram as other tools draw it: no form and no guide says which values belong to it."""
        return not self.forms and self.guide is None

    @property
    def key(self) -> str:
        return self.process.id

    @property
    def code(self) -> str:
        return self.process.code or self.process.id

    def form_of(self, element_id: str) -> FormSchema | None:
        """The form of a step, if it has one."""
        element = self.process.elements.get(element_id)
        return self.forms.get(element.form_id) if element is not None and element.form_id else None


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over path and content digest of every file in order of path."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(f"{path}\0{hashlib.sha256(files[path]).hexdigest()}\n".encode())
    return whole.hexdigest()


def read(files: Mapping[str, bytes], *, key: str | None = None) -> Bundle:
    """The bundle in `files` (path -> content, paths as in a process folder).

    key     of the process meant, where the diagram holds several
    Refuses with NotationError and the readers' own errors; says nothing about quality: that is check.py.
    """
    if PROCESS not in files:
        raise NotationError("no_process_file", f"there is no {PROCESS}")
    process = bpmn.read(files[PROCESS], key=key)
    tables = {path: data for path, data in files.items() if path.endswith(".dmn")}
    decisions = dmn.load(tables, functions=TABLE) if tables else None
    read_forms = {
        schema.id: schema
        for path, data in sorted(files.items())
        if path.endswith(".form")
        for schema in [forms.read(data, form_id=Path(path).stem)]
    }
    cases = tuple(
        scenarios.read(data, scenario_id=Path(path).stem)
        for path, data in sorted(files.items())
        if path.startswith("scenarios/")
    )
    inside = _inside(files[PROCESS], process)
    every = [process, *inside.values()]
    whole = Bundle(
        files=dict(files),
        digest=_digest_of(files, process.id, named=key is not None),
        process=process,
        forms=read_forms,
        decisions=decisions,
        guide=guide.read(files[GUIDE]) if GUIDE in files else None,
        scenarios=cases,
        called=tuple(sorted(_called(every) - {process.id, *inside})),
        routing_names=_routing_names(process, decisions),
    )
    inner = {
        other: replace(whole, process=model, called=(), routing_names=_routing_names(model, decisions))
        for other, model in inside.items()
    }
    return replace(whole, inner=inner) if inner else whole


def each(files: Mapping[str, bytes]) -> Iterator[tuple[str, Bundle]]:
    """Every process that can be started in the diagrams among the files, as a bundle, with its diagram's path.

    A diagram without such a process gives what it holds, as `read` does. Decisions and forms go with each process,
    the guide and the worked cases with the first of process.bpmn.
    """
    diagrams = sorted((path for path in files if path.endswith(".bpmn")), key=lambda path: (path != PROCESS, path))
    if not diagrams:
        raise NotationError("no_process_file", f"there is no {PROCESS}")
    shared = {path: data for path, data in files.items() if path.endswith((".dmn", ".form"))}
    for path in diagrams:
        own = {path: data for path, data in files.items() if not path.endswith(".bpmn")} if path == PROCESS else shared
        for number, key in enumerate(bpmn.runnable(files[path]) or (None,)):
            yield path, read({PROCESS: files[path], **(shared if number else own)}, key=key)


def _digest_of(files: Mapping[str, bytes], key: str, *, named: bool) -> str:
    """Digest of one process of the files; that of the files alone for the process they are read as by default."""
    own = digest(files)
    first = bpmn.first(files[PROCESS]) if named else key
    return own if key == first else hashlib.sha256(f"{own} {key}".encode()).hexdigest()


def _called(processes: list[ProcessModel]) -> set[str]:
    return {e.called_key for process in processes for e in process.elements.values() if e.called_key}


def _inside(diagram: bytes, process: ProcessModel) -> dict[str, ProcessModel]:
    """What a process calls of its own file, directly or further down."""
    here = bpmn.callable_here(diagram) - {process.id} if _called([process]) else frozenset()
    found: dict[str, ProcessModel] = {}
    todo = _called([process]) & here
    while todo:
        key = todo.pop()
        found[key] = bpmn.read(diagram, key=key)
        todo |= (_called([found[key]]) & here) - found.keys()
    return found


def read_folder(folder: Path | str) -> Bundle:
    """The bundle in a process folder. Files that are no part of a bundle are left alone."""
    return read(files_of(Path(folder)))


def files_of(folder: Path) -> dict[str, bytes]:
    """Files of a process folder by path, as `read` wants them."""
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()}
    return {path: place.read_bytes() for path, place in sorted(found.items()) if _PATHS.fullmatch(path)}


def read_zip(data: bytes, *, key: str | None = None) -> Bundle:
    """The bundle in a zip."""
    return read(unzip(data), key=key)


def unzip(data: bytes) -> dict[str, bytes]:
    """Files of a zipped process folder. Names are matched, never used as paths.

    Refuses with NotationError: not_a_zip, too_many_files, too_big_unpacked, encrypted, no_process_file.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError):
        raise NotationError("not_a_zip", "the file is not a zip archive") from None
    entries = [i for i in archive.infolist() if not i.is_dir()]
    if len(entries) > MAX_ENTRIES:
        raise NotationError("too_many_files", f"the zip holds {len(entries)} files; at most {MAX_ENTRIES}")
    if sum(i.file_size for i in entries) > min(MAX_UNPACKED, max(len(data), 1024) * MAX_RATIO):
        raise NotationError("too_big_unpacked", f"the zip unpacks to more than {MAX_UNPACKED} bytes")
    if any(i.flag_bits & 1 for i in entries):
        raise NotationError("encrypted", "the zip is encrypted")
    root = _root([i.filename for i in entries])
    files: dict[str, bytes] = {}
    room = MAX_UNPACKED
    for info in entries:
        path = info.filename.removeprefix(root)
        if info.filename.startswith(root) and _PATHS.fullmatch(path):
            files[path] = _content(archive, info, room)
            room -= len(files[path])
    return files


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int) -> bytes:
    """Content of an entry; the size in the directory is not believed."""
    try:
        with archive.open(info) as stream:
            content = stream.read(room + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise NotationError("not_a_zip", f"{info.filename!r} cannot be unpacked") from None
    if len(content) > room:
        raise NotationError("too_big_unpacked", f"the zip unpacks to more than {MAX_UNPACKED} bytes")
    return content


def _root(names: list[str]) -> str:
    """Folder in the zip that holds process.bpmn, or "" when it lies at the top."""
    places = sorted((n for n in names if n == PROCESS or n.endswith(f"/{PROCESS}")), key=len)
    if not places:
        raise NotationError("no_process_file", f"there is no {PROCESS} in the zip")
    return places[0].removesuffix(PROCESS)


def _routing_names(process: ProcessModel, decisions: dmn.Model | None) -> frozenset[str]:
    """Names that the process itself reads to find its way: all that the engine needs to hold."""
    texts = [f.condition for f in process.flows if f.condition]
    texts += [value for e in process.elements.values() for _, value in e.assigns]
    texts += [e.timer.text for e in process.elements.values() if e.timer and not _is_iso(e.timer.text)]
    texts += [
        text
        for e in process.elements.values()
        if e.loop
        for text in (e.loop.collection, e.loop.cardinality, e.loop.completion)
        if text
    ]
    names: set[str] = {source for e in process.elements.values() for source, _ in e.call_inputs if source != "*"}
    names |= {target for e in process.elements.values() for _, target in e.call_outputs}
    names |= {variable for e in process.elements.values() for variable, _ in e.assigns}
    names |= {v.name for v in process.variables}
    for text in texts:
        try:
            names |= feel.compile(text, functions=TABLE).names - TABLE.names
        except feel.FeelError:
            continue  # check.py reports it; reading goes on
    if decisions is not None:
        names |= _decision_names(decisions)
    return frozenset(names)


def _decision_names(decisions: dmn.Model) -> set[str]:
    names: set[str] = set()
    for decision in decisions.decisions.values():
        names |= decision.reads | {column.name for column in decision.outputs}
    return names


def _is_iso(text: str) -> bool:
    return re.fullmatch(r"-?P[0-9YMDTHSW.]+", text) is not None
