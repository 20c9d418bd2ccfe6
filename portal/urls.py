"""Addresses of the portal, one area a line."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path

from portal.accounts import views as accounts

# An installation may leave an area out; its links are then not shown either.
_AREAS = (
    ("desk/", "portal.desk"),
    ("library/", "portal.library"),
    ("manual/", "portal.manual"),
    ("guide/", "portal.guide"),
    ("studio/", "portal.studio"),
    ("quality/", "portal.quality"),
    ("api/", "portal.api"),
    ("", "portal.ops"),
    ("", "portal.diagrams"),
)


def _is_installed(area: str) -> bool:
    return find_spec(area) is not None and find_spec(f"{area}.urls") is not None


urlpatterns: list[URLPattern | URLResolver] = [
    path("", accounts.home, name="home"),
    path("login/", accounts.LogIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("preferences/", accounts.preferences, name="preferences"),
    path("help/", accounts.help_page, name="help"),
    *(path(prefix, include(f"{area}.urls")) for prefix, area in _AREAS if _is_installed(area)),
]

handler400 = "portal.pages.bad_request"
handler403 = "portal.pages.forbidden"
handler404 = "portal.pages.not_found"
handler500 = "portal.pages.server_error"
