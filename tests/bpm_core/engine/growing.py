# ruff: noqa: E501  (diagrams are written one element a line)
"""Random structured processes: blocks inside blocks, every one of which can end, so every walk must end too."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

ROOT = (
    '<message id="m" name="NEWS"/><signal id="sig" name="ALARM"/>'
    '<error id="err" errorCode="BAD"/><escalation id="esc" escalationCode="UP"/>'
)


@dataclass
class Garden:
    """Grows a process body. Variables: `go` (boolean), `n` (0 to 3), set anew by every step."""

    chance: random.Random
    lines: list[str] = field(default_factory=list)
    count: int = 0

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def node(self, tag: str, kind: str, attributes: str = "", inside: str = "") -> str:
        name = self.name(kind)
        self.lines.append(f'<{tag} id="{name}"{attributes}>{inside}</{tag}>')
        return name

    def flow(self, source: str, target: str, condition: str = "") -> None:
        self.lines.append(f"{source} -> {target}{condition}")

    def body(self, depth: int) -> str:
        """A whole scope: start, block, end."""
        outer, self.lines = self.lines, []
        start, end = self.node("startEvent", "s"), self.node("endEvent", "e")
        first, last = self.block(depth)
        self.flow(start, first)
        self.flow(last, end)
        inner, self.lines = "\n".join(self.lines), outer
        return inner

    def block(self, depth: int) -> tuple[str, str]:
        """One entry, one exit."""
        if depth <= 0:
            return self.step()
        grow = self.chance.choice(
            [
                self.sequence,
                self.either,
                self.both,
                self.some,
                self.again,
                self.inside,
                self.whoever_comes,
                self.undoing,
            ]
        )
        return grow(depth - 1)

    def step(self) -> tuple[str, str]:
        kind = self.chance.choice(["userTask", "userTask", "serviceTask", "scriptTask", "task", "sendTask", "wait"])
        name = self._step(kind)
        return name, name

    def _step(self, kind: str) -> str:
        if kind == "serviceTask":
            return self.node(kind, "j", ' camunda:type="external" camunda:topic="t"')
        if kind == "scriptTask":
            return self.node(kind, "f", "", "<script>seen = if seen = null then 1 else seen + 1</script>")
        if kind == "sendTask":
            return self.node(kind, "m", ' messageRef="m"')
        if kind == "wait":
            timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
            return self.node("intermediateCatchEvent", "t", "", timer)
        loop = ""
        if kind == "userTask" and self.chance.random() < 0.3:
            order = self.chance.choice(["", ' isSequential="true"'])
            loop = f"<multiInstanceLoopCharacteristics{order}><loopCardinality>n</loopCardinality></multiInstanceLoopCharacteristics>"
        name = self.node(kind, "u", "", loop)
        if kind == "userTask" and self.chance.random() < 0.25:
            edge = self.node(
                "boundaryEvent",
                "b",
                f' attachedToRef="{name}" cancelActivity="false"',
                "<timerEventDefinition><timeCycle>R2/PT1H</timeCycle></timerEventDefinition>",
            )
            self.flow(edge, self.node("endEvent", "e"))
        return name

    def sequence(self, depth: int) -> tuple[str, str]:
        first, end = self.block(depth)
        for _ in range(self.chance.randrange(1, 3)):
            begin, last = self.block(depth)
            self.flow(end, begin)
            end = last
        return first, end

    def _fork(self, tag: str, depth: int, conditions: list[str]) -> tuple[str, str]:
        split, join = self.node(tag, "g"), self.node(tag, "g")
        for condition in conditions:
            first, last = self.block(depth)
            self.flow(split, first, condition)
            self.flow(last, join)
        return split, join

    def either(self, depth: int) -> tuple[str, str]:
        return self._fork("exclusiveGateway", depth, [" : go", " !"])

    def both(self, depth: int) -> tuple[str, str]:
        return self._fork("parallelGateway", depth, ["", ""])

    def some(self, depth: int) -> tuple[str, str]:
        return self._fork("inclusiveGateway", depth, [" : go", " : n > 1", " !"])

    def again(self, depth: int) -> tuple[str, str]:
        merge, ask = self.node("exclusiveGateway", "g"), self.node("exclusiveGateway", "g")
        first, last = self.block(depth)
        work = self._step("userTask")
        self.flow(merge, first)
        self.flow(last, work)
        self.flow(work, ask)
        self.flow(ask, merge, " : n = 3")
        done = self.node("task", "k")
        self.flow(ask, done, " !")
        return merge, done

    def inside(self, depth: int) -> tuple[str, str]:
        """A sub-process, perhaps repeated, perhaps with an edge or an event sub-process."""
        body = self.body(depth)
        if self.chance.random() < 0.3:
            body = (
                "<multiInstanceLoopCharacteristics><loopCardinality>n</loopCardinality></multiInstanceLoopCharacteristics>\n"
                + body
            )
        if self.chance.random() < 0.3:
            mode = self.chance.choice(["", ' isInterrupting="false"'])
            start, step, end = self.name("h"), self.name("u"), self.name("e")
            body += (
                f'\n<subProcess id="{self.name("H")}" triggeredByEvent="true">\n<startEvent id="{start}"{mode}><messageEventDefinition messageRef="m"/></startEvent>'
                f'\n<userTask id="{step}"/>\n<endEvent id="{end}"/>\n{start} -> {step}\n{step} -> {end}\n</subProcess>'
            )
        name = self.name("B")
        self.lines.append(f'<subProcess id="{name}">\n{body}\n</subProcess>')
        if self.chance.random() < 0.5:
            return name, self._edge(name)
        return name, name

    def _edge(self, name: str) -> str:
        kind = self.chance.choice(
            [
                '<messageEventDefinition messageRef="m"/>',
                '<signalEventDefinition signalRef="sig"/>',
                "<timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition>",
            ]
        )
        edge = self.node("boundaryEvent", "b", f' attachedToRef="{name}"', kind)
        join = self.node("exclusiveGateway", "g")
        first, last = self.step()
        self.flow(name, join)
        self.flow(edge, first)
        self.flow(last, join)
        return join

    def whoever_comes(self, depth: int) -> tuple[str, str]:
        """An event-based gateway: a message, a signal or a timer decides."""
        gate, join = self.node("eventBasedGateway", "g"), self.node("exclusiveGateway", "g")
        for event in (
            '<messageEventDefinition messageRef="m"/>',
            '<signalEventDefinition signalRef="sig"/>',
            "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
        ):
            catch = self.node("intermediateCatchEvent", "c", "", event)
            first, last = self.block(depth)
            self.flow(gate, catch)
            self.flow(catch, first)
            self.flow(last, join)
        return gate, join

    def undoing(self, depth: int) -> tuple[str, str]:
        """A step that can be undone, more, and an event that undoes it."""
        first, last = self.block(depth)
        work = self.node("userTask", "u")
        edge = self.node("boundaryEvent", "b", f' attachedToRef="{work}"', "<compensateEventDefinition/>")
        handler = self.node("userTask", "u", ' isForCompensation="true"')
        self.lines.append(f'<association id="{self.name("a")}" sourceRef="{edge}" targetRef="{handler}"/>')
        undo = self.node("intermediateThrowEvent", "x", "", "<compensateEventDefinition/>")
        self.flow(work, first)
        self.flow(last, undo)
        return work, undo


def grow(seed: int) -> str:
    """The body of a random process."""
    chance = random.Random(seed)
    return Garden(chance).body(chance.choice([3, 4, 4, 5]))
