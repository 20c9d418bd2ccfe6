"""What every request passes: the language of the office, the actor behind the log-in, and refusals as pages."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import auth, messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from bpm_core.commands import actors
from bpm_core.domain.errors import Refused
from portal import pages

Answer = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """The language somebody chose, else that of their account, else Chinese; never the browser's guess.

    The browsers of an office are set up by whoever bought them, so Accept-Language says little about the reader.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if language not in dict(settings.LANGUAGES):
            language = getattr(request.user, "language", "") or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.answer(request)
            # A template may be rendered after this; it then has to find the language still chosen.
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
        response.headers.setdefault("Content-Language", "en" if language == "en" else "zh-Hans")
        return response


class PublicMiddleware:
    """A page that is the same for whoever asks says so to caches: it varies with no cookie and sets none.

    Stands outside the session's middleware, which marks every page as personal once anybody has looked at the log-in.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        if getattr(response, "is_public", False):
            response.cookies.clear()
            told = [each.strip() for each in response.headers.get("Vary", "").split(",")]
            kept = [each for each in told if each and each.lower() != "cookie"]
            if kept:
                response.headers["Vary"] = ", ".join(kept)
            elif "Vary" in response.headers:
                del response.headers["Vary"]
        return response


class SizeMiddleware:
    """More than any file may have gets its page before a byte of it is parsed; programs get their own answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.META.get("CONTENT_LENGTH") or "0"
        if sent.isdecimal() and int(sent) > settings.REQUEST_MAX_BYTES and not request.path.startswith("/api/"):
            return pages.too_large(request)
        return self.answer(request)


class TextMiddleware:
    """Refuses NUL in an address, a query or a form: no text holds it, PostgreSQL can't keep it, no keyboard types it.

    A view middleware, so that forms are read after their token has been checked and their size is known.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        if request.path.startswith("/api/"):  # asks and answers in JSON: portal/api/parsing.py, base.py
            return None
        if "\0" in request.path:
            raise Http404
        sent = [request.GET, request.POST] if request.method == "POST" else [request.GET]
        return pages.bad_request(request) if any(map(holds_nul, sent)) else None


def holds_nul(fields: QueryDict) -> bool:
    """Whether a name or a value of a query or a form holds NUL."""
    return any("\0" in text for name, texts in fields.lists() for text in (name, *texts))


class IdleMiddleware:
    """Logs out who has asked for nothing for a while: a desk left open is anybody's desk. Drafts are kept."""

    #: How often the time of the last request is written, so that not every request writes the session.
    EVERY_S = 60

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get("seen", 0)
            if seen and now - seen > settings.SESSION_IDLE_S:
                auth.logout(request)
                messages.info(request, _("You were logged out because nothing was done for a while. Drafts were kept."))
            elif now - seen >= self.EVERY_S:
                request.session["seen"] = now
        return self.answer(request)


class ActorMiddleware:
    """`request.actor`: who acts, with today's posts; read from the database only when a page asks."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            request.actor = SimpleLazyObject(lambda: actors.actor_for(request.user, timezone.localdate()))
        else:
            request.actor = None
        response = self.answer(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class RefusalMiddleware:
    """A refusal that no page caught becomes a page of its own: the status, a sentence, and how to mend it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused) or request.path.startswith("/api/"):
            return None
        return pages.refused(request, exception)
