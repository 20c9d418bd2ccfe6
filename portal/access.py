"""Doors of pages: who may open one. The rule itself is in bpm_core.domain.authority; commands ask it again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

from bpm_core.domain import authority

View = Callable[..., HttpResponseBase]


def requires(action: str) -> Callable[[View], View]:
    """The page opens for those whose posts permit `action` somewhere; others get the refusal page."""

    def door(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            authority.require(request.actor, action)
            return view(request, *args, **kwargs)

        return guarded

    return door
