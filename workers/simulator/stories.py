"""Lives of synthetic people, told by the three-digit sequence of their identity number: 901 died, 909 paid too little.

Any other sequence is an ordinary life. So whoever tries the product can type a number and know what will come back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Story:
    """What differs from an ordinary life.

    values      answers by name
    behaviour   system code -> how that register behaves when asked about this person
    """

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    behaviour: Mapping[str, str] = field(default_factory=dict)


STORIES: Mapping[str, Story] = {
    "900": Story("name and number do not match", {"identity_ok": False}),
    "901": Story("has died", {"identity_ok": False, "hit": "death", "line_blocked": True}),
    "902": Story("serves a sentence", {"hit": "prison", "category_ok": False}),
    "903": Story("works and is insured as an employee", {"insured_now": True, "registered": False}),
    "904": Story("draws a pension", {"pensioner": True, "months_to_retire": 0}),
    "905": Story("has not registered as unemployed", {"registered": False}),
    "906": Story("draws the benefit in another province", {"benefit_elsewhere": True}),
    "907": Story("the employer is in arrears", {"arrears_employer": True}),
    "908": Story("left by own will", {"reason_reported": "worker"}),
    "909": Story("paid contributions for eight months only", {"insured_months": 8}),
    "910": Story("has an open registration already", {"open_registration": True}),
    "911": Story("is a full-time student", {"fulltime_student": True}),
    "912": Story("is on the public payroll", {"public_staff": True}),
    "913": Story("the certificate is not in the national query", {"cert_valid": False, "cert_count": 0}),
    "914": Story("had the subsidy for the same item", {"same_item_taken": True}),
    "915": Story("attended three fifths of the class", {"attendance_query": "0.60"}),
    "916": Story("was signed in at two places on three days", {"overlap_days": 3}),
    "917": Story("had three subsidies this year", {"subsidies_this_year": 3}),
    "918": Story("the reason for leaving is disputed", {"reason_disputed": True}),
    "919": Story("the employer reported nothing", {"reason_reported": "none"}),
    "920": Story("the insurance database answers too late", behaviour={"SIDB": "timeout"}),
    "921": Story("the insurance database answers with an error", behaviour={"SIDB": "error"}),
    "922": Story("the insurance database answers nonsense", behaviour={"SIDB": "garbage"}),
    "930": Story("found a job while drawing the benefit", {"hit": "job"}),
    "931": Story("founded a business while drawing the benefit", {"hit": "business"}),
    "932": Story("draws a pension by now", {"hit": "pension"}),
    "933": Story("was called up", {"hit": "army"}),
    "934": Story("moved abroad", {"hit": "abroad"}),
    "935": Story("is paid in another place as well", {"hit": "double"}),
}
ORDINARY = Story("an ordinary life")


def of(number: str) -> Story:
    """The story behind an identity number."""
    return STORIES.get(number[14:17], ORDINARY) if len(number) == 18 else ORDINARY
