"""9xx, second half: the forms, decisions, guide and worked cases that lie beside the diagram."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from bpm_core import dmn, feel
from bpm_core.notation import forms, guide, scenarios
from bpm_core.notation.functions import TABLE
from bpm_core.notation.model import ProcessModel
from bpm_core.notation.rules.drawing import Found

Files = Mapping[str, bytes]


class Parts:
    """Everything beside process.bpmn that could be read, and what was wrong with the rest."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.problems: list[Found] = []
        self.forms = {schema.id: (path, schema) for path, schema in self._forms()}
        self.decisions = self._decisions()
        self.guide = self._guide()
        self.scenarios = dict(self._scenarios())

    @property
    def alone(self) -> bool:
        """Only a diagram was handed in."""
        return len(self.files) <= 1

    def _forms(self) -> Iterator[tuple[str, forms.FormSchema]]:
        for path, data in sorted(self.files.items()):
            if path.endswith(".form"):
                try:
                    yield path, forms.read(data, form_id=PurePosixPath(path).stem)
                except forms.FormRefused as error:
                    self._add("908", path, message=str(error))

    def _decisions(self) -> dmn.Model | None:
        tables = {path: data for path, data in self.files.items() if path.endswith(".dmn")}
        if not tables:
            return None
        try:
            return dmn.load(tables, TABLE)
        except dmn.DmnError as error:
            self._add("909", error.file or "decisions", message=error.text("zh"), message_en=error.text("en"))
        return None

    def _guide(self) -> guide.Guide | None:
        if "guide.toml" not in self.files:
            return None
        try:
            return guide.read(self.files["guide.toml"])
        except guide.GuideRefused as error:
            self._add("910", "guide.toml", place=error.place or "guide", message=str(error))
        return None

    def _scenarios(self) -> Iterator[tuple[str, scenarios.Scenario]]:
        for path, data in sorted(self.files.items()):
            if path.startswith("scenarios/"):
                try:
                    yield path, scenarios.read(data, scenario_id=PurePosixPath(path).stem)
                except scenarios.ScenarioRefused as error:
                    self._add("911", path, message=str(error))

    def _add(self, rule: str, path: str, **facts: Any) -> None:
        self.problems.append(Found(rule, None, {"file": path, **facts}, path))

    def names(self) -> set[str]:
        """Every name that a form, a table or a figure of the guide brings."""
        found = {field.key for _, schema in self.forms.values() for field in schema.fields}
        if self.decisions is not None:
            found |= {c.name for d in self.decisions.decisions.values() for c in d.outputs}
        if self.guide is not None:
            found |= {p.name for p in self.guide.parameters}
        return found


def rules(parts: Parts, process: ProcessModel | None) -> Iterator[Found]:
    """What is wrong beside the diagram, and where diagram and the rest do not fit each other."""
    yield from parts.problems
    yield from _conditions(parts)
    yield from _tables(parts)
    if process is None:
        return
    yield from _used(parts, process)
    yield from _guide(parts, process)
    yield from _worked_cases(parts, process)


def _conditions(parts: Parts) -> Iterator[Found]:
    """Conditions of form fields are FEEL."""
    for path, schema in parts.forms.values():
        for field in schema.fields:
            try:
                if field.show_when:
                    feel.compile(field.show_when, functions=TABLE)
            except feel.FeelError as error:
                zh, en = f"{field.key}：{error.text('zh')}", f"{field.key}: {error.text('en')}"
                yield Found("908", None, {"file": path, "message": zh, "message_en": en}, path)


def _tables(parts: Parts) -> Iterator[Found]:
    if parts.decisions is None:
        return
    for problem in parts.decisions.check():
        facts = {"ref": problem.decision, "message": problem.text("zh"), "message_en": problem.text("en")}
        yield Found("920", None, facts, problem.file)


def _used(parts: Parts, process: ProcessModel) -> Iterator[Found]:
    wanted = {e.form_id for e in process.elements.values()}
    for identity, (path, _) in parts.forms.items():
        if identity not in wanted:
            yield Found("914", None, {"ref": identity}, path)
    asked = {ref for e in process.elements.values() for ref in e.decisions}
    if parts.decisions is not None and asked:
        for identity, decision in parts.decisions.decisions.items():
            if identity not in asked and not _required(parts.decisions, identity):
                yield Found("915", None, {"ref": identity}, decision.file)


def _required(model: dmn.Model, identity: str) -> bool:
    """Whether another decision of the file may need it: files with several decisions are left alone."""
    files = [d.file for d in model.decisions.values()]
    return files.count(model.decisions[identity].file) > 1


def _guide(parts: Parts, process: ProcessModel) -> Iterator[Found]:
    found = parts.guide
    if found is None:
        return
    nodes = {e.node for e in process.elements.values()} | set(process.elements)
    groups = {g for e in process.elements.values() for g in e.sod_groups}
    wrong = [("audit_points", s) for a in found.audit_points for s in a.steps if s not in nodes]
    wrong += [("registers", r.step) for r in found.registers if r.step not in nodes]
    wrong += [("separation", s.group) for s in found.separation if s.group not in groups]
    wrong += [("separation", step) for s in found.separation for step in s.steps if step not in nodes]
    if found.benefit is not None:
        benefit = found.benefit
        places = (benefit.reserve_at, benefit.activate_at, *benefit.release_at, *benefit.stop_at)
        wrong += [("benefit", p) for p in places if p not in nodes]
        known = {field.key for _, schema in parts.forms.values() for field in schema.fields}
        known |= {spec.name for e in process.elements.values() for spec in e.outputs}
        wrong += [("benefit", n) for n in (benefit.holder, benefit.struck) if n and n not in known]
    if found.key != process.id:
        wrong.append(("key", found.key))
    figures = {spec.name for spec in found.parameters}
    wrong += [("local", name) for name in found.local.parameters or () if name not in figures]
    for what, ref in wrong:
        yield Found("916", None, {"what": what, "ref": ref}, "guide.toml")
    legal = found.time_limits.legal if found.time_limits else None
    if legal is not None and legal.value is not None and legal.basis is None:
        yield Found("917", None, {}, "guide.toml")
    yield from _promise(found)


def _promise(found: guide.Guide) -> Iterator[Found]:
    """The legal limit is the floor of the promised one; limits in other units can't be compared."""
    if found.time_limits is None:
        return
    legal, promised = found.time_limits.legal, found.time_limits.promised
    if legal.value is None or promised.value is None:
        return
    if promised.unit != legal.unit or promised.value > legal.value:
        facts = {"found": promised.value, "unit": promised.unit, "max": legal.value, "legal": legal.unit}
        yield Found("922", None, facts, "guide.toml")


def _worked_cases(parts: Parts, process: ProcessModel) -> Iterator[Found]:
    if not parts.scenarios:
        return
    nodes = {e.node for e in process.elements.values()}
    for path, scenario in parts.scenarios.items():
        for node in (*scenario.expect.path, scenario.expect.end):
            if node not in nodes:
                yield Found("918", None, {"file": path, "ref": node}, path)
                break
    reached = {s.expect.end for s in parts.scenarios.values()}
    for end in process.ends:
        if end.node not in reached:
            yield Found("912", None, {"name": end.name_zh or end.id, "element": end.id, "line": end.line})
