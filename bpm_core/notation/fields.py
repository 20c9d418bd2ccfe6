"""The facts of a form: its fields and what each may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form.

    type       string text integer decimal money date month boolean file id_number uscc region phone list enum
               multi_enum; uscc = unified social credit code, region = division code of 6, 9 or 12 digits
    options    (value, Chinese, English) for enum and multi_enum
    personal   the answer is personal data: kept encrypted, never in the engine's state
    show_when  FEEL over the case and this form; None = always asked
    widget     the form-js component the designer chose
    """

    key: str
    type: str
    label_zh: str
    label_en: str
    required: bool = False
    options: tuple[tuple[str, str, str], ...] = ()
    min: Decimal | None = None
    max: Decimal | None = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    decimals: int | None = None
    hint_zh: str = ""
    hint_en: str = ""
    example: str | None = None
    personal: bool = False
    show_when: str | None = None
    section_zh: str = ""
    section_en: str = ""
    widget: str = ""

    @property
    def format(self) -> str:
        """Another word for the type where it says how the text is written (id_number, uscc, region, phone, month)."""
        return self.type if self.type in ("id_number", "uscc", "region", "phone", "month") else ""


@dataclass(frozen=True, slots=True)
class FormSchema:
    """A form: its fields in the order they are asked."""

    id: str
    fields: tuple[Field, ...]
    title_zh: str = ""
    title_en: str = ""

    @property
    def by_key(self) -> Mapping[str, Field]:
        return {field.key: field for field in self.fields}
