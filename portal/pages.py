"""Pages for what went wrong: the handlers of 400, 403, 404, 413 and 500, and one for every refusal of the core."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bpm_core.domain import errors
from portal import refusals

_STATUS = (
    (errors.NotFound, 404),
    (errors.NotAllowed, 403),
    (errors.InvalidData, 422),
    (errors.Unavailable, 503),
    (errors.Refused, 409),
)


def status_of(refused: errors.Refused) -> int:
    """HTTP status of a refusal."""
    return next(status for kind, status in _STATUS if isinstance(refused, kind))


def refused(request: HttpRequest, exception: errors.Refused) -> HttpResponse:
    """The page of a refusal: what it is, why, what to do next."""
    found = refusals.explain(exception)
    return _page(
        request,
        status_of(exception),
        found.title,
        found.sentence,
        mend=found.mend,
        code=exception.reason,
        lines=found.lines,
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, and 413 when what was sent is larger than a form may be."""
    if type(exception).__name__ in {"RequestDataTooBig", "TooManyFieldsSent", "TooManyFilesSent"}:
        return too_large(request)
    return _page(
        request,
        400,
        _("This request could not be read"),
        _("The address or the data sent is not what this page expects."),
        mend=_("Go back, load the page again and repeat the step. Nothing was changed."),
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """413: more was sent than is accepted."""
    return _page(
        request,
        413,
        _("Too much was sent at once"),
        _("The form or the file is larger than the system accepts."),
        mend=_("Make the file smaller, for example by scanning in grey at 200 dpi, or hand it in in parts."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        403,
        _("Your post does not permit this"),
        _("You are logged in, but none of your posts opens this page."),
        mend=_("If you need it for your work, ask the security administrator of your office."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form whose page is too old, or that came from elsewhere."""
    return _page(
        request,
        403,
        _("This page was open too long"),
        _("For your protection a form is only accepted from a page that was opened after you last logged in."),
        mend=_("Go back, load the page again and repeat the step. Drafts were kept."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        404,
        _("There is nothing here"),
        _("The address does not exist, or it belongs to a case that your office may not see."),
        mend=_("Search for the case by its number or the applicant's name."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500 without database, session or translation: each of them may be what failed."""
    return render(None, "portal/errors/500.html", status=500)


def _page(
    request: HttpRequest,
    status: int,
    title: str,
    sentence: str,
    *,
    mend: str = "",
    code: str = "",
    lines: tuple[str, ...] = (),
) -> HttpResponse:
    context = {
        "status": status,
        "title": title,
        "sentence": sentence,
        "mend": mend,
        "code": code,
        "lines": lines,
        "back": _referer(request),
    }
    return render(request, "portal/errors/error.html", context, status=status)


def _referer(request: HttpRequest) -> str:
    """Path of the page before, if it is one of ours."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.get_host() or parts.path == request.path:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
