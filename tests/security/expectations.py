"""Who may open which address: written out door by door, a second time beside the code, for the matrix test to compare.

An address without a line here fails the test. `opens` names everybody for whom the door opens when what lies behind it
belongs to Wuzhi county; everybody else, and everybody of another county, must find it closed (403) or nothing (404).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Body = Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]]

WINDOWS = frozenset({"wuzhi_window", "zhandian_window", "village_officer"})
REVIEWERS = frozenset({"wuzhi_review1", "wuzhi_review2", "city_review1"})
COUNTY_DESKS = frozenset({"wuzhi_window", "wuzhi_review1", "wuzhi_review2"})
ENTRY = frozenset({"zhandian_window"})  # took the case in; the county decides it
FINANCE = frozenset({"wuzhi_finance"})
CONTROLLER, AUDITOR, MANAGER = frozenset({"controller"}), frozenset({"auditor"}), frozenset({"manager"})
CONTROL = CONTROLLER | AUDITOR
DESIGNER, PUBLISHER, MACHINE = frozenset({"designer"}), frozenset({"publisher"}), frozenset({"integrator"})
SYSTEM, SECURITY, AUDIT = frozenset({"sysadmin"}), frozenset({"secadmin"}), frozenset({"auditadmin"})
ADMINS = SYSTEM | SECURITY | AUDIT
WORKERS = WINDOWS | REVIEWERS | FINANCE | CONTROLLER
READERS = WORKERS | AUDITOR | MANAGER
STAFF = READERS | DESIGNER | PUBLISHER | ADMINS
EVERYBODY = STAFF | MACHINE
READERS_OF_OPS = WINDOWS | REVIEWERS | MANAGER | SYSTEM
NOBODY: frozenset[str] = frozenset()

FAR_WORKERS = frozenset({"far_caseworker", "far_reviewer", "far_finance", "far_quality_controller"})
FAR_READERS = FAR_WORKERS | {"far_auditor", "far_manager"}
FAR = FAR_READERS | {"far_integrator"}
PEOPLE = tuple(sorted(EVERYBODY | FAR))


@dataclass(frozen=True)
class Door:
    """One method of one address.

    far      those of another county for whom it opens too, as nothing of Wuzhi lies behind it
    body     what is sent: enough that only rights can be what stops it
    ids      ids that this address takes from elsewhere than its own name
    anonymous  "login": sent to the log-in page; "401": a problem document; "open": the door is open to all
    """

    name: str
    opens: frozenset[str]
    method: str = "GET"
    far: frozenset[str] = NOBODY
    body: Body = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    anonymous: str = "login"


def get(name: str, opens: frozenset[str], **more: Any) -> Door:
    return Door(name, opens, **more)


def post(name: str, opens: frozenset[str], **more: Any) -> Door:
    return Door(name, opens, "POST", **more)


def both(name: str, reads: frozenset[str], sends: frozenset[str], body: Body, **more: Any) -> list[Door]:
    """A page whose form everybody sees who may read it, and only some may send."""
    return [get(name, reads, **more), post(name, sends, body=body, **more)]


REASON = {"reason": "because of the hearing"}
_NOTICE = {"number": "notice_number"}
_DRAFT = {"definition_id": "draft_id"}
_PAGES = ("library", "definition", "guide", "forms", "form", "rules", "examples", "versions", "choose", "download")

DOORS: list[Door] = [
    # open to all
    get("home", EVERYBODY, far=FAR),
    get("login", EVERYBODY, far=FAR, anonymous="open"),
    post("logout", EVERYBODY, far=FAR, anonymous="open"),
    post("preferences", EVERYBODY, far=FAR, anonymous="open"),
    get("help", EVERYBODY, far=FAR, anonymous="open"),
    get("healthz", EVERYBODY, far=FAR, anonymous="open"),
    get("readyz", EVERYBODY, far=FAR, anonymous="open"),
    get("api:root", EVERYBODY, far=FAR, anonymous="open"),
    get("api:openapi", EVERYBODY, far=FAR, anonymous="open"),
    get("api:docs", EVERYBODY, far=FAR, anonymous="open"),
    get("api:nothing", NOBODY, anonymous="404", path="/api/nowhere"),
    # lists and work
    get("desk:queue", WORKERS, far=FAR_WORKERS),
    post("desk:views", WORKERS, far=FAR_WORKERS, body={"name": "x"}),
    post("desk:view-delete", frozenset({"wuzhi_review1"})),
    post("desk:batch", WORKERS, far=FAR_WORKERS, body=lambda ids: {"item": str(ids["item_id"])}),
    get("desk:intake", WINDOWS, far=frozenset({"far_caseworker"})),
    *both("desk:intake-open", WINDOWS, WINDOWS, {"id_number": "1"}, far=frozenset({"far_caseworker"})),
    get("desk:task", WORKERS),
    post("desk:task", NOBODY, body={"act": "draft"}),  # nobody has claimed it
    post("desk:claim", frozenset({"wuzhi_review1"})),
    post("desk:release", NOBODY),
    post("desk:draft", NOBODY),
    post("desk:fields", WORKERS),
    get("desk:notice", WORKERS),
    get("desk:transfer", COUNTY_DESKS | REVIEWERS | FINANCE),
    get("desk:return", COUNTY_DESKS | REVIEWERS),
    post("desk:return", COUNTY_DESKS | REVIEWERS, body=lambda ids: {"step": "S10"} | REASON),
    get("desk:search", READERS, far=FAR_READERS),
    get("desk:case", READERS),
    get("desk:deadline", READERS),
    get("desk:reveal", READERS),
    post(
        "desk:reveal",
        ENTRY | COUNTY_DESKS | REVIEWERS | FINANCE | AUDITOR,
        body={"field": "name", "purpose": "identity check"},
    ),
    get("desk:materials", READERS),
    get("desk:receive", READERS),
    *both("desk:suspend", COUNTY_DESKS, COUNTY_DESKS, {"ground": "hearing"} | REASON),
    *both("desk:resume", COUNTY_DESKS, COUNTY_DESKS, REASON),
    *both("desk:withdraw", ENTRY | {"wuzhi_window"}, ENTRY | {"wuzhi_window"}, REASON),
    *both("desk:message", WINDOWS, WINDOWS, {}),  # which of what the case waits for; sending it is asked of the command
    *both("desk:reject", COUNTY_DESKS, COUNTY_DESKS, lambda ids: {"reason_code": str(ids["reason_code"])} | REASON),
    *both("desk:correct", COUNTY_DESKS, COUNTY_DESKS, {"fact": "mobile", "value": "19900001111"} | REASON),
    *both("desk:hand-over", MANAGER, MANAGER, {"unit": "410802000000"} | REASON),
    *both("desk:cancel", REVIEWERS | MANAGER, REVIEWERS | MANAGER, REASON),
    post("desk:issue", ENTRY | COUNTY_DESKS | REVIEWERS, ids={"kind": "notice_kind"}),
    get("desk:paper", READERS, ids=_NOTICE),
    post("desk:pdf", READERS, ids=_NOTICE),
    get("desk:file", READERS),
    # service guides: for residents, without log-in
    get("guide:door", EVERYBODY, far=FAR, anonymous="open"),
    get("guide:list", EVERYBODY, far=FAR, anonymous="open", path="/guide/zh/"),
    get("guide:service", EVERYBODY, far=FAR, anonymous="open", path="/guide/en/unemployment_benefit/"),
    # procedures: no person's data lies behind these
    *[get(f"library:{name}", STAFF, far=FAR_READERS) for name in ("index", "process", "versions")],
    get("library:part", STAFF, far=FAR_READERS, path="/library/unemployment_benefit/clauses/"),
    *[get(f"manual:{name}", STAFF, far=FAR_READERS) for name in ("contents", "pdf", "clauses", "posts", "chapter")],
    get("manual:chapter_pdf", STAFF, far=FAR_READERS),
    *[get(f"studio:{name}", STAFF, far=FAR_READERS) for name in _PAGES],
    *[post(f"studio:{name}", STAFF, far=FAR_READERS) for name in ("form", "form_fields")],  # judged, and nothing kept
    get("studio:report", STAFF, far=FAR_READERS, ids=_DRAFT),
    get("studio:compare", STAFF, far=FAR_READERS, ids={"other_id": "draft_id"}),
    *both("studio:upload", DESIGNER, DESIGNER, {"note": "x"}),
    post("studio:publish", PUBLISHER, ids=_DRAFT),
    post("studio:retire", PUBLISHER),
    get("studio:move", PUBLISHER, ids={"old_id": "draft_id"}),
    post("studio:move", PUBLISHER, ids={"old_id": "draft_id"}, body=REASON),
    get("studio:moving", PUBLISHER, ids={"run_id": "migration_id"}),
    post("studio:move-undo", PUBLISHER, ids={"run_id": "migration_id"}),
    get("studio:drawn", STAFF, far=FAR_READERS),
    *both("studio:imports", DESIGNER | PUBLISHER, DESIGNER | PUBLISHER, {}),
    get("studio:export", PUBLISHER),
    get("studio:import", DESIGNER | PUBLISHER),
    post("studio:import-decide", DESIGNER, body={"verb": "hand_in"}),  # nothing of it is new: it says so
    get("studio:import-process", DESIGNER | PUBLISHER),
    get("studio:standards", STAFF, far=FAR_READERS),
    get("studio:standard", STAFF, far=FAR_READERS),
    get("studio:local", STAFF, far=FAR_READERS),
    get("studio:local-process", STAFF, far=FAR_READERS),
    post("studio:local-process", DESIGNER | MANAGER, body={"office": "410823000000"}),
    get("studio:edition", STAFF, far=FAR_READERS),
    post("studio:decide", PUBLISHER, body={"verb": "approve"}),
    get("diagram", STAFF, far=FAR_READERS),
    # control
    get(
        "quality:home",
        CONTROL | MANAGER | REVIEWERS,
        far=frozenset({"far_quality_controller", "far_auditor", "far_manager", "far_reviewer"}),
    ),
    post(
        "quality:export",
        CONTROL | MANAGER,
        far=frozenset({"far_quality_controller", "far_auditor", "far_manager"}),
        body={"purpose": "quarterly report"},
    ),
    get(
        "quality:heat",
        CONTROL | MANAGER | REVIEWERS,
        far=frozenset({"far_quality_controller", "far_auditor", "far_manager", "far_reviewer"}),
    ),
    get("quality:findings", READERS, far=FAR_READERS),
    get("quality:finding", READERS),
    post("quality:assign", CONTROLLER, body={"text": "mend it", "due_on": "2099-01-01"}),
    post("quality:close", CONTROLLER, body={"evidence": "mended"}),
    get("quality:case", CONTROL),
    *both("quality:chain", CONTROL, CONTROL, {}),
    post("quality:evidence", CONTROL, body={"purpose": "complaint"}),
    post("quality:raise", CONTROLLER, body={"text": "late", "kind": "time", "severity": "minor"}),
    # running the installation
    get("ops:home", READERS_OF_OPS, far=frozenset({"far_caseworker", "far_reviewer", "far_manager"})),
    post("ops:retry", NOBODY),  # nothing is stuck
    post("ops:resolve", NOBODY),
    post("ops:tell_again", SYSTEM | MANAGER, far=frozenset({"far_manager"})),
    get("ops:calendar", SYSTEM),
    post("ops:calendar_set", SYSTEM, body={"day": "2026-12-31"}),
    post("ops:calendar_clear", SYSTEM, body={"day": "2026-12-31"}),
    get("ops:staff", SECURITY),
    post("ops:open_account", SECURITY),
    get("ops:account", SECURITY),
    post("ops:grant", SECURITY),
    post("ops:end_post", SECURITY),
    post("ops:lock", SECURITY),
    post("ops:password", SECURITY),
    get("ops:looks", AUDITOR | AUDIT, far=frozenset({"far_auditor"})),
    # the API, as somebody logged in tries it
    get("api:processes", EVERYBODY, far=FAR, anonymous="401"),
    get("api:process", EVERYBODY, far=FAR, anonymous="401"),
    get("api:cases", READERS, far=FAR_READERS, anonymous="401"),
    post(
        "api:cases",
        WINDOWS - {"zhandian_window", "village_officer"},
        body={"process": "job_seeker_registration", "office": "410823000000"},
        anonymous="401",
    ),
    get("api:case", READERS | MACHINE, anonymous="401"),
    get("api:timeline", READERS | MACHINE, anonymous="401"),
    get("api:work-items", READERS, far=FAR_READERS, anonymous="401"),
    get("api:work-item", READERS, anonymous="401"),
    post("api:claim", frozenset({"wuzhi_review1"}), anonymous="401"),
    post("api:release", NOBODY, anonymous="401"),
    post("api:complete", NOBODY, body={"data": {}}, anonymous="401"),
    post(
        "api:messages",
        ENTRY | {"wuzhi_window"},
        body=lambda ids: {"name": "NOBODY_WAITS", "case": str(ids["number"])},
        anonymous="401",
    ),
    post("api:exchange", NOBODY, anonymous="401"),  # opens to other offices' signatures alone
    post("api:signals", MANAGER, far=frozenset({"far_manager"}), body={"name": "NOBODY_WAITS"}, anonymous="401"),
]
