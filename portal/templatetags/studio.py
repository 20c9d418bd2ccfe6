"""Template tags of the studio and of quality: bilingual words of a guide, certainty marks, names of field types."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bpm_core.notation.guide import Words
from portal import words
from portal.templatetags.guicheng import english

register = template.Library()

FIELD_TYPES = {
    "string": _("one line of text"),
    "text": _("text"),
    "integer": _("whole number"),
    "decimal": _("number"),
    "money": _("amount in yuan"),
    "date": _("date"),
    "month": _("month"),
    "boolean": _("yes or no"),
    "file": _("file"),
    "id_number": _("identity number"),
    "uscc": _("unified social credit code"),
    "region": _("division code"),
    "phone": _("phone number"),
    "list": _("list, one entry a line"),
    "enum": _("one of several"),
    "multi_enum": _("several of a list"),
}
#: How sure a figure is: verified reads as good, illustrative as a sample to be replaced before real use.
_CERTAINTY_TONE = {"verified": "ok", "verified-secondary": "ok", "statute-knowledge": "", "illustrative": "amber"}


@register.filter
def said(value: Words | None) -> str:
    """Bilingual words in the reader's language."""
    if value is None:
        return ""
    return (value.en if english() else value.zh) or value.zh or value.en


@register.filter
def field_type(code: str) -> str:
    return str(FIELD_TYPES.get(code, code))


@register.filter
def channel_word(code: str) -> str:
    """A channel of a guide, whose words are written with spaces."""
    return str(words.CHANNEL.get(code, code))


@register.simple_tag
def certainty(code: str) -> SafeString:
    """How certain a figure is, as a tag."""
    tone = _CERTAINTY_TONE.get(str(code), "plain")
    return format_html('<span class="tag {}">{}</span>', tone, words.CERTAINTY.get(str(code), code))
