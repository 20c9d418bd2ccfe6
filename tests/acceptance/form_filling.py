"""A person with one browser window tries every form of a process in the studio, which judges as the desk does."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

from bpm_core.notation.fields import Field, FormSchema
from tests.processes.walk import library

LANGUAGES = ("zh-hans", "en")
PDF = {"name": "proof.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n"}
#: What is typed where a field has no example.
PLAIN = {
    "string": "示例",
    "text": "示例说明",
    "list": "第一项",
    "integer": "1",
    "decimal": "1",
    "money": "1000",
    "date": "2026-10-15",
    "month": "2026-10",
    "phone": "13800000000",
    "id_number": "11010519491231002X",
    "uscc": "91410800MA0000007L",
    "region": "410823901001",
}
#: How an empty required field begins to be said: fill in, choose, add a file.
EMPTY = {
    "zh-hans": ("请填写“", "请选择“", "请上传“"),
    "en": ("Fill in “", "Choose an answer for “", "Add a file for “"),
}


def codes(*families: str) -> list[str]:
    """Codes of the processes of those families that have forms."""
    return sorted(b.code for b in library().values() if b.code.split("-")[0] in families and b.forms)


@dataclass
class Clerk:
    """Somebody logged in, at the forms of one installation."""

    page: Page
    portal: str  # address of the installation
    places: dict[str, str]  # path of each process's page in the studio, by its code

    @classmethod
    def at(cls, page: Page, portal: str) -> Clerk:
        """The clerk of a window that is logged in, who has looked the processes up in the studio."""
        page.goto(f"{portal}/studio/")
        rows = page.locator("tr:has(a[href*='/studio/'])").evaluate_all(
            "rows => rows.map(row => [row.innerText, row.querySelector(`a[href*='/studio/']`).getAttribute('href')])"
        )
        known = {bundle.code for bundle in library().values()}
        return cls(page, portal, {code: path for text, path in rows for code in known & set(text.split())})

    def speak(self, language: str) -> None:
        """Read and write in that language from the next page on."""
        cookie = {"name": "django_language", "value": language, "url": self.portal}
        self.page.context.add_cookies([cookie])

    def try_all(self, code: str) -> list[str]:
        """What is wrong with the forms of a process, each handed in in both languages; empty first, by turns in one."""
        bundle = next(b for b in library().values() if b.code == code)
        wrong: list[str] = []
        for number, schema in enumerate(bundle.forms.values()):
            for turn, language in enumerate(LANGUAGES):
                self.speak(language)
                self.page.goto(
                    f"{self.portal}{self.places[code]}forms/{schema.id}/",
                    wait_until="domcontentloaded",
                )
                found = self._empty(schema, language) if number % 2 == turn else []
                wrong += [f"{schema.id} {language}: {text}" for text in found + self._filled(schema)]
        return wrong

    def _filled(self, schema: FormSchema) -> list[str]:
        """Answer every question that is asked with its example, and hand in: the form is taken."""
        for field in schema.fields:
            if not field.show_when or _is_asked(self.page, field):
                _fill(self.page, field)
        _hand_in(self.page)
        if self.page.locator("#taken").count():
            return []
        return ["not taken: " + "; ".join(self.page.locator("#errors li").all_inner_texts())]

    def _empty(self, schema: FormSchema, language: str) -> list[str]:
        """Hand in an empty form: each question that must be answered says so at itself, in the reader's language."""
        asked = [field for field in schema.fields if field.required and not field.show_when]
        if not asked:
            return []
        _hand_in(self.page)
        said = self.page.locator("#answers .field.err .msg").evaluate_all(
            "found => Object.fromEntries(found.map(one => [one.id, one.innerText.trim()]))"
        )
        wrong = []
        for field in asked:
            text = said.get(f"id-{field.key}-error", "")
            label = field.label_en if language == "en" else field.label_zh
            if text not in [f"{begins}{label}”" for begins in EMPTY[language]]:
                wrong.append(f"{field.key} left empty says {text!r}")
        return wrong


def _hand_in(page: Page) -> None:
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.click("#answers button[value=try]")


def _is_asked(page: Page, field: Field) -> bool:
    """Whether the question is there, once what an answer before it brings or takes away has come."""
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    return page.locator(f"[name='f-{field.key}']").count() > 0


def _fill(page: Page, field: Field) -> None:
    """Answer one question with its example, by keyboard or mouse."""
    named = f"#answers [name='f-{field.key}']"
    example = field.example
    if field.type == "boolean":
        page.check(f"{named}[value='{(example or 'true').lower()}']")
    elif field.type == "multi_enum":
        for value in (example or field.options[0][0]).replace("|", ",").split(","):
            page.check(f"{named}[value='{value}']")
    elif field.type == "enum":
        value = example or field.options[0][0]
        control = page.locator(named).first
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(value)
        else:
            page.check(f"{named}[value='{value}']")
    elif field.type == "file":
        page.set_input_files(f"{named}[type=file]", PDF)  # type: ignore[arg-type]
    else:
        text = example or PLAIN[field.type]
        page.fill(named, "\n".join(text.replace("|", ",").split(",")) if field.type == "list" else text)
