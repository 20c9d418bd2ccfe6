"""Template tags of quality: findings as tags of sign, word and colour; breaches of a chain as sentences."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from bpm_core.domain.journal import Breach
from bpm_core.models.quality import Finding
from portal.quality import wording

register = template.Library()

BREACHES = {
    "sequence": gettext_lazy("Before entry {seq} an entry is missing or was put in."),
    "chain": gettext_lazy("Entry {seq} does not follow from the one before it."),
    "digest": gettext_lazy("Entry {seq} was changed after it was written."),
    "head": gettext_lazy("The last entry ({seq}) is not the one the case knows as its last."),
    "version": gettext_lazy("The journal does not tell of every step of the case."),
}


@register.filter
def breach(found: Breach) -> str:
    """A breach in the reader's language."""
    template_text = BREACHES.get(found.code)
    return str(template_text).format(seq=found.seq) if template_text else found.message


@register.filter
def finding_kind(code: str) -> str:
    return str(wording.KINDS.get(code, code))


@register.simple_tag
def finding_state(finding: Finding) -> SafeString:
    """Where the finding stands, as a tag."""
    sign, word = wording.FINDING_SIGN.get(finding.state, ""), wording.FINDING_STATE.get(finding.state, finding.state)
    tone = wording.FINDING_TONE.get(finding.state, "plain")
    return format_html('<span class="tag {}"><span aria-hidden="true">{}</span>{}</span>', tone, sign, word)


@register.simple_tag
def finding_severity(finding: Finding) -> SafeString:
    """How grave it is, as a tag."""
    tone = wording.SEVERITY_TONE.get(finding.severity, "plain")
    return format_html('<span class="tag {}">{}</span>', tone, wording.SEVERITY.get(finding.severity, finding.severity))
