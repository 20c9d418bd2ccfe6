"""The tables of the core, one module per noun; rules live in `domain`, changes in `commands`."""

from __future__ import annotations

from bpm_core.models.cases import Case, CaseFact, FormRecord, IdempotencyKey, NumberSeries
from bpm_core.models.clocks import CalendarDay, Clock, ClockStop, Escalation, Timer
from bpm_core.models.definitions import Parameter, ProcessDefinition
from bpm_core.models.documents import Document, Material, Notice
from bpm_core.models.journal import AccessEntry, JournalEntry
from bpm_core.models.ledger import BenefitRule, Grant, GrantMonth
from bpm_core.models.library import LibraryEntry, LibraryFile, LibraryImport
from bpm_core.models.local import LocalEdition, LocalSetting
from bpm_core.models.migration import MigratedCase, MigrationRun
from bpm_core.models.offices import OrgUnit, Post
from bpm_core.models.outbox import Outbox
from bpm_core.models.people import Account, Person
from bpm_core.models.quality import CorrectiveAction, Finding
from bpm_core.models.waiting import Incident, Job, LateMessage, Subscription
from bpm_core.models.work import Draft, SavedView, WorkItem

__all__ = [
    "AccessEntry",
    "Account",
    "BenefitRule",
    "CalendarDay",
    "Case",
    "CaseFact",
    "Clock",
    "ClockStop",
    "CorrectiveAction",
    "Document",
    "Draft",
    "Escalation",
    "Finding",
    "FormRecord",
    "Grant",
    "GrantMonth",
    "IdempotencyKey",
    "Incident",
    "Job",
    "JournalEntry",
    "LateMessage",
    "LibraryEntry",
    "LibraryFile",
    "LibraryImport",
    "LocalEdition",
    "LocalSetting",
    "Material",
    "MigratedCase",
    "MigrationRun",
    "Notice",
    "NumberSeries",
    "OrgUnit",
    "Outbox",
    "Parameter",
    "Person",
    "Post",
    "ProcessDefinition",
    "SavedView",
    "Subscription",
    "Timer",
    "WorkItem",
]
