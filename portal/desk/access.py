"""Who may open the desk's pages; what they may do there is asked of the core each time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bpm_core.domain.errors import NotAllowed
from bpm_core.domain.roles import Role

WORKERS = frozenset({Role.CASEWORKER, Role.REVIEWER, Role.FINANCE, Role.QUALITY_CONTROLLER})
READERS = WORKERS | {Role.AUDITOR, Role.MANAGER}

View = Callable[..., HttpResponse]


def _open_to(allowed: frozenset[Role]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not allowed & request.actor.roles:
                held = sorted(role.value for role in request.actor.roles)
                raise NotAllowed("no post opens this page", roles=sorted(role.value for role in allowed), held=held)
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return decorate


for_workers = _open_to(WORKERS)
for_readers = _open_to(READERS)
for_windows = _open_to(frozenset({Role.CASEWORKER}))


def english(request: HttpRequest) -> bool:
    return request.LANGUAGE_CODE == "en"


def today() -> date:
    """The office's day."""
    return timezone.localdate()
