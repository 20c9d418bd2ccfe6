"""Sample staff: the demonstration log-ins, and the posts every office needs so that no step waits for nobody.

Staff have no names, only numbers (organisations.md section 4). Passwords are set in a demonstration alone; elsewhere
the accounts can't log in until the security administrator gives them one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from bpm_core.domain import roles
from bpm_core.domain.roles import Role
from bpm_core.models import Account, OrgUnit, Post

DEMO_PASSWORD = "guicheng"
MUNICIPALITY, COUNTY = "410800000000", "410823000000"
TOWNSHIP, VILLAGE = "410823901000", "410823901001"
FROM = date(2019, 1, 1)


@dataclass(frozen=True)
class Seat:
    """One log-in and the post it holds. `lane` is empty for posts that no process draws."""

    username: str
    unit: str
    role: Role
    lane: str = ""


def _lane(username: str, unit: str, lane: str) -> Seat:
    return Seat(username, unit, roles.lane(lane).role, lane)


#: The log-ins a visitor tries: every post of one county's chain, and every role of the municipality.
DEMO = (
    _lane("wuzhi_window", COUNTY, "WIN"),
    _lane("wuzhi_window2", COUNTY, "WIN"),
    _lane("wuzhi_review1", COUNTY, "C1"),
    _lane("wuzhi_review1b", COUNTY, "C1"),
    _lane("wuzhi_review2", COUNTY, "C2"),
    _lane("wuzhi_sign", COUNTY, "CD"),
    _lane("wuzhi_finance", COUNTY, "CFIN"),
    _lane("wuzhi_field1", COUNTY, "FIELD"),
    _lane("wuzhi_field2", COUNTY, "FIELD"),
    _lane("wuzhi_adviser", COUNTY, "COACH"),
    _lane("wuzhi_matching", COUNTY, "MATCH"),
    _lane("wuzhi_training", COUNTY, "SUPV"),
    _lane("zhandian_window", TOWNSHIP, "TWN"),
    _lane("village_officer", VILLAGE, "VIL"),
    _lane("city_window", MUNICIPALITY, "MWIN"),
    _lane("city_review1", MUNICIPALITY, "M1"),
    _lane("city_review2", MUNICIPALITY, "M2"),
    _lane("city_sign", MUNICIPALITY, "MD"),
    _lane("city_finance", MUNICIPALITY, "MFIN"),
    _lane("city_quality", MUNICIPALITY, "QCM"),
    Seat("designer", MUNICIPALITY, Role.DESIGNER),
    Seat("publisher", MUNICIPALITY, Role.PUBLISHER),
    Seat("controller", MUNICIPALITY, Role.QUALITY_CONTROLLER),
    Seat("auditor", MUNICIPALITY, Role.AUDITOR),
    Seat("manager", MUNICIPALITY, Role.MANAGER),
    Seat("wuzhi_manager", COUNTY, Role.MANAGER),
    Seat("integrator", MUNICIPALITY, Role.INTEGRATOR),
    Seat("sysadmin", MUNICIPALITY, Role.SYSTEM_ADMIN),
    Seat("secadmin", MUNICIPALITY, Role.SECURITY_ADMIN),
    Seat("auditadmin", MUNICIPALITY, Role.AUDIT_ADMIN),
)

#: Posts that the other processes draw, in numbers that let every separation of duty be kept; no visitor's log-ins.
OTHERS = (
    *(_lane(f"wuzhi_{name}", COUNTY, lane) for name, lane in (
        ("review2b", "C2"), ("sign2", "CD"), ("finance2", "CFIN"), ("matching2", "MATCH"), ("training2", "SUPV"),
        ("inspect1", "INSP"), ("inspect2", "INSP"),
    )),
    _lane("zhandian_mediator", TOWNSHIP, "MEDIATOR"),
    *(_lane(f"city_{name}", MUNICIPALITY, lane) for name, lane in (
        ("window2", "MWIN"), ("review1b", "M1"), ("review2b", "M2"), ("sign2", "MD"), ("finance2", "MFIN"),
        ("expert1", "PANEL"), ("expert2", "PANEL"), ("expert3", "PANEL"), ("appraisal1", "COMMIT"),
        ("appraisal2", "COMMIT"), ("inquiry1", "INVEST"), ("inquiry2", "INVEST"), ("registry1", "ARBSEC"),
        ("tribunal1", "ARB"), ("tribunal2", "ARB"), ("archive1", "ARC"), ("archive2", "ARC2"), ("audit1", "AUD"),
        ("audit2", "AUD"), ("settlement1", "MPAY"), ("settlement2", "MPAY"), ("medical1", "MREV"), ("medical2", "MREV"),
    )),
)  # fmt: skip

_COUNTY_LANES = ("WIN", "C1", "C1", "C2", "CD", "CFIN", "FIELD")


def seats() -> list[Seat]:
    """Every sample seat: the demonstration log-ins, then a desk for each other county and township."""
    taken = {seat.unit for seat in DEMO}
    found = [*DEMO, *OTHERS]
    for unit in OrgUnit.objects.filter(level__in=(2, 3)).order_by("code"):
        if unit.code in taken:
            continue
        lanes = _COUNTY_LANES if unit.level == 2 else ("TWN",)
        for number, lane in enumerate(lanes, start=1):
            found.append(_lane(f"s{unit.code[:9].rstrip('0')}_{lane.lower()}{number}", unit.code, lane))
    return found


def load() -> int:
    """Enter the accounts and posts that are not there yet; gives how many were new."""
    known = set(Account.objects.values_list("username", flat=True))
    wanted = seats() if not known.issuperset(seat.username for seat in (*DEMO, *OTHERS)) else []
    fresh = [seat for seat in wanted if seat.username not in known]
    if not fresh:
        return 0
    password = make_password(DEMO_PASSWORD if settings.DEMO else None)
    units = {unit.code: unit for unit in OrgUnit.objects.filter(code__in={seat.unit for seat in fresh})}
    with transaction.atomic():
        accounts = Account.objects.bulk_create(
            [_account(seat, number, password) for number, seat in enumerate(fresh, start=len(known) + 1)]
        )
        Post.objects.bulk_create(
            Post(account=account, unit=units[seat.unit], role=seat.role.value, lane=seat.lane, from_on=FROM)
            for account, seat in zip(accounts, fresh, strict=True)
        )
    return len(fresh)


def _account(seat: Seat, number: int, password: str) -> Account:
    staff_no = f"JZ{number:06d}"
    return Account(
        username=seat.username,
        staff_no=staff_no,
        password=password,
        display_zh=f"工作人员{number:06d}",
        display_en=f"Staff {staff_no}",
    )
