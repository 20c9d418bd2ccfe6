"""The simulation itself: real definitions in the real engine, moved on by a virtual clock from one event to the next.

Nothing here waits or reads a clock, and every case draws from a generator of its own: how one case goes does not depend
on how many others there are, so that two runs with different staff compare the same cases.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from bpm_core import engine
from bpm_core.domain import clocks
from bpm_core.domain.calendar import WorkCalendar
from bpm_core.engine import Advance, CaseState, CloseReason, Passed, Wait, WaitKind
from bpm_core.notation.model import Element, Limit, LimitUnit
from bpm_core.simulation import arrivals
from bpm_core.simulation.answers import Answers, Place, Unanswerable
from bpm_core.simulation.course import Course, Stint
from bpm_core.simulation.lanes import Lane, Task, assumed_minutes, drawn_minutes
from bpm_core.simulation.office import DAY, Office, day_of, midnight, minute_of, moment_of
from bpm_core.simulation.setup import EVERY_LANE, BadSetup, Setup
from bpm_core.simulation.subject import NO_LANE, Subject

MOST_STEPS = 3_000  # of one case: beyond it the answers lead round and round
CACHE_BYTES = 256 * 1024 * 1024


@dataclass
class Run:
    """What a simulation left behind, for the report."""

    subject: Subject
    setup: Setup
    office: Office
    courses: list[Course]
    lanes: dict[str, Lane]
    stints: dict[tuple[str, str], list[Stint]]
    outside: dict[tuple[str, str], list[int]]
    window: tuple[int, int]
    ended_at: int


class _Simulator:
    """The virtual clock: a heap of what happens when."""

    def __init__(self, subject: Subject, setup: Setup, calendar: WorkCalendar) -> None:
        self.subject, self.setup, self.calendar = subject, setup, calendar
        self.office = Office(calendar, setup.hours, setup.starts_on)
        self.answers = Answers(subject, setup)
        self.lanes: dict[str, Lane] = {}
        self.stints: dict[tuple[str, str], list[Stint]] = {}
        self.outside: dict[tuple[str, str], list[int]] = {}
        self.heap: list[tuple[int, int, int, str, str]] = []  # minute, order, case, token, what
        self.courses: list[Course] = []
        self.now = midnight(setup.starts_on)
        self._order = 0
        self._opened: dict[tuple[int, str], int] = {}
        self._limits: dict[tuple[Limit, int], int] = {}

    def run(self) -> Run:
        arrived = list(arrivals.minutes(self.setup, self.office, self.calendar))
        for number, minute in enumerate(arrived, 1):
            self._at(minute, number, "", "arrives")
        self.window = midnight(day_of(arrived[0])), midnight(day_of(arrived[-1])) + DAY
        self._figures = self.subject.figures(moment_of(arrived[0]))
        while self.heap:
            self.now, _, number, token, what = heapq.heappop(self.heap)
            if what == "arrives":
                self._arrive(number)
            else:
                self._happen(self.courses[number - 1], token, what)
        for course in self.courses:
            if not course.over:
                course.stuck = "nothing more happens: " + ", ".join(
                    sorted({w.element_id for w in course.waits.values()})
                )
        return Run(
            self.subject, self.setup, self.office, self.courses, self.lanes, self.stints, self.outside, self.window,
            max(course.ended_at or course.arrived_at for course in self.courses),
        )  # fmt: skip

    def _at(self, minute: int, number: int, token: str, what: str) -> None:
        self._order += 1
        heapq.heappush(self.heap, (max(minute, self.now), self._order, number, token, what))

    # -- one case

    def _arrive(self, number: int) -> None:
        rng = Random(f"{self.setup.seed}/{number}")
        course = Course(number, self.now, rng, self.answers.script(rng))
        self.courses.append(course)
        try:
            event, variables, payload = self.answers.at_start(course.script, day_of(self.now), self._figures)
        except Unanswerable as wrong:
            self._strand(course, str(wrong))
            return
        course.facts = {**variables, **payload}
        self._take(
            course,
            engine.start(
                self.subject.definition,
                case_id=course.id,
                variables=variables,
                now=moment_of(self.now),
                element=event.id if event is not None else None,
                payload=payload,
            ),
        )

    def _happen(self, course: Course, token: str, what: str) -> None:
        """Move a case on, unless what was to happen has been overtaken."""
        wait = course.waits.get(token)
        if course.over or wait is None or (what == "due" and self._due(course, wait) > self.now):
            return
        if what == "done":
            self._leave(course, wait)
        place = self._place(course, wait)
        try:
            values = {} if what == "due" else self._values(course, place)
        except Unanswerable as wrong:
            self._strand(course, str(wrong))
            return
        state, now = CaseState(course.id, course.version, course.blob), moment_of(self.now)
        definition = self.subject.definition
        if what == "due":
            advance = engine.fire(definition, state, token, now=now)
        elif wait.kind is WaitKind.WORK:
            names = self.answers.routing[wait.process_key]
            known = {name: value for name, value in values.items() if name in names}
            advance = engine.complete(definition, state, token, known, now=now)
        elif wait.kind is WaitKind.JOB:
            advance = engine.finish_job(definition, state, token, values, now=now)
        else:
            advance = engine.deliver(definition, state, token, values, now=now)
        self._take(course, advance)
        again = course.held.pop(token, None)
        if again is not None and again in course.waits and not course.over:
            self._expect(course, course.waits[again])

    def _values(self, course: Course, place: Place) -> dict[str, Any]:
        values = self.answers.values(course.script, place, course.facts, course.rng, day_of(self.now))
        course.facts |= values
        return values

    def _take(self, course: Course, advance: Advance) -> None:
        """Note everything that one advance changed, and let the world begin with what is open now."""
        course.version += 1
        course.steps += 1
        course.blob = advance.state
        course.facts |= dict(advance.changed)
        engine.settle(course.id, course.version, advance)
        for closed in advance.closed:
            self._close(course, closed.token, happened=closed.reason is CloseReason.DONE)
        for passed in advance.passed:
            self._pass(course, passed)
        course.clock.follow(advance, self.subject, day_of(self.now))
        if advance.ended is not None or self._left_open(course):
            course.ended_at = self.now
            self._forget(course)
        elif advance.incidents:
            first = advance.incidents[0]
            self._strand(course, f"incident {first.code} at {first.element_id}: {first.message}")
        elif course.steps >= MOST_STEPS:
            self._strand(course, f"no end after {MOST_STEPS} steps")
        else:
            self._open(course, advance.opened)

    def _pass(self, course: Course, passed: Passed) -> None:
        key = (*passed.path, passed.element_id)
        if passed.event == "entered":
            course.visits[key] += 1
            if passed.kind in ("callActivity", "subProcess", "transaction", "adHocSubProcess"):
                for known in [one for one in course.visits if len(one) > len(key) and one[: len(key)] == key]:
                    del course.visits[known]
        elif (
            passed.event == "completed" and passed.kind == "endEvent" and passed.process_key == self.subject.bundle.key
        ):
            element = self.subject.process.elements[passed.element_id]
            if element.shown:
                course.end = element

    def _left_open(self, course: Course) -> bool:
        """Whether the worked case stops here: it shows a side path, and the case itself goes on without an end."""
        scenario = course.script.scenario
        if scenario is None or not scenario.expect.open or course.end is None:
            return False
        return course.end.node == scenario.expect.end

    def _strand(self, course: Course, why: str) -> None:
        course.stuck = why
        self._forget(course)

    def _forget(self, course: Course) -> None:
        """Drop what a case that is over holds: ten thousand of them stay until the report."""
        engine.discard(course.id)
        for token in list(course.waits):
            self._close(course, token)
        course.blob, course.facts = b"", {}
        course.visits.clear()

    # -- what a case waits for

    def _open(self, course: Course, opened: tuple[Wait, ...]) -> None:
        for wait in opened:
            course.waits[wait.token] = wait
            self._opened[course.number, wait.token] = self.now
        for wait in opened:
            if wait.kind is WaitKind.TIMER:
                self._at(self._due(course, wait), course.number, wait.token, "due")
        seen: set[tuple[tuple[str, ...], str]] = set()
        for wait in opened:
            if self.subject.is_aside(wait):
                continue
            gateway = self.subject.gateway(wait)
            if gateway is None:
                self._expect(course, wait)
            elif (wait.path, gateway.id) not in seen:
                seen.add((wait.path, gateway.id))
                self._branch(course, wait, gateway)
        if course.waits and all(self.subject.is_aside(wait) for wait in course.waits.values()):
            self._interrupt(course, None)

    def _expect(self, course: Course, wait: Wait) -> None:
        """Let the world begin with one wait: the office its step, a register its answer, others their message."""
        if self._interrupt(course, wait) or self._boundary(course, wait):
            return
        if wait.kind is WaitKind.WORK:
            if self.subject.is_staff(wait):
                self._queue(course, wait)
            else:
                self._answer(course, wait)
        elif wait.kind is WaitKind.JOB:
            minutes = drawn_minutes(self.setup.register_minutes, course.rng)
            self._at(self.now + minutes, course.number, wait.token, "answers")
        elif wait.kind in (WaitKind.MESSAGE, WaitKind.SIGNAL):
            self._answer(course, wait)

    def _answer(self, course: Course, wait: Wait) -> None:
        """Somebody outside answers after a while: in time, where a timer runs beside it."""
        minutes = drawn_minutes(self.setup.answer_minutes, course.rng)
        gateway = self.subject.gateway(wait)
        rivals = [
            self._due(course, other) - 1
            for other in course.waits.values()
            if other.kind is WaitKind.TIMER
            and other.path == wait.path
            and (other.boundary_of == wait.token or (gateway is not None and self.subject.gateway(other) is gateway))
        ]
        self._at(min([self.now + minutes, *rivals]), course.number, wait.token, "answers")

    def _branch(self, course: Course, wait: Wait, gateway: Element) -> None:
        """The branch of an event-based gateway that the worked case names, else its first; drawn without one."""
        rivals = [
            other for other in course.waits.values()
            if other.path == wait.path and self.subject.gateway(other) is gateway
        ]  # fmt: skip
        if self._interrupt(course, wait):
            return
        event = self.answers.event(course.script, self._place(course, wait))
        order = [one.id for one in self.subject.bundles[wait.process_key].process.following(gateway.id)]
        rivals.sort(key=lambda one: order.index(one.element_id))
        chosen = course.rng.choice(rivals) if course.script.scenario is None else rivals[0]
        if event is not None:
            chosen = next(
                (r for r in rivals if (r.kind is WaitKind.TIMER) == event.timer and event.message in (None, r.name)),
                chosen,
            )
        if chosen.kind in (WaitKind.MESSAGE, WaitKind.SIGNAL):
            self._answer(course, chosen)

    def _boundary(self, course: Course, wait: Wait) -> bool:
        """Leave a step undone for the boundary event that the worked case lets happen there, once a visit."""
        place = self._place(course, wait)
        event = self.answers.event(course.script, place)
        if event is None or (wait.token, place.visit) in course.settled:
            return False
        kind = WaitKind.TIMER if event.timer else WaitKind.MESSAGE
        for other in course.waits.values():
            if (
                other.kind is kind
                and other.path == wait.path
                and self.subject.element(other).attached_to == wait.element_id
            ):
                course.settled.add((wait.token, place.visit))
                course.held[other.token] = wait.token
                if kind is WaitKind.MESSAGE:
                    self._answer(course, other)
                return True
        return False

    def _interrupt(self, course: Course, wait: Wait | None) -> bool:
        """Let the interrupting message of the worked case come just before the step it names, once."""
        scenario = course.script.scenario
        told = scenario.interrupted_by if scenario is not None else None
        if told is None or course.interrupted or (wait is not None and told.before not in self._around(wait)):
            return False
        for other in course.waits.values():
            if other.kind is WaitKind.MESSAGE and other.name == told.message and self.subject.is_aside(other):
                course.interrupted = True
                if wait is not None:
                    course.held[other.token] = wait.token
                self._at(self.now, course.number, other.token, "answers")
                return True
        return False

    def _around(self, wait: Wait) -> set[str]:
        """Path names of a step, of its gateway, and of the calls and sub-processes around it."""
        own, found = self.subject.process.elements, set()
        if wait.process_key == self.subject.process.id:  # steps of a called process have names of their own
            near = self.subject.element(wait), self.subject.gateway(wait)
            found = {one.node or one.id for one in near if one is not None}
        return found | {own[name].node or name for name in wait.path if name in own}

    def _due(self, course: Course, wait: Wait) -> int:
        """When a timer is due. A wait of working days is over at the first moment of the day after its last."""
        if wait.due_at is not None:
            return minute_of(wait.due_at)
        opened_on = day_of(self._opened[course.number, wait.token])
        last = self.calendar.add_working_days(opened_on, wait.working_days or 0)
        return midnight(last + timedelta(days=1))

    def _place(self, course: Course, wait: Wait) -> Place:
        """Path name and visit of a wait, and of the call around it."""
        element, gateway, call = self.subject.element(wait), self.subject.gateway(wait), None
        if wait.process_key != self.subject.bundle.key:
            own = self.subject.process.elements
            for depth, name in enumerate(wait.path):
                around = own.get(name)
                if around is not None and around.kind == "callActivity":
                    call = around.node or name, course.visits[(*wait.path[:depth], name)]
                    break
        if gateway is not None:
            node, visit = gateway.node or gateway.id, course.visits[(*wait.path, gateway.id)]
        else:
            node, visit = element.node or element.id, course.visits[(*wait.path, element.id)]
        return Place(element, wait.process_key, node, visit, call)

    # -- people

    def _queue(self, course: Course, wait: Wait) -> None:
        code = self.subject.lane(wait)
        lane = self.lanes.get(code)
        if lane is None:
            lane = self.lanes[code] = Lane(code, self.setup.staff.get(code, self.setup.staff.get(EVERY_LANE)))
        element = self.subject.element(wait)
        mean = self.setup.minutes.get(element.node) or self.setup.minutes.get(element.id)
        minutes = drawn_minutes(mean or assumed_minutes(element, self.office.a_day), course.rng)
        task = Task(course.number, wait.token, minutes, self.now)
        course.tasks[wait.token] = task
        if lane.has_room():
            self._begin(lane, task)
        else:
            lane.put(task)

    def _begin(self, lane: Lane, task: Task) -> None:
        task.begun_at = self.office.opening(self.now)
        lane.begin()
        self._at(self.office.after(task.begun_at, task.minutes), task.case, task.token, "done")

    def _leave(self, course: Course, wait: Wait) -> None:
        """Count a step that a person has done."""
        task = course.tasks[wait.token]
        assert task.begun_at is not None
        waited = self.office.open_minutes(task.begun_at) - self.office.open_minutes(task.opened_at)
        kept = self._kept_step(self.subject.element(wait), task.opened_at)
        self.stints.setdefault((wait.process_key, wait.element_id), []).append(Stint(waited, task.minutes, kept))
        self.lanes[self.subject.lane(wait)].done += 1

    def _close(self, course: Course, token: str, *, happened: bool = False) -> None:
        """Take a wait that is over out of the books; whoever was at it is free for the next."""
        wait = course.waits.pop(token, None)
        if wait is None:
            return
        opened_at, task = self._opened.pop((course.number, token)), course.tasks.pop(token, None)
        if task is None:
            if happened and not self.subject.is_aside(wait):
                self.outside.setdefault((wait.process_key, wait.element_id), []).append(self.now - opened_at)
            return
        lane = self.lanes[self.subject.lane(wait)]
        if task.begun_at is None:
            lane.waiting -= 1
            return
        lane.busy -= 1
        lane.worked_minutes += self._worked(task.begun_at, self.now)
        first, last = self.window
        lane.worked_in_window += self._worked(max(task.begun_at, first), min(self.now, last))
        self._next(lane)

    def _worked(self, begun_at: int, ended_at: int) -> int:
        return max(0, self.office.open_minutes(ended_at) - self.office.open_minutes(begun_at))

    def _next(self, lane: Lane) -> None:
        """The longest waiting step that is still to be done."""
        while lane.queue and lane.has_room():
            task = lane.queue.popleft()
            if task.token in self.courses[task.case - 1].waits:
                lane.waiting -= 1
                self._begin(lane, task)

    def _kept_step(self, element: Element, opened_at: int) -> bool | None:
        """Whether a step done now keeps its own limit; None when it has none."""
        limit = element.limit
        if limit is None:
            return None
        by_minutes = limit.unit in (LimitUnit.MINUTE, LimitUnit.WORKING_HOUR)
        key = limit, opened_at if by_minutes else opened_at // DAY
        if key not in self._limits:
            figure = clocks.Limit(limit.value, clocks.Unit(limit.unit.value), clocks.LimitKind.STEP)
            opened = moment_of(opened_at)
            moment = clocks.due_moment(figure, opened, self.calendar)
            due_on = clocks.step_due_on(figure, opened, self.calendar)
            self._limits[key] = minute_of(moment) if moment is not None else midnight(due_on) + DAY
        return self.now <= self._limits[key]


def simulate(subject: Subject, setup: Setup, calendar: WorkCalendar) -> Run:
    """Run the cases of a setup to their ends. Refuses with BadSetup what does not fit the process."""
    known = {lane.code for bundle in subject.bundles.values() for lane in bundle.process.lanes.values()}
    known |= {g for b in subject.bundles.values() for e in b.process.elements.values() for g in e.candidate_groups}
    unknown = sorted(set(setup.staff) - known - {EVERY_LANE, NO_LANE})
    if unknown:
        raise BadSetup(f"the process has no lane {unknown[0]!r}; it has {', '.join(sorted(known))}")
    kept = engine.cache_stats().limit
    engine.cache_limit(CACHE_BYTES)
    try:
        return _Simulator(subject, setup, calendar).run()
    finally:
        for number in range(1, setup.cases + 1):
            engine.discard(f"simulated-{number}")
        engine.cache_limit(kept)
