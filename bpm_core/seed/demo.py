"""Demonstration cases: synthetic residents whose cases were worked on through the real commands over the past weeks.

Everything is drawn from one seeded generator, so that the same day gives the same office. Cases follow the worked
cases of the process library at the pace of an office, and stop where today finds them; a few are then supplemented,
suspended, returned, withdrawn, refused or stuck, as they are anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import connection

from bpm_core.commands import actors, calendars, cases, clocks, jobs, loading, people, quality, supplements, work_items
from bpm_core.commands.actors import SYSTEM
from bpm_core.domain.actors import Actor
from bpm_core.domain.calendar import CIVIL_ZONE, civil_date
from bpm_core.domain.errors import NotFound, Refused
from bpm_core.models import (
    Account,
    Case,
    Incident,
    Job,
    JournalEntry,
    Material,
    OrgUnit,
    Person,
    ProcessDefinition,
    WorkItem,
)
from bpm_core.notation.scenarios import Scenario
from bpm_core.seed import more, rehearsal, residents, staff
from bpm_core.seed.cast import Cast

SEED = 20261121
PAST_DAYS = 75


@dataclass(frozen=True)
class Share:
    """How many cases of one process, and which of its worked cases they follow, the everyday ones more often.

    waits_for   (lane, worked case) that some cases of the demonstration county wait for today, turn by turn
    """

    key: str
    count: int
    everyday: tuple[str, ...]
    rare: tuple[str, ...]
    waits_for: tuple[tuple[str, str], ...] = ()


SHARES = (
    Share(
        "job_seeker_registration",
        76,
        everyday=("01", "05", "06", "07"),
        rare=("02", "03", "04", "08", "09", "10", "11"),
        waits_for=(("VIL", "01"), ("TWN", "01"), ("VIL", "02"), ("VIL", "05"), ("TWN", "07")),
    ),
    Share(
        "unemployment_benefit",
        68,
        everyday=("01", "03", "04", "05", "09"),
        rare=("07", "08", "10", "11", "14", "15", "16", "17", "28"),
        waits_for=(("CFIN", "01"), ("CD", "03"), ("CFIN", "04"), ("WIN", "20")),
    ),
    Share(
        "training_subsidy",
        60,
        everyday=("01", "03", "04", "05"),
        rare=("07", "11", "13", "14", "16", "18", "23", "25", "29"),
        waits_for=(("CFIN", "01"), ("FIELD", "27"), ("CD", "03"), ("FIELD", "18"), ("WIN", "01")),
    ),
)


class Demo:
    """One making of the demonstration."""

    def __init__(self, now: datetime, say: Callable[[str], None]) -> None:
        self.now = now.astimezone(CIVIL_ZONE)
        self.say = say
        self.random = Random(SEED)
        self.cast = Cast(civil_date(now))
        self.calendar = calendars.current()
        self.villages = list(
            OrgUnit.objects.filter(level=4, l3=staff.TOWNSHIP).order_by("code").values_list("code", flat=True)
        )
        self.offices = list(
            OrgUnit.objects.filter(level=3, l2=staff.COUNTY).order_by("code").values_list("code", flat=True)
        )[1:]
        self.elsewhere = list(
            OrgUnit.objects.filter(level=3).exclude(l2=staff.COUNTY).order_by("code").values_list("code", flat=True)
        )

    def make(self) -> int:
        """Residents and cases; gives how many cases there are now."""
        for share in SHARES:
            definition = ProcessDefinition.objects.defer("archive").get(key=share.key, is_current=True)
            scenarios = {s.id[:2]: s for s in loading.load(definition.pk).bundle.scenarios}
            for number in range(share.count):
                names = share.rare if number % 4 == 3 else share.everyday
                self._case(definition, scenarios[names[number // 4 % len(names)]], number)
            for number in range(share.count // 4 if share.waits_for else 0):
                lane, name = share.waits_for[number % len(share.waits_for)]
                self._waiting(definition, scenarios[name], lane)
            self.say(f"{definition.cases.count()} cases of {definition.code}")
        self.say(f"cases of {more.make(self)} more services")
        self._events()
        self._quality()
        self.say(f"{more.hand_over(self)} messages between cases handed over")
        clocks.escalate_due(at=self.now)
        return Case.objects.filter(synthetic=True).count()

    # -- one case at an office's pace

    def _player(
        self, definition: ProcessDefinition, scenario: Scenario, entry: str, home: str, opened_at: datetime
    ) -> rehearsal.Player:
        person, answers = self.resident(home, opened_at)
        return rehearsal.Player(
            definition.pk,
            scenario,
            self.cast,
            entry,
            opened_at,
            person.pk,
            answers=answers,
            synthetic=True,
            until=self.now,
        )

    def _case(self, definition: ProcessDefinition, scenario: Scenario, number: int) -> None:
        entry, home = self._place(number)
        self.let_go(self._player(definition, scenario, entry, home, self.opening(number)), number)

    def let_go(self, player: rehearsal.Player, number: int) -> None:
        """Let a case go its way to where today finds it."""
        pace = self.random.choice((0.4, 1, 1, 1, 2.5))
        left = self.random.choice((0, 0, 1, 1, 2, 2, 3, 4, 5)) if _is_waiting(number) else rehearsal.MAX_STEPS
        with suppress(rehearsal.Stuck, rehearsal.NotYet, Refused):
            player.start()
            while not player.is_over():
                left -= player.opened[-1].kind == "work"
                if left < 0:
                    break
                player.now = self._later(player.now, pace, automatic=player.opened[0].kind == "job")
                if player.now >= self.now:
                    break
                player.step()

    def _waiting(self, definition: ProcessDefinition, scenario: Scenario, lane: str) -> None:
        """A case of the demonstration county that comes to a desk of the lane in the last few days, and lies there."""
        entry = self.random.choice((staff.TOWNSHIP, staff.COUNTY))
        player = self._player(definition, scenario, entry, staff.VILLAGE, self._some_time_before(definition))
        waited = False
        with suppress(rehearsal.Stuck, rehearsal.NotYet, Refused):
            player.start()
            while not player.is_over():
                wait = player.opened[-1]
                if wait.kind == "work" and WorkItem.objects.get(pk=wait.item_id).lane == lane:
                    break
                waited = waited or wait.kind == "timer"
                if waited and wait.kind == "job":  # the register answered only a few days ago
                    player.now = max(player.now, self.now - timedelta(minutes=self.random.randrange(90, 4_000)))
                else:
                    player.now = self._later(player.now, 0.2, automatic=wait.kind == "job")
                if player.now >= self.now:
                    break
                player.step()

    def _some_time_before(self, definition: ProcessDefinition) -> datetime:
        """When a case was opened that is well on its way today; the first payment day lies behind it."""
        today = civil_date(self.now)
        if definition.key == "unemployment_benefit":
            day = (today if today.day > 10 else today.replace(day=1) - timedelta(days=1)).replace(day=10)
            day -= timedelta(days=self.random.randrange(6, 10))
        elif definition.key == "training_subsidy":
            day = today - timedelta(days=self.random.randrange(14, 22))
        else:
            day = today - timedelta(days=self.random.randrange(0, 3))
        while not self.calendar.is_working(day):
            day -= timedelta(days=1)
        moment = datetime(day.year, day.month, day.day, 9, self.random.randrange(60), tzinfo=CIVIL_ZONE)
        return min(moment, self.now - timedelta(hours=4))

    def _place(self, number: int) -> tuple[str, str]:
        """Entry office and home: mostly the demonstration chain, its county's other townships, then other counties."""
        if number % 10 < 6:
            return self.random.choice((staff.TOWNSHIP, staff.COUNTY)), self.random.choice(self.villages)
        if number % 10 < 8:
            office = self.random.choice(self.offices)
            return office, f"{office[:9]}{self.random.randrange(1, 20):03d}"
        office = self.random.choice(self.elsewhere)
        return office, f"{office[:9]}{self.random.randrange(1, 12):03d}"

    def opening(self, number: int) -> datetime:
        """A moment in the office hours of the past weeks; what still waits for people is of the last two."""
        days = self.random.randrange(0, 14) if _is_waiting(number) else self.random.randrange(3, PAST_DAYS)
        day = civil_date(self.now) - timedelta(days=days)
        while not self.calendar.is_working(day):
            day -= timedelta(days=1)
        hour, minute = self.random.choice((9, 9, 10, 10, 11, 14, 15, 16)), self.random.randrange(60)
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=CIVIL_ZONE)
        return min(moment, self.now - timedelta(minutes=self.random.randrange(5, 120)))

    def _later(self, moment: datetime, pace: float, *, automatic: bool) -> datetime:
        """When the next step is done: seconds for a register, office hours or a few days for people."""
        if automatic:
            return moment + timedelta(seconds=self.random.randrange(2, 40))
        minutes = self.random.choice((8, 15, 25, 40, 90, 200, 420, 900)) * pace
        return self.calendar.add_office_minutes(moment, max(4, int(minutes))) + timedelta(
            seconds=self.random.randrange(60)
        )

    def resident(self, home: str, at: datetime) -> tuple[Person, dict[str, str]]:
        number, phone = residents.id_number(self.random), residents.phone(self.random)
        name = residents.name(self.random)
        person = people.register(
            "person",
            name=name,
            id_number=number,
            phone=phone,
            residence_code=home,
            synthetic=True,
            actor=self.cast.window(staff.COUNTY),
            at=at,
        )
        account = residents.bank_account(self.random)
        return person, {
            "person_name": name,
            "id_number": number,
            "mobile": phone,
            "social_card_no": account[-9:],
            "bank_account": account,
        }

    # -- what happens to some of them

    def _events(self) -> None:
        """Supplements, suspensions, returns, withdrawals, refusals, hand-overs and stuck registers."""
        held = iter(self._open_items())
        plan: list[tuple[int, Callable[[WorkItem, Actor, datetime], None]]] = [
            (8, self._supplement),
            (4, self._supplement_answered),
            (4, self._suspend),
            (5, self._return),
            (3, self._withdraw),
            (3, self._reject),
            (2, self._cancel),
            (4, self._entrust),
            (16, self._hold),
        ]
        for count, act in plan:
            done = 0
            for item in held:
                actor = self._performer(item)
                if actor is None:
                    continue
                at = min(self.now - timedelta(minutes=30), item.opened_at + timedelta(hours=2))
                with suppress(Refused):
                    act(item, actor, max(at, item.opened_at + timedelta(minutes=5)))
                    done += 1
                if done == count:
                    break
        self._stuck_jobs(5)

    def _open_items(self) -> Iterator[WorkItem]:
        """Open work items of the demonstration county, in an order of their own."""
        rows = list(WorkItem.objects.filter(closed_at=None, state="offered", case__l2=staff.COUNTY).order_by("case_id"))
        self.random.shuffle(rows)
        yield from rows

    def _performer(self, item: WorkItem) -> Actor | None:
        fit = self.cast.for_item(item)
        return fit[0] if fit else None

    def _claimed(self, item: WorkItem, actor: Actor, at: datetime) -> None:
        work_items.claim(item.pk, actor=actor, at=at)

    def _hold(self, item: WorkItem, actor: Actor, at: datetime) -> None:
        self._claimed(item, actor, at)

    def _supplement(self, item: WorkItem, actor: Actor, at: datetime) -> None:
        self._claimed(item, actor, at)
        codes = list(Material.objects.filter(case_id=item.case_id).order_by("id").values_list("code", flat=True)[:2])
        supplements.request(
            item.pk,
            missing=codes,
            note="请补齐所列材料，可到任一窗口提交。",
            actor=actor,
            at=at + timedelta(minutes=10),
        )

    def _supplement_answered(self, item: WorkItem, actor: Actor, at: datetime) -> None:
        self._supplement(item, actor, at)
        received = list(Material.objects.filter(case_id=item.case_id, state="missing").values_list("code", flat=True))
        supplements.receive(
            item.case_id, received=received, note="材料已补齐", actor=actor, at=min(self.now, at + timedelta(days=2))
        )

    def _decider(self, case: Case) -> Actor:
        """A reviewer of the deciding office, or its window where it has none."""
        seats = Account.objects.filter(posts__unit_id=case.unit_id).order_by("pk")
        chosen = seats.filter(posts__role="reviewer").first() or seats.filter(posts__role="caseworker")[0]
        return actors.actor_for(chosen, civil_date(self.now))

    def _suspend(self, item: WorkItem, actor: Actor, at: datetime) -> None:
        until = civil_date(self.now) + timedelta(days=20)
        cases.suspend(
            item.case_id,
            ground="hearing",
            note="申请人对失业原因有异议，已申请劳动仲裁，等待裁决。",
            until_on=until,
            actor=self._decider(item.case),
            at=at,
        )

    def _return(self, item: WorkItem, actor: Actor, at: datetime) -> None:
        earlier = (
            WorkItem.objects.filter(case_id=item.case_id, process_key=item.process_key, state="completed")
            .exclude(element_id=item.element_id)
            .order_by("-closed_at")
            .first()
        )
        if earlier is None:
            raise NotFound("nothing to return to")
        self._claimed(item, actor, at)
        cases.return_to(
            item.case_id,
            work_item_id=item.pk,
            element_id=earlier.element_id,
            reason="与系统数据不一致，请核对后重新提交。",
            actor=actor,
            at=at + timedelta(minutes=20),
        )

    def _withdraw(self, item: WorkItem, actor: Actor, at: datetime) -> None:
        window = self.cast.window(item.case.entry_unit.code)
        cases.withdraw(item.case_id, reason="本人已找到工作，不再申请。", actor=window, at=at)

    def _reject(self, item: WorkItem, actor: Actor, at: datetime) -> None:
        guide = loading.load(item.definition_id).bundle.guide
        codes = [code.code for code in guide.reason_codes] if guide else []
        cases.reject(
            item.case_id,
            reason_code=codes[0] if codes else "RC",
            reason="经核查不符合规定条件。",
            actor=self._decider(item.case),
            at=at,
        )

    def _cancel(self, item: WorkItem, actor: Actor, at: datetime) -> None:
        manager = actors.actor_for(Account.objects.get(username="wuzhi_manager"), civil_date(self.now))
        cases.cancel(item.case_id, reason="重复录入，以另一办件为准。", actor=manager, at=at)

    def _entrust(self, item: WorkItem, actor: Actor, at: datetime) -> None:
        others = [other for other in self.cast.for_item(item) if other.account_id != actor.account_id]
        if not others:
            raise NotFound("no colleague")
        self._claimed(item, actor, at)
        work_items.entrust(
            item.pk, to_account=others[0].account_id, reason="外出调查，委托同事办理。", actor=actor, at=at
        )

    def _stuck_jobs(self, count: int) -> None:
        """Registers that did not answer three times: the case waits for a person."""
        for job in Job.objects.filter(state="waiting", case__l2=staff.COUNTY).order_by("id")[:count]:
            at = self.now - timedelta(hours=3)
            jobs.fail(job.pk, error="timeout after 10 s", code=None, actor=SYSTEM, at=max(at, job.created_at))
        if Incident.objects.count() == 0:
            self._make_stuck(count)

    def _make_stuck(self, count: int) -> None:
        """No look-up was waiting: take cases to their first one and let it fail."""
        for item in WorkItem.objects.filter(closed_at=None, element_id="S10", case__l2=staff.COUNTY)[:count]:
            actor = self._performer(item)
            if actor is None:
                continue
            with suppress(Refused, rehearsal.Stuck):
                self._application(item, actor)
                job = Job.objects.filter(case_id=item.case_id, state="waiting").first()
                if job is not None:
                    jobs.fail(job.pk, error="timeout after 10 s", actor=SYSTEM, at=self.now)

    def _application(self, item: WorkItem, actor: Actor) -> None:
        loaded = loading.load(item.definition_id)
        player = rehearsal.Player(
            item.definition_id, loaded.bundle.scenarios[0], self.cast, "", self.now - timedelta(minutes=5)
        )
        player.case = item.case
        _, player.answers = self.resident(item.case.l4 or self.villages[0], self.now)
        player.catch_up()
        player.step()

    # -- what controllers found

    def _quality(self) -> None:
        controller = actors.actor_for(Account.objects.get(username="controller"), civil_date(self.now))
        late = WorkItem.objects.filter(state="completed", case__l2=staff.COUNTY, due_on__isnull=False)
        rows = [item for item in late.order_by("-closed_at") if civil_date(item.closed_at) > item.due_on][:6]
        for number, item in enumerate(rows):
            entry = JournalEntry.objects.filter(case_id=item.case_id, work_item_id=item.pk).order_by("-seq").first()
            finding = quality.raise_finding(
                item.case_id,
                severity=("minor", "major", "minor")[number % 3],
                kind="time_limit",
                text="该环节办理超过规定时限，未见说明。",
                entry_seq=entry.seq if entry else None,
                element_id=item.element_id,
                actor=controller,
                at=self.now - timedelta(days=1),
            )
            if number % 3 == 0:
                continue
            action = quality.assign_action(
                finding.pk,
                unit_code=staff.COUNTY,
                due_on=civil_date(self.now) + timedelta(days=10),
                text="核实超期原因，书面说明，并调整窗口排班。",
                assigned_to=item.closed_by_id,
                actor=controller,
                at=self.now - timedelta(hours=20),
            )
            if number % 3 == 2:
                quality.close_action(
                    action.pk, evidence="已书面说明：当日系统故障，附值班记录。", actor=controller, at=self.now
                )


def _is_waiting(number: int) -> bool:
    """Three cases in five lie on somebody's desk today."""
    return number % 5 in (0, 2, 3)


@contextmanager
def unhurried_disk() -> Iterator[None]:
    """Demonstration data is made again in a minute: it need not reach the disk step by step."""
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF" if sqlite else "SET synchronous_commit TO off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL" if sqlite else "SET synchronous_commit TO DEFAULT")


def load(now: datetime, say: Callable[[str], None]) -> int:
    """Make the demonstration once; 0 when it is there already."""
    if Case.objects.filter(synthetic=True).exists():
        return 0
    with unhurried_disk():
        return Demo(now, say).make()
