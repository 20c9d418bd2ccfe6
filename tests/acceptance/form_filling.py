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

    def try_all(self, code: str, *, turn: int | None) -> list[str]:
        """What is wrong with the forms of a process; `turn` 0 or 1 = each in one language by turns, None = in both."""
        bundle = next(b for b in library().values() if b.code == code)
        wrong: list[str] = []
        for number, schema in enumerate(bundle.forms.values()):
            for language in LANGUAGES if turn is None else [LANGUAGES[(number + turn) % 2]]:
                self.speak(language)
                wrong += [f"{schema.id} {language}: {text}" for text in self._try(code, schema, language)]
        return wrong

    def _try(self, code: str, schema: FormSchema, language: str) -> list[str]:
        page = self.page
        page.goto(f"{self.portal}{self.places[code]}forms/{schema.id}/", wait_until="domcontentloaded")
        asked = [field for field in schema.fields if field.required and not field.show_when]
        wrong = self._empty(page, asked, language) if asked else []
        for field in schema.fields:
            if not field.show_when or _is_asked(page, field):
                _fill(page, field)
        _hand_in(page)
        if page.locator("#taken").count() == 0:
            wrong.append("not taken: " + "; ".join(page.locator("#errors li").all_inner_texts()))
        return wrong

    def _empty(self, page: Page, asked: list[Field], language: str) -> list[str]:
        """Hand in an empty form: each question that must be answered says so at itself, in the reader's language."""
        _hand_in(page)
        said = page.locator("#answers .field.err .msg").evaluate_all(
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
