"""Taking a running case from one version of its process to another: where each of its tokens goes, or why it can't.

Nothing runs while a case moves: the state is rewritten, element for element, and what waits keeps waiting with its
token, its due time and its data. Waits that the new version adds to open activities begin; those it no longer has end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from bpm_core.engine import codec, waits
from bpm_core.engine.contract import (
    Advance,
    BadMapping,
    CannotMigrate,
    CaseState,
    Closed,
    CloseReason,
    Obstacle,
    StateMismatch,
    Variables,
    Wait,
    WaitKind,
)
from bpm_core.engine.definitions import Definition
from bpm_core.engine.fitting import Reach, chosen_alike, events_alike, inputs_alike, loops_alike
from bpm_core.engine.incidents import NodeFailure
from bpm_core.engine.scripting import own
from bpm_core.engine.specs.activities import UserTask
from bpm_core.engine.specs.subprocess import CallActivity, EventSubProcess, SubProcess
from bpm_core.engine.step import Step
from bpm_core.engine.tokens import FUTURE, Token
from bpm_core.engine.workflow import CaseWorkflow


@dataclass(frozen=True, slots=True)
class Counterpart:
    """One element of the old version: where tokens standing at it go; `code` says why they can't (Obstacle)."""

    process_key: str
    element_id: str
    kind: str
    target: str | None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Migrated:
    """A case in the new version. `waits` is everything it then waits for; `before` what it waited for."""

    advance: Advance
    before: tuple[Wait, ...]
    waits: tuple[Wait, ...]

    @property
    def kept(self) -> list[tuple[Wait, Wait]]:
        """The waits that go on, each as it was and as it is."""
        were = {wait.token: wait for wait in self.before}
        return [(were[wait.token], wait) for wait in self.waits if wait.token in were]


class Plan:
    """From which element to which, for two versions of one process; the same for every case.

    Without a mapping an element goes to the one of the same id and kind in the same sub-process. `mapping` names
    others: {"S40": "S45"} in the process itself, {"shared_payment/S20": "shared_payment/S25"} in one it calls.
    """

    def __init__(self, old: Definition, new: Definition, mapping: Mapping[str, str]) -> None:
        if old.key != new.key:
            raise BadMapping("a case stays in its process", old=old.key, new=new.key)
        self.old, self.new = old, new
        self._renamed = {_place(old.key, one): _place(old.key, other) for one, other in mapping.items()}
        self._reach: dict[int, Reach] = {}
        counterparts, added = self._compare()
        self.counterparts = tuple(counterparts)
        self.added = tuple(added)
        self._check_mapping()

    def target(self, process_key: str, name: str) -> str:
        """Id of the element that takes the place of another one."""
        return self._renamed.get((process_key, name), (process_key, name))[1]

    def reach(self, spec: Any) -> Reach:
        """From where which join of the new version can be reached."""
        if id(spec) not in self._reach:
            self._reach[id(spec)] = Reach(spec)
        return self._reach[id(spec)]

    def _compare(self) -> tuple[list[Counterpart], list[tuple[str, str]]]:
        found, added = [], []
        todo: list[tuple[str, Any, Any]] = [(self.old.key, self.old.spec, self.new.spec)]
        seen = set()
        while todo:
            key, old, new = todo.pop()
            if (id(old), id(new)) in seen:
                continue
            seen.add((id(old), id(new)))
            images = set()
            for name, node in old.task_specs.items():
                target = self.target(key, name)
                other = new.task_specs.get(target) if new is not None else None
                images.add(target)
                code = "element_gone" if other is None else _unlike(node, other)
                found.append(Counterpart(key, name, node.kind, None if code else target, code))
                if isinstance(node, SubProcess):
                    inside = other.inside if isinstance(other, SubProcess) and not code else None
                    todo.append((node.inside.name if node.isolated else key, node.inside, inside))
            added += [(key, name) for name in (new.task_specs if new is not None else ()) if name not in images]
        return found, added

    def _check_mapping(self) -> None:
        olds, news = _names(self.old), _names(self.new)
        for one, other in self._renamed.items():
            if one not in olds:
                raise BadMapping(f"the old version has no element {one[1]!r}", element="/".join(one), side="old")
            if other not in news:
                raise BadMapping(f"the new version has no element {other[1]!r}", element="/".join(other), side="new")
            if one[0] != other[0]:
                raise BadMapping("an element stays in its process", element="/".join(one), to="/".join(other))


def plan(old: Definition, new: Definition, mapping: Mapping[str, str] | None = None) -> Plan:
    """How cases go from one version to the other; refuses with BadMapping a mapping that fits neither."""
    return Plan(old, new, mapping or {})


def migrate(plan: Plan, state: CaseState, *, now: datetime, given: Variables | None = None) -> Migrated:
    """The case in the new version.

    given   variables the new version reads and the old one did not hold; those the case has already are kept
    Refuses with CannotMigrate, all obstacles at once, and StateMismatch.
    """
    blob = state.blob if isinstance(state.blob, bytes) else bytes(state.blob())
    before = codec.decode(blob, plan.old)
    if before.completed:
        raise CannotMigrate((Obstacle("ended", "", plan.old.key, ""),))
    carried = _Carried(plan, before)
    rewritten = carried.rewrite(orjson.loads(blob))
    if carried.obstacles:
        raise CannotMigrate(tuple(carried.obstacles))
    try:
        live = codec.decode(orjson.dumps(rewritten), plan.new)
    except StateMismatch as error:  # a difference that no rule above names must not break the case
        raise CannotMigrate((Obstacle("state_differs", "", plan.old.key, "", error.facts),)) from error
    live.step = step = Step(now, plan.new.budget, closed=carried.closed)
    for name, value in (given or {}).items():
        if name not in live.data:
            live.set_variable(name, own(value))
    carried.begin_added(live)
    if carried.obstacles:
        raise CannotMigrate(tuple(carried.obstacles))
    advance = Advance(
        state=codec.encode(live, plan.new),
        opened=tuple(waits.describe(token) for token in step.opened.values()),
        closed=tuple(step.closed),
        passed=(),
        thrown=(),
        decisions=(),
        changed=live.changes(),
        live=live,
    )
    return Migrated(advance, waits.of_case(before), waits.of_case(live))


@dataclass(slots=True)
class _Carried:
    """One case on its way: what stands where, what ends, and what stands against it."""

    plan: Plan
    before: CaseWorkflow
    obstacles: list[Obstacle] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)
    hosts: dict[str | None, tuple[Any, Any]] = field(default_factory=dict)  # host token -> old and new inside
    nodes: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # token -> old and new node

    def rewrite(self, document: list[Any]) -> list[Any]:
        """The encoded state with every name of the old version replaced by the new one's."""
        form, _, serial, outer, inner = document
        self.hosts[None] = self.plan.old.spec, self.plan.new.spec
        rows = [self._scope(row) for row in (outer, *inner) if row[0] in self.hosts]
        return [form, self.plan.new.digest[:16], serial, rows[0], rows[1:]]

    def _scope(self, row: list[Any]) -> list[Any]:
        host, over, variables, tokens, written, done = row
        old, new = self.hosts[host]
        scope = self.before if host is None else self.before.subprocesses[host]
        kept = [moved for token in tokens if (moved := self._token(scope, old, new, token)) is not None]
        done = self._done(scope.process_key, old, new, done)
        for join, flow in self.plan.reach(new).starved([(t[1], t[3] or {}) for t in kept]):
            self._obstacle("join_starves", join, scope.process_key, "", flow=flow)
        return [host, over, variables, kept, written, done]

    def _token(self, scope: Any, old: Any, new: Any, row: list[Any]) -> list[Any] | None:
        token_id, name, state, facts, local = row
        key, facts = scope.process_key, dict(facts or {})
        node, other = old.task_specs[name], new.task_specs.get(self.plan.target(key, name))
        token = scope.tasks[token_id]
        start = self._start(key, node, other, facts)
        if (other is None or start is None) and "wait" in facts and ("host" in facts or "sub" in facts):
            wait = WaitKind(facts["wait"])
            self.closed.append(Closed(token_id, wait, node.wait_element(token), CloseReason.CANCELLED))
            return None
        code = self._against(key, node, other, facts, start)
        if code:
            self._obstacle(code, name, key, token_id, kind=node.kind)
            return None
        self.nodes[token_id] = node, other
        if isinstance(node, SubProcess):
            self.hosts[token_id] = node.inside, other.inside
        self._rename(key, node, other, facts, start, token_id)
        return [token_id, other.name, state, facts or 0, local]

    def _start(self, key: str, node: Any, other: Any, facts: dict[str, Any]) -> Any:
        """The new start event of an event sub-process that a token waits at or has begun at; else `other` itself."""
        name = facts.get("sub") or facts.get("at")
        if name is None or not isinstance(other, EventSubProcess):
            return other
        return other.inside.task_specs.get(self.plan.target(key, name))

    def _against(self, key: str, node: Any, other: Any, facts: dict[str, Any], start: Any) -> str:
        """Why a token can't go from one element to the other; "" if it can."""
        if other is None or start is None:
            return "element_gone"
        code = _unlike(node, other)
        if code:
            return code
        if node.is_activity and "sub" not in facts and not loops_alike(node.loop, other.loop):
            return "loop_differs"
        if "wait" in facts and not events_alike(node, other, facts, start):
            return "event_differs"
        if "host" in facts and facts["host"] in self.nodes and self.nodes[facts["host"]][1].name != other.attached_to:
            return "attached_elsewhere"
        if "race" in facts and not chosen_alike(node, other, lambda name: self.plan.target(key, name)):
            return "choice_differs"
        return "join_differs" if "via" in facts and not other.joins else ""

    def _rename(self, key: str, node: Any, other: Any, facts: dict[str, Any], start: Any, token_id: str) -> None:
        """Names of the old version among a token's facts."""
        for fact in ("sub", "at"):
            if fact in facts:
                facts[fact] = start.name
        if "rest" in facts:
            facts["rest"] = [self.plan.target(key, name) for name in facts["rest"]]
            if not set(facts["rest"]) <= set(other.inside.task_specs):
                self._obstacle("element_gone", node.name, key, token_id, kind=node.kind)
        for fact in ("did", "undo"):
            if fact in facts:
                inside = isinstance(node, SubProcess)
                specs = (node.inside, other.inside) if inside else (node._wf_spec, other._wf_spec)
                facts[fact] = self._done(key, *specs, facts[fact])
        if "via" in facts:
            facts["via"] = self._flow(key, node, other, facts["via"], token_id)
        if "taken" in facts:
            facts["taken"] = [self._flow(key, node, other, flow, token_id) for flow in facts["taken"]]

    def _flow(self, key: str, node: Any, other: Any, flow_id: str, token_id: str) -> str:
        """The flow into the new join that takes an old one's place: of the same id, or from the same element."""
        if any(flow.id == flow_id for flow in other.incoming):
            return flow_id
        came = {self.plan.target(key, flow.source) for flow in node.incoming if flow.id == flow_id}
        found = [flow.id for flow in other.incoming if flow.source in came]
        if len(found) != 1:
            self._obstacle("flow_gone", node.name, key, token_id, flow=flow_id)
            return flow_id
        return str(found[0])

    def _done(self, key: str, old: Any, new: Any, records: list[list[Any]]) -> list[list[Any]]:
        """What has been completed and can be undone."""
        kept = []
        for name, inside in records:
            node, other = old.task_specs[name], new.task_specs.get(self.plan.target(key, name))
            if other is None or _unlike(node, other) or (node.compensator is None) != (other.compensator is None):
                self._obstacle("undo_gone", name, key, "", kind=node.kind)
                continue
            within = self._done(key, node.inside, other.inside, inside) if inside else []
            kept.append([other.name, within])
        return kept

    def begin_added(self, live: CaseWorkflow) -> None:
        """Begin to wait for the events that the new version has added to what is open; take over changed inputs."""
        for scope in live.scopes():
            host = scope.host.id if scope.host is not None else None
            old, new = self.hosts[host]
            known = {self.plan.target(scope.process_key, node.name) for node in old.handlers}
            interrupted = any("at" in token.internal_data for token in scope.tasks.values())
            for token in list(scope.tasks.values()):
                self._attempt(token, lambda token=token: self._renew(token))
            for handler in new.handlers:
                if handler.name not in known and not interrupted and not scope.completed:
                    self._attempt(None, lambda handler=handler, scope=scope: handler.subscribe(scope), handler)

    def _attempt(self, token: Token | None, act: Any, node: Any = None) -> None:
        try:
            act()
        except NodeFailure as failure:
            node = node or token.task_spec  # type: ignore[union-attr]
            facts = {"why": failure.message}
            self._obstacle("new_event_fails", node.name, self.plan.old.key, token.id if token else "", **facts)

    def _renew(self, token: Token) -> None:
        node, other = self.nodes[token.id]
        facts, scope = token.internal_data, token.workflow
        if "wait" in facts and other.is_activity and not inputs_alike(node, other):
            token.data.update(other.local_variables(token))
        if facts.get("wait") == WaitKind.MESSAGE:
            rule, past = other.subscription(token), node.subscription(self._old_token(token))
            if _text(rule.correlation) != _text(past.correlation):
                facts.pop("corr", None)
                facts.update(rule.prepare(token))
        begun = "of" not in facts and "sub" not in facts and "gathers" not in facts and facts.get("stuck") != "enter"
        if not other.is_activity or not begun or token._state == FUTURE:
            return
        known = {self.plan.target(scope.process_key, edge.name) for edge in node.boundaries}
        for edge in other.boundaries:
            for prepared in edge.subscriptions(token) if edge.name not in known else ():
                edge.arm(scope.spawn(edge, {**prepared, "host": token.id}))

    def _old_token(self, token: Token) -> Token:
        found = self.before.find(token.id)
        assert found is not None  # it was carried over from there
        return found

    def _obstacle(self, code: str, element_id: str, process_key: str, token: str, **facts: Any) -> None:
        self.obstacles.append(Obstacle(code, element_id, process_key, token, facts))


def _unlike(node: Any, other: Any) -> str:
    """Why an element can't take another's place, whatever stands there; "" if it can."""
    people = isinstance(node, UserTask) and isinstance(other, UserTask)
    if type(node) is not type(other) or (node.kind != other.kind and not people):
        return "kind_differs"
    if isinstance(node, CallActivity) and node.called != other.called:
        return "called_differs"
    return ""


def _text(expression: Any) -> str | None:
    return None if expression is None else str(expression.text)


def _place(key: str, name: str) -> tuple[str, str]:
    process, _, element = name.rpartition("/")
    return process or key, element


def _names(definition: Definition) -> set[tuple[str, str]]:
    found, todo, seen = set(), [(definition.key, definition.spec)], set()
    while todo:
        key, spec = todo.pop()
        if id(spec) in seen:
            continue
        seen.add(id(spec))
        for name, node in spec.task_specs.items():
            found.add((key, name))
            if isinstance(node, SubProcess):
                todo.append((node.inside.name if node.isolated else key, node.inside))
    return found
