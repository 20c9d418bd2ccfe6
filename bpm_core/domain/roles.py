"""Posts: the roles people can hold, which exclude each other, and the lanes of the unified processes; no persons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from bpm_core.domain.errors import SeparationOfDuty


class Role(StrEnum):
    """What a post is for. Rights hang on roles alone (`authority.POLICY`)."""

    CASEWORKER = "caseworker"
    REVIEWER = "reviewer"
    FINANCE = "finance"
    DESIGNER = "designer"
    PUBLISHER = "publisher"
    QUALITY_CONTROLLER = "quality_controller"
    AUDITOR = "auditor"
    MANAGER = "manager"
    INTEGRATOR = "integrator"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


class Level(IntEnum):
    """Level of an office; 1 is the widest."""

    MUNICIPAL = 1
    COUNTY = 2
    TOWNSHIP = 3
    VILLAGE = 4


_ADMINS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
_BUSINESS = (Role.CASEWORKER, Role.REVIEWER, Role.FINANCE)
_CONTROL = (Role.QUALITY_CONTROLLER, Role.AUDITOR)


def _pairs() -> frozenset[frozenset[Role]]:
    pairs = {frozenset((a, b)) for a in _ADMINS for b in Role if b is not a}
    pairs |= {frozenset((a, b)) for a in _BUSINESS for b in _CONTROL}
    pairs |= {frozenset((Role.FINANCE, other)) for other in (Role.CASEWORKER, Role.REVIEWER)}
    pairs |= {frozenset((Role.INTEGRATOR, other)) for other in Role if other is not Role.INTEGRATOR}
    return frozenset(pairs)


#: Two roles no one person may hold at the same time: business, fund finance and control are different hands
#: (post-permission rules 人社厅发〔2021〕64号, known to us through the Gansu detailed rules), and the three
#: administrators exclude each other (GB/T 22239-2019 level 3, 8.1.5). An integrator is a machine and nothing else.
#: Caseworker with reviewer, and designer with publisher, are told apart case by case and version by version instead
#: (`duty`): in a small office one person holds both posts.
EXCLUSIVE_PAIRS = _pairs()


def check_held_together(roles: Iterable[Role]) -> None:
    """Refuse with SeparationOfDuty when two of the roles exclude each other."""
    held = sorted(set(roles))
    for index, first in enumerate(held):
        for second in held[index + 1 :]:
            if frozenset((first, second)) in EXCLUSIVE_PAIRS:
                raise SeparationOfDuty(
                    f"one person may not be {first} and {second}",
                    code="exclusive_roles",
                    first=first.value,
                    second=second.value,
                )


@dataclass(frozen=True, slots=True)
class Lane:
    """A post as the unified processes draw it: who does the step and at which level of office.

    role    of the staff who do it; for people and partners outside, of the window that enters it with them
    level   office of the step; None = the office that took the application in
    """

    code: str
    role: Role
    level: Level | None
    outside: bool = False
    persons: int = 1


def _table() -> dict[str, Lane]:
    lanes = [
        Lane("VIL", Role.CASEWORKER, Level.VILLAGE),
        Lane("TWN", Role.CASEWORKER, Level.TOWNSHIP),
        Lane("MEDIATOR", Role.CASEWORKER, Level.TOWNSHIP),
        Lane("FIELD", Role.CASEWORKER, Level.COUNTY, persons=2),
        Lane("INSP", Role.CASEWORKER, Level.COUNTY, persons=2),
        Lane("INVEST", Role.CASEWORKER, Level.MUNICIPAL, persons=2),
        Lane("AUD", Role.CASEWORKER, Level.MUNICIPAL, persons=2),
        Lane("QCM", Role.QUALITY_CONTROLLER, Level.MUNICIPAL),
    ]
    for role, level, codes in (
        (Role.CASEWORKER, Level.COUNTY, "WIN COACH MATCH SUPV"),
        (Role.REVIEWER, Level.COUNTY, "C1 C2 CD"),
        (Role.FINANCE, Level.COUNTY, "CFIN"),
        (Role.CASEWORKER, Level.MUNICIPAL, "MWIN PANEL COMMIT ARBSEC ARC MPAY"),
        (Role.REVIEWER, Level.MUNICIPAL, "M1 M2 MD ARB ARC2 MREV"),
        (Role.FINANCE, Level.MUNICIPAL, "MFIN"),
    ):
        lanes += [Lane(code, role, level) for code in codes.split()]
    outside = "APP EMPR FAMILY RESP TRN HOSP BANK CARD GUAR INTERN ASSESSORG DEVICE OTHOFF OLDARC TAXB FINB"
    lanes += [Lane(code, Role.CASEWORKER, None, outside=True) for code in outside.split()]
    return {lane.code: lane for lane in lanes}


LANES = _table()

#: The shared parts are drawn with county posts; in a case the municipality decides, these do the steps instead.
#: Source: organisations.md section 5, rule 4 (the shared parts follow the level of the process that calls them).
MUNICIPAL = {"WIN": "MWIN", "C1": "M1", "C2": "M2", "CD": "MD", "CFIN": "MFIN"}

#: Lanes that receive people: whoever holds one also enters, with them, what applicants and partners have to enter.
WINDOWS = frozenset({"VIL", "TWN", "WIN", "MWIN"})

#: When a station has no staff of its own, the window one level up serves it.
STANDS_IN = {"VIL": "TWN", "TWN": "WIN", "WIN": "MWIN"}


def lane(code: str) -> Lane:
    """The lane of that code; an unknown one is a county caseworker's, so that a new diagram can run at once."""
    return LANES.get(code) or Lane(code, Role.CASEWORKER, Level.COUNTY)


def serves(post_role: Role, post_lane: str, lane_code: str) -> bool:
    """True when a post may do steps of the lane: its own lane, any lane of its role if it names none, or a window's."""
    wanted = lane(lane_code)
    if post_role is not wanted.role:
        return False
    if wanted.outside:
        return post_lane == "" or post_lane in WINDOWS
    return post_lane in ("", lane_code)


def stands_in(post_role: Role, post_lane: str, lane_code: str) -> bool:
    """True when a post one level up may do steps of the lane for a station below it."""
    served = "VIL" if lane(lane_code).outside else lane_code
    return post_role is lane(lane_code).role and post_lane != "" and STANDS_IN.get(served) == post_lane
