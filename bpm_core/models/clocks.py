"""Legal time: the calendar, the limits that run on a case, when they stood still, timers and escalations."""

from __future__ import annotations

from django.db import models


class CalendarDay(models.Model):
    """Whether one day is worked, and by which notice."""

    day = models.DateField(primary_key=True)
    working = models.BooleanField()
    name = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.day} {'working' if self.working else 'off'}"


class Clock(models.Model):
    """A time limit that runs on a case: the legal one, or the shorter one the office has promised."""

    case = models.ForeignKey("bpm_core.Case", on_delete=models.PROTECT, related_name="clocks")
    work_item = models.ForeignKey("bpm_core.WorkItem", null=True, on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=12)  # legal | promised | step
    limit_value = models.IntegerField()
    limit_unit = models.CharField(max_length=16)
    started_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=12, default="running")  # running | stopped | ended
    ended_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)  # reaches into a year whose calendar is not loaded
    basis = models.TextField(blank=True)
    certainty = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=models.Q(work_item__isnull=True), name="clock_once"
            ),
            models.CheckConstraint(condition=models.Q(limit_value__gte=0), name="clock_limit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"


class ClockStop(models.Model):
    """A span in which a case's clocks stood still, with its ground and its proof."""

    case = models.ForeignKey("bpm_core.Case", on_delete=models.PROTECT, related_name="clock_stops")
    ground = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    stopped_on = models.DateField()
    resumed_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    notice = models.ForeignKey("bpm_core.Notice", null=True, on_delete=models.PROTECT, related_name="clock_stops")
    proof = models.TextField(blank=True)
    waits = models.JSONField(default=list)  # tokens whose closing ends the stop; empty = only a command ends it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(resumed_on__isnull=True), name="clock_stopped_once"
            ),
            models.CheckConstraint(
                condition=models.Q(resumed_on__isnull=True) | models.Q(resumed_on__gte=models.F("stopped_on")),
                name="clock_resumes_after_stop",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ground} {self.stopped_on}..{self.resumed_on or ''}"


class Timer(models.Model):
    """A moment at which a waiting case moves by itself; `fired_at` decides that it happened, never the time."""

    case = models.ForeignKey("bpm_core.Case", on_delete=models.PROTECT, related_name="timers", db_index=False)
    token = models.CharField(max_length=80)
    process_key = models.CharField(max_length=80)
    element_id = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    repeat = models.IntegerField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=60, blank=True)
    fired_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "token", "due_at"], name="timer_once")]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="timer_waiting",
                condition=models.Q(fired_at__isnull=True, cancelled_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.element_id} {self.due_at}"


class Escalation(models.Model):
    """An overdue work item or case shown to the office above."""

    case = models.ForeignKey("bpm_core.Case", on_delete=models.PROTECT, related_name="escalations")
    work_item = models.ForeignKey("bpm_core.WorkItem", null=True, on_delete=models.PROTECT, related_name="escalations")
    level = models.PositiveSmallIntegerField()
    raised_at = models.DateTimeField()
    unit = models.ForeignKey("bpm_core.OrgUnit", on_delete=models.PROTECT, related_name="escalations")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "work_item", "level"], name="escalation_once")]

    def __str__(self) -> str:
        return f"{self.case_id} level {self.level}"
