"""HTML written by hand-sized functions: everything that is not `Html` already is escaped; no style or script ever."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

Child = "Html | str | None | Iterable[Child]"


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


EMPTY = Html("")


def text(value: object) -> Html:
    """A value as markup: escaped unless it is markup already."""
    return value if isinstance(value, Html) else Html(escape(str(value), quote=True))


def join(children: Iterable[object], between: str = "") -> Html:
    """Children one after another; None and "" leave nothing behind."""
    return Html(text(between).join(text(child) for child in children if child not in (None, "")))


def tag(name: str, *children: object, **attributes: object) -> Html:
    """An element. `class_` is class, `data_label` is data-label; an attribute that is None or "" is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value), quote=True)}"'
        for key, value in attributes.items()
        if value not in (None, "")
    )
    inside: list[object] = []
    for child in children:
        if isinstance(child, str) or child is None:
            inside.append(child)
        elif isinstance(child, Iterable):
            inside.extend(child)
        else:
            inside.append(child)
    return Html(f"<{name}{written}>{join(inside)}</{name}>")


def link(address: str, *children: object, **attributes: object) -> Html:
    return tag("a", *children, href=address, **attributes)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table. `differs` marks what a local edition sets differently."""

    cells: tuple[object, ...]
    id: str = ""
    class_: str = ""


def row(*cells: object, id: str = "", class_: str = "") -> Row:
    return Row(cells, id, class_)


def table(heads: Sequence[tuple[str, str]], rows: Iterable[Row], *, caption: str = "", class_: str = "") -> Html:
    """A table of (label, width class) heads; empty without rows. Each cell names its column, for narrow screens."""
    written = list(rows)
    if not written:
        return EMPTY
    head = tag("tr", (tag("th", label, scope="col", class_=width) for label, width in heads))
    body = (
        tag(
            "tr",
            (tag("td", cell, data_label=heads[at][0], class_=heads[at][1]) for at, cell in enumerate(each.cells)),
            id=each.id,
            class_=each.class_,
        )
        for each in written
    )
    top = tag("caption", caption) if caption else None
    return tag("table", top, tag("thead", head), tag("tbody", body), class_=f"rows {class_}".strip())


def facts(pairs: Iterable[tuple[str, object]]) -> Html:
    """A list of facts: what it is, and what it says; facts that say nothing are left out."""
    lines = [tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs if value not in (None, "")]
    return tag("dl", lines, class_="lines") if lines else EMPTY


def items(children: Iterable[object], *, ordered: bool = False) -> Html:
    """A list; empty without items."""
    lines = [tag("li", child) for child in children if child not in (None, "")]
    return tag("ol" if ordered else "ul", lines) if lines else EMPTY
