"""Addresses of the service guides; the language is part of the address, so that a cache can keep both."""

from __future__ import annotations

from django.urls import path, register_converter

from portal.guide import pages


class LanguageConverter:
    """A language that guides are written in."""

    regex = "|".join(pages.LANGUAGES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LanguageConverter, "guide_language")

app_name = "guide"
urlpatterns = [
    path("", pages.door, name="door"),
    path("<guide_language:language>/", pages.services, name="list"),
    path("<guide_language:language>/<slug:key>/", pages.service, name="service"),
]
