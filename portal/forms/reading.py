"""A submitted page -> raw answers by field key, for notation.cleaning to judge. Nothing is converted here."""

from __future__ import annotations

from django.http import QueryDict

from bpm_core.notation.fields import FormSchema
from portal.forms.rendering import PREFIX

#: What a page of ours sends besides the answers.
OWN = frozenset({"csrfmiddlewaretoken", "version", "key", "act", "next", "shown"})


def raw(schema: FormSchema, post: QueryDict) -> dict[str, object]:
    """Answers as typed. Names that are not of this form are kept, so that they are refused and not silently dropped."""
    fields = schema.by_key
    answers: dict[str, object] = {}
    for name in post:
        if name in OWN:
            continue
        key = name.removeprefix(PREFIX) if name.startswith(PREFIX) else name
        field = fields.get(key)
        if field is None or not name.startswith(PREFIX):
            answers[name if field else key] = post.getlist(name)
        elif field.type == "multi_enum":
            answers[key] = post.getlist(name)
        elif field.type == "list":
            answers[key] = [line.strip() for line in post[name].splitlines() if line.strip()]
        else:
            answers[key] = post[name]
    return answers


def whole(text: str) -> int | None:
    """A whole number of at most nine digits; None for anything else, however long it is."""
    return int(text) if len(text) < 10 and text.isdecimal() else None
