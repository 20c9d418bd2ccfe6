"""The small signs in a picture that say what kind of step a shape is: told apart without colour."""

from __future__ import annotations

from bpm_core.notation.model import Element

_ENVELOPE = "h14 v10 h-14 z m0 0 l7 5 l7 -5"
_PATHS = {
    "userTask": "m7 0 a3.2 3.2 0 1 0 0.1 0 z m-6 13 c0 -7 12 -7 12 0 z",
    "manualTask": "m7 0 a3.2 3.2 0 1 0 0.1 0 z m-6 13 c0 -7 12 -7 12 0 z",
    "serviceTask": "m7 1 l5.2 3 v6 l-5.2 3 l-5.2 -3 v-6 z m0 3.6 a2.4 2.4 0 1 0 0.1 0 z",
    "businessRuleTask": "h14 v11 h-14 z m0 4 h14 m-14 3.5 h14 m-9 -3.5 v7",
    "scriptTask": "m2 0 h10 q-4 3 0 6 q4 3 0 6 h-10 q4 -3 0 -6 q-4 -3 0 -6 z m2 4 h5 m-3 4 h5",
    "receiveTask": _ENVELOPE,
}


def _path(x: float, y: float, path: str, more: str = "") -> str:
    return f'<path d="M{x:.1f} {y:.1f} {path}" stroke-width="0.9"{more}/>'


def activity(kind: str, x: float, y: float) -> str:
    """The sign in the corner of a task; nothing for kinds that the outline tells."""
    if kind == "sendTask":
        return _path(x, y, "h14 v10 h-14 z", ' fill="#000"') + _path(x, y, "l7 5 l7 -5", ' stroke="#fff"')
    return _path(x, y, _PATHS[kind]) if kind in _PATHS else ""


def gateway(kind: str, x: float, y: float) -> str:
    if kind == "exclusiveGateway":
        return f'<path d="M{x - 6:.1f} {y - 7:.1f} l12 14 m0 -14 l-12 14" stroke-width="2.4"/>'
    if kind in ("parallelGateway", "complexGateway"):
        cross = f'<path d="M{x - 9:.1f} {y:.1f} h18 m-9 -9 v18" stroke-width="2.4"/>'
        turned = f'<path d="M{x - 6:.1f} {y - 6:.1f} l12 12 m0 -12 l-12 12" stroke-width="2.4"/>'
        return cross + (turned if kind == "complexGateway" else "")
    if kind == "inclusiveGateway":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" stroke-width="2.4"/>'
    if kind == "eventBasedGateway":
        rings = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" stroke-width="0.9"/>' for r in (13, 10.5))
        return rings + f'<path d="M{x:.1f} {y - 7:.1f} l7 5 l-2.7 8 h-8.6 l-2.7 -8 z" stroke-width="0.9"/>'
    return ""


def event(element: Element, x: float, y: float) -> str:
    """What an event waits for or tells."""
    what = element.events[0] if element.events else ""
    filled = ' fill="#000"' if element.kind in ("endEvent", "intermediateThrowEvent") else ""
    if what == "message":
        if filled:
            return _path(x - 7, y - 5, "h14 v10 h-14 z", filled) + _path(x - 7, y - 5, "l7 5 l7 -5", ' stroke="#fff"')
        return _path(x - 7, y - 5, _ENVELOPE)
    if what == "timer":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8.5" stroke-width="0.9"/>' + _path(x, y - 6, "v6 l4 3")
    if what == "signal":
        return _path(x, y - 7, "l7 11 h-14 z", filled)
    if what == "error":
        return _path(x - 7, y + 6, "l4 -12 l5 7 l5 -8 l-4 12 l-5 -7 z", filled)
    if what in ("escalation", "compensate", "compensation"):
        return _path(x, y - 7, "l6 13 l-6 -5 l-6 5 z", filled)
    if what == "terminate":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" fill="#000"/>'
    if what == "link":
        return _path(x - 7, y - 3, "h8 v-4 l6 7 l-6 7 v-4 h-8 z", filled)
    return ""


def marker(element: Element, x: float, y: float) -> str:
    """What stands at the foot of an activity: repeated, or with steps inside."""
    if element.loop is not None:
        if element.loop.kind == "parallel":
            return _path(x - 4, y, "v9 m4 -9 v9 m4 -9 v9", ' stroke-width="1.8"')
        if element.loop.kind == "sequential":
            return _path(x - 5, y + 1, "h10 m-10 4 h10 m-10 4 h10", ' stroke-width="1.8"')
        return _path(x + 3, y + 8, "a5 5 0 1 0 -5 1 l-4 0 m4 0 l0 -4")
    return _path(x - 5, y, "h10 v10 h-10 z m2 5 h6 m-3 -3 v6")
