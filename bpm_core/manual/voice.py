"""One language of the manual: whatever is said in both is asked of a Voice and comes back in the one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpm_core.manual import texts
from bpm_core.manual.markup import Html, join, tag
from bpm_core.notation.guide import TimeLimit, Words
from bpm_core.notation.model import Element, Limit

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Voice:
    """lang  "zh" or "en"."""

    lang: str

    @property
    def english(self) -> bool:
        return self.lang == "en"

    @property
    def html_lang(self) -> str:
        return "en" if self.english else "zh-Hans"

    @property
    def comma(self) -> str:
        return ", " if self.english else "、"

    def aside(self, said: str) -> str:
        """Said in brackets, those of the language."""
        return f"({said})" if self.english else f"（{said}）"

    def pick(self, zh: str, en: str) -> str:
        """The reader's language; the other one when that is empty."""
        return (en or zh) if self.english else (zh or en)

    def say(self, key: str, **values: object) -> str:
        """A text of the manual itself."""
        said = self.pick(*texts.TEXTS[key])
        return said.format(**values) if values else said

    def words(self, said: Words | None) -> str:
        return "" if said is None else self.pick(said.zh, said.en)

    def name(self, thing: object, attribute: str = "name") -> str:
        """`thing.name_zh` or `thing.name_en`."""
        return self.pick(getattr(thing, f"{attribute}_zh", ""), getattr(thing, f"{attribute}_en", ""))

    def of(self, table: Mapping[str, tuple[str, str]], code: str) -> str:
        """A code by its word in a table; the code itself when it has none."""
        return self.pick(*table[code]) if code in table else code

    def level(self, code: str) -> str:
        return self.of(texts.LEVELS, code)

    def limit(self, value: int | None, unit: str) -> str:
        """A time limit: "3 working days"."""
        if value is None:
            return ""
        if unit == "immediate" or value == 0:
            return self.pick(*texts.AT_ONCE)
        if unit not in texts.UNITS:
            return f"{value} {unit}"
        zh, one, many = texts.UNITS[unit]
        return f"{value} {one if value == 1 else many}" if self.english else f"{value}{zh}"

    def setting(self, name: str, value: str, unit: str) -> str:
        """A value that a place may set, as people read it: days, ways to apply, money, plain words."""
        if name == "channels":
            return self.comma.join(self.of(texts.CHANNELS, each.strip()) for each in value.split(",") if each.strip())
        if unit in texts.UNITS and value.isdecimal():
            return self.limit(int(value), unit)
        plain = value.strip('"')
        return plain if unit in texts.UNITS else f"{plain} {unit}".strip()

    def step_limit(self, limit: Limit | None) -> str:
        return self.limit(limit.value, limit.unit.value) if limit else ""

    def time_limit(self, limit: TimeLimit) -> Html:
        """A legal or promised limit with what it rests on and how certain that is."""
        figure = self.limit(limit.value, limit.unit) or self.say("no_limit")
        said = [text for text in (self.words(limit.basis), self.words(limit.note)) if text]
        parts = [tag("strong", figure), " "]
        if said:
            parts += [self.pick("；", "; ").join(said), " "]
        return join([*parts, self.mark(limit.certainty)])

    def mark(self, certainty: str) -> Html:
        """The sign of how certain a figure is; its meaning for whoever asks."""
        found = texts.CERTAINTY.get(str(certainty))
        if found is None:
            return Html("")
        sign, meaning = (found[1], found[3]) if self.english else (found[0], found[2])
        return tag("abbr", sign, title=meaning, class_="mark")

    def kind(self, element: Element) -> str:
        """What kind of step an element is, in a word or two."""
        exact = f"{element.kind}:{element.events[0]}" if element.events else element.kind
        return self.of(texts.KINDS, exact if exact in texts.KINDS else element.kind)

    def sop(self, element: Element) -> str:
        return self.name(element, "sop")

    def clauses(self, element: Element) -> tuple[str, ...]:
        return element.clauses_en if self.english and element.clauses_en else element.clauses

    def laws(self, element: Element) -> tuple[str, ...]:
        return element.laws_en if self.english and element.laws_en else element.laws
