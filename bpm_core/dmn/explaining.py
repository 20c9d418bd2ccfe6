"""Why a decision came out as it did: as plain data for pages and programs, and as lines for people."""

from __future__ import annotations

from typing import Any

from bpm_core.dmn.model import Decided
from bpm_core.feel.values import literal, to_plain

WORDS: dict[str, tuple[str, str]] = {
    "rule": ("rule {number}: {result}{note}", "规则 {number}：{result}{note}"),
    "note": (" ({note})", "（{note}）"),
    "met": ("{column}: {value} meets {test}", "{column}：{value} 满足 {test}"),
    "no_rule": ("no rule applies", "没有规则命中"),
    "null": ("null: {reason}", "空值：{reason}"),
}


def as_data(decided: Decided) -> dict[str, Any]:
    """A decision taken as plain JSON: value, outputs, inputs by column, each rule that hit with its cells."""
    return {
        "value": to_plain(decided.value),
        "outputs": to_plain(decided.outputs),
        "inputs": to_plain(decided.inputs),
        "hits": [
            {
                "rule": hit.rule,
                "id": hit.rule_id,
                "annotation": hit.annotation,
                "outputs": to_plain(hit.outputs),
                "cells": [
                    {"column": cell.column, "test": cell.test, "value": to_plain(cell.value)} for cell in hit.cells
                ],
            }
            for hit in decided.hits
        ],
        "table": decided.table_id,
        "digest": decided.digest,
        "reasons": [
            {"code": reason.code, "en": reason.text("en"), "zh": reason.text("zh")} for reason in decided.reasons
        ],
        "requires": {name: as_data(one) for name, one in decided.requires.items()},
    }


def as_lines(decided: Decided, language: str = "en") -> list[str]:
    """The same for people: the inputs, then each rule that hit, its result and why; cells of `-` are left out."""
    chinese = language.startswith("zh")

    def say(key: str, **facts: str) -> str:
        text = WORDS[key][chinese]
        for name, fact in facts.items():
            text = text.replace("{" + name + "}", fact)
        return text

    lines = [f"{name} = {literal(value)}" for name, value in decided.inputs.items()]
    for hit in decided.hits:
        result = ", ".join(f"{name} = {literal(value)}" for name, value in hit.outputs.items())
        note = say("note", note=hit.annotation) if hit.annotation else ""
        lines.append(say("rule", number=str(hit.rule), result=result, note=note))
        for cell in hit.cells:
            if cell.test != "-":
                lines.append("  " + say("met", column=cell.column, value=literal(cell.value), test=cell.test))
    if decided.table_id and not decided.hits:
        lines.append(say("no_rule"))
    return lines + [say("null", reason=reason.text(language)) for reason in decided.reasons]
