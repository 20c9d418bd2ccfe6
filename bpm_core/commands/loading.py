"""A published definition ready to run: its bundle, those it calls, and the engine's form of them, kept by digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from uuid import UUID

from bpm_core import engine
from bpm_core.domain.errors import EngineRefused, NotFound
from bpm_core.models import ProcessDefinition
from bpm_core.notation import bundle as bundles
from bpm_core.notation import functions
from bpm_core.notation.bundle import Bundle
from bpm_core.notation.fields import FormSchema
from bpm_core.notation.model import Element, ProcessModel


@dataclass(frozen=True)
class Loaded:
    """A definition with everything it calls. `bundles` is by process key and holds the definition's own too."""

    id: UUID
    key: str
    version: int
    bundle: Bundle
    bundles: Mapping[str, Bundle]
    executable: engine.Definition

    def process(self, process_key: str) -> ProcessModel:
        return self.bundles[process_key].process

    def element(self, process_key: str, element_id: str) -> Element | None:
        bundle = self.bundles.get(process_key)
        return bundle.process.elements.get(element_id) if bundle else None

    def form(self, process_key: str, element_id: str) -> FormSchema | None:
        """The form of a step; None when the step has none and a bare confirmation completes it."""
        element = self.element(process_key, element_id)
        if element is None or element.form_id is None:
            return None
        return self.bundles[process_key].forms.get(element.form_id)

    @cached_property
    def routing_names(self) -> frozenset[str]:
        """Names the engine may hold: what conditions, decisions, timers and mappings read or write."""
        return self.executable.reads.union(*(bundle.routing_names for bundle in self.bundles.values()))

    def takes_any(self, process_key: str) -> bool:
        """Whether a step of that process takes values nobody declared: a plain diagram declares none.

        What an expression of the process reads goes to the engine; the rest is kept as a recorded fact.
        """
        return self.bundles[process_key].plain

    @cached_property
    def free_text(self) -> frozenset[str]:
        """Names under which people type freely: their values are committed to in the journal, never told there."""
        return frozenset(
            field.key
            for bundle in self.bundles.values()
            for form in bundle.forms.values()
            for field in form.fields
            if field.type in ("string", "text", "list", "file", "id_number", "uscc", "region", "phone")
        )

    @cached_property
    def personal(self) -> frozenset[str]:
        """Names of personal values in any form of the process."""
        return frozenset(
            field.key
            for bundle in self.bundles.values()
            for form in bundle.forms.values()
            for field in form.fields
            if field.personal
        )

    def untold(self, name: str) -> bool:
        """Whether values of that name stay out of the journal, which then holds a commitment to them only.

        A plain diagram says of no value whether it is personal, so none is told.
        """
        return name in self.personal or name in self.free_text or self.bundle.plain

    @cached_property
    def clock_starts(self) -> frozenset[str]:
        """Elements at whose end the clocks start; empty = the first step a person completes."""
        marked = (e for e in self.bundle.process.elements.values() if e.clock == "start")
        return frozenset(element.id for element in marked)


@lru_cache(maxsize=256)
def read(digest: str, definition_id: UUID) -> Bundle:
    """The bundle of a definition, whose archive never changes."""
    if digest in _fresh:
        return _fresh.pop(digest)
    archive, key = ProcessDefinition.objects.values_list("archive", "key").get(pk=definition_id)
    return bundles.read_zip(bytes(archive), key=key)


#: Bundles read from the very files of a definition that is being entered: they need not be unpacked and read again.
_fresh: dict[str, Bundle] = {}


def remember(bundle: Bundle) -> None:
    """Spare the next `read` of the same files their reading."""
    _fresh[bundle.digest] = bundle


@lru_cache(maxsize=256)
def load(definition_id: UUID) -> Loaded:
    """The definition of that id, ready to run; refuses with NotFound or EngineRefused."""
    row = ProcessDefinition.objects.filter(pk=definition_id).defer("archive").first()
    if row is None:
        raise NotFound("there is no such process definition", kind="definition")
    found: dict[str, Bundle] = {row.key: read(row.digest, row.id)}
    collect(row.called, found)
    called = {key: bundle for key, bundle in found.items() if key != row.key}
    try:
        executable = engine.load(found[row.key], called, functions=functions.TABLE)
    except engine.EngineError as error:
        raise EngineRefused(str(error), engine=error.code, **error.facts) from error
    inner = {key: one for bundle in found.values() for key, one in bundle.inner.items()}
    return Loaded(row.id, row.key, row.version, found[row.key], inner | found, executable)


def collect(called: Mapping[str, int], found: dict[str, Bundle]) -> None:
    """Add the bundles of the called versions, and of those they call, to `found`."""
    for key, version in called.items():
        if key in found:
            continue
        row = ProcessDefinition.objects.filter(key=key, version=version).defer("archive").first()
        if row is None:
            raise NotFound(f"the called process {key} version {version} is missing", kind="definition", key=key)
        found[key] = read(row.digest, row.id)
        collect(row.called, found)


def forget() -> None:
    """Read definitions anew: between tests."""
    _fresh.clear()
    read.cache_clear()
    load.cache_clear()
