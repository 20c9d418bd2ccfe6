"""Template tags of every page: names in the reader's language, dates as people read them, time limits in words."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bpm_core.models import ProcessDefinition
from portal import words
from portal.library import search

register = template.Library()


def english() -> bool:
    return (get_language() or "").startswith("en")


@register.filter
def bi(thing: object, name: str = "name") -> str:
    """`thing.name_zh` or `thing.name_en`, whichever the reader reads; the other one when that is empty."""
    order = ("en", "zh") if english() else ("zh", "en")
    for language in order:
        value = thing.get(f"{name}_{language}") if isinstance(thing, dict) else getattr(thing, f"{name}_{language}", "")
        if value:
            return str(value)
    return ""


@register.filter
def day(value: date | datetime | None) -> str:
    """A date as people read it; the year only when it is not this one."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    other_year = value.year != timezone.localdate().year
    if english():
        return f"{value.day} {value:%b}" + (f" {value.year}" if other_year else "")
    return (f"{value.year}年" if other_year else "") + f"{value.month}月{value.day}日"


@register.filter
def long_day(value: date | datetime | None) -> str:
    """A date in full, for papers."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return f"{value.day} {value:%B} {value.year}" if english() else f"{value.year}年{value.month}月{value.day}日"


@register.filter
def moment(value: datetime | None) -> str:
    """A moment: the day and the time of day, in the office's zone."""
    if value is None:
        return ""
    return f"{day(value)} {timezone.localtime(value):%H:%M}"


@register.filter
def clock(value: datetime | None) -> str:
    return f"{timezone.localtime(value):%H:%M}" if value else ""


@register.filter
def lane(code: str) -> str:
    return words.lane(code)


@register.filter
def word(code: str, table: str) -> str:
    """The office's word for a code: {{ case.status|word:"STATUS" }}."""
    return str(getattr(words, table).get(code, code))


@register.inclusion_tag("portal/_tag.html")
def tag_of(code: str, table: str) -> dict[str, str]:
    """A code as a tag of sign, word and colour: {% tag_of case.status "STATUS" %}."""
    return {
        "text": word(code, table),
        "sign": getattr(words, f"{table}_SIGN", {}).get(code, ""),
        "colour": getattr(words, f"{table}_TAG", {}).get(code, "plain"),
    }


@register.inclusion_tag("portal/_tag.html")
def deadline(sign: str, days: int | None = None, stopped_days: int | None = None) -> dict[str, str]:
    """How a time limit stands.

    sign    overdue, today, soon, running, stopped, ended or none
    days    working days left; negative when overdue
    """
    if sign == "overdue":
        late = max(1, abs(days or 0))
        text = (
            ngettext("%(n)d working day over", "%(n)d working days over", late) % {"n": late} if late else _("Overdue")
        )
        return {"sign": "●", "text": text, "colour": "red"}
    if sign == "stopped":
        return {"sign": "‖", "text": _("Clock stopped"), "colour": "ok"}
    if sign == "waiting":
        return {"sign": "○", "text": _("Clock not started"), "colour": "plain"}
    if sign == "none" or days is None:
        return {"sign": "○", "text": _("No limit of its own"), "colour": "plain"}
    if sign == "ended":
        return {"sign": "✓", "text": _("Done"), "colour": "ok"}
    if days == 0:
        return {"sign": "▲", "text": _("Today"), "colour": "amber"}
    text = ngettext("%(n)d working day left", "%(n)d working days left", days) % {"n": days}
    if sign in {"soon", "today"}:
        return {"sign": "▲", "text": text, "colour": "amber"}
    return {"sign": "○", "text": text, "colour": ""}


@register.simple_tag
def limit_words(value: int | None, unit: str) -> str:
    return words.limit(value, unit)


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: object) -> str:
    """This page's query with some values changed; None takes one out."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    text = query.urlencode()
    return f"?{text}" if text else request.path


@register.filter
def lang(words_of_guide: object) -> str:
    """The reader's language of something said in both (a guide's `Words`)."""
    zh, en = getattr(words_of_guide, "zh", ""), getattr(words_of_guide, "en", "")
    return (en or zh) if english() else (zh or en)


@register.filter
def found_by(row: ProcessDefinition) -> str:
    """The text a query is looked for in, for lists that filter themselves in the browser."""
    return search.text_of(row)
