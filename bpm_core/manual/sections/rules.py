"""What a process decides by and what it asks: decision tables with codes in words, forms with every field."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bpm_core.manual import markup, texts
from bpm_core.manual.context import Chapter, Section, anchor
from bpm_core.manual.markup import Html, Row, join, row, tag
from bpm_core.notation.fields import Field, FormSchema
from bpm_core.notation.labels import in_words
from bpm_core.notation.tables import Column, Table


def tables(chapter: Chapter) -> Section | None:
    """Every decision table as a table; a decision that is one expression as written."""
    if not chapter.tables:
        return None
    shown = (_table(chapter, each) for each in chapter.tables)
    return Section("tables", chapter.voice.say("tables"), join(shown))


def _table(chapter: Chapter, table: Table) -> Html:
    voice = chapter.voice
    head = tag("h3", voice.name(table), " ", tag("code", table.id), id=anchor(chapter.bundle, "t", table.id))
    policy = table.aggregation if table.aggregation in texts.POLICIES else table.hit_policy
    said = [voice.of(texts.POLICIES, policy) if policy else "", voice.name(table, "note")]
    asked = tuple(element.node for element in chapter.steps if table.id in element.decisions)
    about = [tag("p", " ".join(part for part in said if part), class_="mut")]
    if asked:
        about.append(tag("p", tag("span", voice.say("asked_at"), class_="what"), " ", chapter.step_links(asked)))
    if not table.rules:
        return tag("section", head, about, tag("pre", table.text) if table.text else None, class_="part")
    noted = any(rule.note_zh or rule.note_en for rule in table.rules)
    heads = [(voice.say("no"), "w5"), *((voice.name(column, "label"), "") for column in table.inputs)]
    heads += [(f"→ {voice.name(column, 'label')}", "out") for column in table.outputs]
    if noted:
        heads.append((voice.say("note"), ""))
    words = [_options(chapter, column) for column in (*table.inputs, *table.outputs)]
    rows = []
    for rule in table.rules:
        cells = [_cell(chapter, text, words[at]) for at, text in enumerate((*rule.inputs, *rule.outputs))]
        rows.append(row(str(rule.number), *cells, *([voice.name(rule, "note")] if noted else [])))
    wide = "dmn wide" if len(heads) > 7 else "dmn"
    body = tag("div", markup.table(heads, rows, class_=wide), class_="scroll", role="region", tabindex="0",
               aria_label=voice.name(table))  # fmt: skip
    return tag("section", head, about, body, class_="part")


def _options(chapter: Chapter, column: Column) -> dict[str, str]:
    label = chapter.labels.get(column.expression)
    return {value: chapter.voice.pick(zh, en) for value, zh, en in label.options} if label else {}


def _cell(chapter: Chapter, text: str, options: dict[str, str]) -> Html | str:
    voice = chapter.voice
    if text in ("", "-"):
        return tag("small", voice.say("any"))
    if text in ("true", "false"):
        return voice.say("yes" if text == "true" else "no_word")
    said = in_words(text, options, voice.comma)
    return join([said, " ", tag("code", text)]) if said else tag("code", text)


def forms(chapter: Chapter) -> Section | None:
    """Every form with its fields in the order they are asked."""
    if not chapter.bundle.forms:
        return None
    order = {element.form_id: at for at, element in reversed(list(enumerate(chapter.steps))) if element.form_id}
    shown = sorted(chapter.bundle.forms.values(), key=lambda form: (order.get(form.id, len(order)), form.id))
    return Section("forms", chapter.voice.say("forms"), join(_form(chapter, form) for form in shown))


def _form(chapter: Chapter, form: FormSchema) -> Html:
    voice = chapter.voice
    say = voice.say
    title = [tag("code", form.id), " ", voice.name(form, "title")]
    head = tag("h3", title, id=anchor(chapter.bundle, "f", form.id))
    asked = tuple(element.node for element in chapter.steps if element.form_id == form.id)
    where = tag("p", tag("span", say("asked_at"), class_="what"), " ", chapter.step_links(asked)) if asked else None
    heads = [(say("field"), "w30"), (say("type"), "w14"), (say("required"), "w8"), (say("choices"), "")]
    if any(field.show_when for field in form.fields):
        heads.append((say("asked_when"), "w18"))
    table = markup.table(heads, _fields(chapter, form, with_condition=len(heads) > 4))
    return tag("section", head, where, table, class_="part")


def _fields(chapter: Chapter, form: FormSchema, *, with_condition: bool) -> Iterator[Row]:
    voice, section = chapter.voice, ""
    for field in form.fields:
        under = voice.name(field, "section")
        if under and under != section:
            section = under
            yield row(tag("strong", under), "", "", "", *([""] if with_condition else []), class_="head")
        name: list[object] = [voice.name(field, "label"), " ", tag("code", field.key)]
        if field.personal:
            name += [" ", tag("small", f"〔{voice.say('personal')}〕")]
        yield row(
            join(name),
            voice.of(texts.FIELD_TYPES, field.type),
            voice.say("yes" if field.required else "no_word"),
            "；".join(_asks(chapter, field)) if not voice.english else "; ".join(_asks(chapter, field)),
            *([tag("code", field.show_when) if field.show_when else ""] if with_condition else []),
        )


def _asks(chapter: Chapter, field: Field) -> Iterator[str]:
    """Choices, bounds, pattern, hint and example of a field."""
    voice = chapter.voice
    if field.options:
        yield voice.comma.join(voice.pick(zh, en) for _value, zh, en in field.options)
    for key, bound in (("at_least", field.min), ("at_most", field.max)):
        if bound is not None:
            yield voice.say(key, n=plain(bound))
    for key, letters in (("letters_least", field.min_length), ("letters_most", field.max_length)):
        if letters is not None:
            yield voice.say(key, n=letters)
    if hint := voice.name(field, "hint"):
        yield hint
    if field.example and not field.options and not field.personal:
        yield voice.say("example", text=field.example)


def plain(number: Decimal) -> str:
    """A number as people write it: no exponent, no empty decimals."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
