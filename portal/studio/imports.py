"""Libraries of other deployments: handed in, compared element by element, published or turned down by a second person.

The same commands as `manage.py import_library` do it; what is shown is verified each time it is read.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bpm_core.commands import library_import
from bpm_core.commands.library_import import Compared, Standing
from bpm_core.domain import authority
from bpm_core.domain.errors import InvalidData, NotFound
from bpm_core.notation import gate
from bpm_core.notation.library import Library, LibraryRefused
from bpm_core.queries import definitions, imports
from portal.studio import import_words, kept, uploads

#: Seconds of checking in one request; what is checked is kept for a day, and the next request goes on from there.
CHECK_S, KEPT_S = 15.0, 86_400

View = Callable[..., HttpResponse]


def for_keepers(view: View) -> View:
    """The door of whoever hands libraries in or publishes them."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not authority.may(request.actor, "definition.publish"):
            authority.require(request.actor, "library.import")
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers
def overview(request: HttpRequest) -> HttpResponse:
    """What was handed in so far, and the form for the next file."""
    if request.method != "POST":
        return _overview(request)
    try:
        data = kept.content_of(request.FILES.get("file"))
        found = kept.verified(data)
    except (LibraryRefused, InvalidData) as refused:
        return _overview(request, import_words.sentence(refused))
    kept.keep(data)
    return redirect("studio:import", found.digest)


def _overview(request: HttpRequest, why: str = "") -> HttpResponse:
    own, *others = kept.trusted().items()
    context = {
        "summary": [("file", why)] if why else [],
        "taken": [
            {"row": one.row, "state": import_words.STATES[one.state], "entry": one.entry} for one in imports.latest()
        ],
        "may_export": authority.may(request.actor, "definition.publish"),
        "own": "{}={}".format(*own),
        "trusted": [name for name, _key in others],
        "limit": settings.UPLOAD_MAX_BYTES // kept.MEGABYTE,
        "crumbs": [_studio(), ("", _("Libraries of other deployments"))],
    }
    return render(request, "portal/studio/imports.html", context, status=422 if why else 200)


@require_safe
@for_keepers
def one(request: HttpRequest, digest: str) -> HttpResponse:
    """One library: every process beside ours, and what this reader may do with it."""
    return _one(request, digest)


def _one(
    request: HttpRequest, digest: str, *, why: str = "", at: str = "", failed: list[dict[str, Any]] | None = None
) -> HttpResponse:
    found, refused = _library(digest)
    waits = imports.waiting(digest)
    taken = imports.latest(digest)
    if found is None and not taken:
        raise Http404
    compared = library_import.compare(found) if found else ()
    counts = Counter(each.standing for each in compared)
    own = waits is not None and waits.applied_by_id == request.user.pk
    handed_in = set(waits.contents) if waits else set()
    context = {
        "digest": digest,
        "library": found,
        "refused": refused,
        "waits": waits,
        "own": own,
        "last": {"row": taken[0].row, "state": import_words.STATES[taken[0].state], "entry": taken[0].entry}
        if taken
        else None,
        "counts": [(import_words.STANDINGS[each], counts[each]) for each in Standing if counts[each]],
        "compared": [
            {"packed": each.packed, "ours": each.ours, "standing": import_words.STANDINGS[each.standing],
             "opens": each.standing in library_import.TAKEN or each.packed.key in handed_in}
            for each in sorted(compared, key=lambda each: list(Standing).index(each.standing))
        ],
        "files": [(path, import_words.FILES[change]) for path, change in library_import.reference_changes(found)]
        if found
        else [],
        "may_hand_in": found is not None and waits is None and authority.may(request.actor, "library.import"),
        "may_publish": waits is not None and not own and authority.may(request.actor, "definition.publish"),
        "failed": failed or [],
        "summary": [(at, why)] if why else [],
        "crumbs": [_studio(), _overview_crumb(), ("", digest[:12])],
    }  # fmt: skip
    context["nothing"] = context["may_hand_in"] and not context["files"] and not library_import.TAKEN & counts.keys()
    return render(request, "portal/studio/import.html", context, status=422 if why else 200)


def _library(digest: str) -> tuple[Library | None, str]:
    """The kept archive, verified now; else why it can't be shown."""
    data = kept.read(digest)
    if data is None:
        return None, _("The file is not kept on this machine. Choose it once more: it is the one with this SHA-256.")
    try:
        return kept.verified(data), ""
    except LibraryRefused as refused:
        return None, import_words.sentence(refused)


@require_POST
@for_keepers
def decide(request: HttpRequest, digest: str) -> HttpResponse:
    """Hand in, publish, turn down or take back: one command each, which asks who may."""
    verb, at = request.POST.get("verb", ""), timezone.now()
    found, refused = _library(digest)
    try:
        if verb == "turn_down":
            note = request.POST.get("note", "")
            library_import.turn_down(digest, note=note, actor=request.actor, at=at)
            said = _("Turned down: its drafts are gone, nothing else has changed. The file may be handed in again.")
        elif found is None:
            return _one(request, digest, why=refused)
        elif verb == "hand_in":
            return _hand_in(request, found)
        elif verb == "publish":
            row = library_import.publish(found, actor=request.actor, at=at)
            said = _("Published: {n} processes. New cases use them from now on; running ones stay on their versions.")
            said = said.format(n=len(row.contents))
        else:
            raise Http404
    except InvalidData as error:
        at_field = error.errors[0].key if error.errors else ""
        said = _("Give a reason.") if at_field == "note" else import_words.sentence(error)
        return _one(request, digest, why=said, at=at_field if at_field == "note" else "")
    except NotFound:
        messages.warning(request, _("Nothing of this library waits any more; somebody decided a moment ago."))
        return redirect("studio:import", digest)
    messages.success(request, said)
    return redirect("studio:import", digest)


def _hand_in(request: HttpRequest, found: Library) -> HttpResponse:
    """Check what is new or changed, as long as a request may take, and hand it in once all of it is checked."""
    authority.require(request.actor, "library.import")
    wanted = [each for each in library_import.compare(found) if each.standing in (Standing.NEW, Standing.CHANGED)]
    reports = _reports(found, wanted)
    if len(reports) < len(wanted):
        said = _("{n} of {all} processes are checked so far. Go on.").format(n=len(reports), all=len(wanted))
        messages.info(request, said)
        return redirect("studio:import", found.digest)
    try:
        library_import.apply(found, reports=reports, actor=request.actor, at=timezone.now())
    except InvalidData as refused:
        failed = [
            {"packed": each.packed, "problems": uploads.problems(reports[each.packed.key])}
            for each in wanted
            if reports[each.packed.key].get("ok") is not True
        ]
        return _one(request, found.digest, why=import_words.sentence(refused), failed=failed)
    messages.success(request, _("Handed in. A publisher looks at it; until then nothing changes for cases."))
    return redirect("studio:import", found.digest)


def _reports(found: Library, wanted: list[Compared]) -> dict[str, Mapping[str, Any]]:
    """What the check of untrusted files says of each process, as far as the time of this request goes."""
    known = {*definitions.published_keys(), *(each.key for each in found.processes)}
    until, reports = time.monotonic() + CHECK_S, {}
    for each in wanted:
        name = f"library-check:{found.digest}:{each.packed.key}"
        report = cache.get(name)
        if report is None:
            if reports and time.monotonic() > until:
                continue
            report = gate.check_untrusted(each.packed.files, known=known).to_json()
            cache.set(name, report, KEPT_S)
        reports[each.packed.key] = report
    return reports


def _studio() -> tuple[str, str]:
    return reverse("studio:library"), _("Procedures")


def _overview_crumb() -> tuple[str, str]:
    return reverse("studio:imports"), _("Libraries of other deployments")
