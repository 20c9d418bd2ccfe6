"""Advice on the drawing (bpmnlint), in words and at the element. Advice never stops a publication; the check does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.diagrams import quickjs_runner

TEXTS: dict[str, Promise] = {
    "label-required": _("This element has no name: readers can't tell what it is for."),
    "no-disconnected": _("Nothing leads to this element and it leads nowhere."),
    "no-duplicate-sequence-flows": _("Two arrows join the same two elements."),
    "no-gateway-join-fork": _("This gateway joins and forks at once; two gateways are easier to read."),
    "no-implicit-end": _("The process ends here without an end event."),
    "no-implicit-split": _("Several arrows leave this step without a gateway: all of them are followed."),
    "no-implicit-start": _("The process begins here without a start event."),
    "no-overlapping-elements": _("In the drawing this element lies over another one."),
    "superfluous-gateway": _("This gateway has one way in and one way out; it can be left out."),
    "superfluous-termination": _("A terminate event that has nothing to stop; a plain end event says the same."),
}


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice at one element."""

    element: str
    rule: str

    @property
    def text(self) -> str:
        return str(TEXTS[self.rule])


@lru_cache(maxsize=128)
def on_drawing(xml: bytes) -> tuple[Advice, ...]:
    """Advice for a diagram, in no order of weight; empty when the tool can't read it (the check report says why)."""
    try:
        found = quickjs_runner.run("lint", xml=xml.decode("utf-8", errors="replace"))
    except quickjs_runner.ToolFailed:
        return ()
    return tuple(Advice(item["id"] or "", item["rule"]) for item in found if item["rule"] in TEXTS and item["id"])
