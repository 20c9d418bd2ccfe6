"""Who looked at what: the access journal, for auditors and the audit administrator."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bpm_core.queries import looks
from portal.access import requires
from portal.ops import wording
from portal.templatetags.guicheng import english


@require_safe
@requires("access.read")
def journal(request: HttpRequest) -> HttpResponse:
    """The latest entries, narrowed to a kind or to one account."""
    kinds = looks.kinds()
    kind = request.GET.get("kind", "")
    page = looks.page(
        request.actor,
        kind=kind if kind in kinds else "",
        account_id=_number(request.GET.get("account", "")),
        before=_number(request.GET.get("before", "")),
    )
    context = {
        "page": page,
        "kind": kind,
        "account": _number(request.GET.get("account", "")),
        "kinds": [(code, wording.look(code)) for code in kinds],
        "rows": [_told(row) for row in page.rows],
    }
    return render(request, "portal/ops/looks.html", context)


def _told(row: looks.Look) -> dict[str, object]:
    own = 1 if english() else 0
    return {
        "entry": row.entry,
        "who": row.who[own] or row.who[0],
        "office": row.office[own] or row.office[0],
        "what": wording.look(row.entry.kind),
        "case_number": row.case_number,
    }


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0
