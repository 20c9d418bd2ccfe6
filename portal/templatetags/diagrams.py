"""`{% diagram url marks %}`: one diagram island; its data travels as JSON, never as script, so a strict CSP holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from typing import TypedDict

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


class Mark(TypedDict, total=False):
    """A mark at an element. tone: now, done, late, heat1..heat5, error, warning, added, changed, removed, moved."""

    id: str
    tone: str
    badge: str
    title: str
    href: str
    under: bool


@cache
def _version(path: str) -> str:
    found = finders.find(path)
    if not isinstance(found, str):
        return ""
    with open(found, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:10]


def _address(path: str) -> str:
    return f"{static(path)}?v={_version(path)}"


@register.simple_tag
def diagram_assets() -> SafeString:
    """The island's stylesheet and script, once a page, in the `scripts` block."""
    return format_html(
        '<link rel="stylesheet" href="{}"><script type="module" src="{}"></script>',
        _address("portal/dist/diagram.css"),
        _address("portal/dist/diagram.js"),
    )


@register.inclusion_tag("portal/diagrams/_diagram.html")
def diagram(
    url: str, marks: Iterable[Mark] = (), *, name: str = "", ident: str = "diagram", rows: str = "step", pair: str = "",
    twin: str = "twin",
    xml: str = "",
) -> dict[str, object]:  # fmt: skip
    """A diagram read from `url` with `marks`.

    ident   unique on the page; rows: prefix of the ids of the text twin's rows (a click on a shape goes there);
    xml     the picture itself, when it has no address (`url` is then "")
    pair    diagrams of the same pair move together; twin: id of the text twin on the page ("" = none)
    """
    options: dict[str, object] = {"marks": list(marks), "rows": rows, "words": {"Open {element}": _("Open {element}")}}
    if xml:
        options["xml"] = xml
    return {
        "url": url,
        "ident": ident,
        "name": name or _("Process diagram"),
        "pair": pair,
        "twin": twin,
        "options": options,
        "options_id": f"{ident}-options",
    }
