"""Log-in page with lock-out, start page by role, preferences, and the help page."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bpm_core.queries import staff
from bpm_core.seed import staff as seed
from portal import shell, words
from portal.shell import THEMES

_YEAR_S = 365 * 24 * 3600


class LogIn(auth.LoginView):
    """The log-in page; with DEMO it offers one button for each demonstration desk."""

    template_name = "portal/accounts/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(**kwargs)
        if context["form"].errors:
            context["summary"] = [
                ("id_username", _("User name and password do not belong together. Check both and try again."))
            ]
        if settings.DEMO:
            language = "en" if self.request.LANGUAGE_CODE == "en" else "zh"
            context["demo_logins"] = [
                {
                    "username": login.username,
                    "name": login.name(language),
                    "post": words.post(login.role, login.lane),
                    "office": login.office(language),
                }
                for login in staff.named([seat.username for seat in seed.DEMO])
            ]
            context["demo_password"] = seed.DEMO_PASSWORD
        return context


def locked_out(request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:
    """Too many wrong passwords for this name from this machine."""
    context = {
        "status": 429,
        "title": _("Too many wrong passwords"),
        "sentence": _("After five wrong passwords this account is closed for a quarter of an hour from this computer."),
        "mend": _("Wait a quarter of an hour, or ask the security administrator to open it."),
        "back": reverse("login"),
    }
    return render(request, "portal/errors/error.html", context, status=429)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The page this person's day begins on."""
    path = shell.home_of(request.actor)
    if path:
        return redirect(path)
    context = {
        "status": 403,
        "title": _("You hold no post today"),
        "sentence": _("Your account is open, but no office has given it a post that is valid today."),
        "mend": _("Ask the security administrator of your office."),
    }
    return render(request, "portal/errors/error.html", context, status=403)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remember the language or the colours on this computer and go back to the page."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = reverse("home")
    response = HttpResponseRedirect(target)
    keep = {"max_age": _YEAR_S, "samesite": "Lax", "secure": request.is_secure(), "httponly": True}
    if (language := request.POST.get("language")) in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, **keep)
    if (theme := request.POST.get("theme")) in THEMES:
        response.set_cookie("theme", theme, **keep)
    elif theme:
        response.delete_cookie("theme")
    return response


def help_page(request: HttpRequest) -> HttpResponse:
    """Signs, keys and the course of a case on one page."""
    return render(request, "portal/help.html")
