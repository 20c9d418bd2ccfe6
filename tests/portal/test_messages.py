"""Both languages are whole: no message of the portal is without its Chinese."""

from __future__ import annotations

from pathlib import Path

import polib

from portal.locale.build import TARGET, catalogue
from tests.portal.messages import ROOT, everywhere


def test_every_message_has_a_translation() -> None:
    known = {entry.msgid for entry in catalogue() if entry.msgstr or entry.msgstr_plural}

    missing = {f"{path.relative_to(ROOT)}: {text}" for path, text in everywhere() if text and text not in known}

    assert not missing, "\n".join(sorted(missing))


def test_the_committed_catalogue_is_built_from_the_fragments() -> None:
    committed = {(entry.msgid, entry.msgstr, str(entry.msgstr_plural)) for entry in polib.pofile(str(TARGET))}

    assert committed == {(entry.msgid, entry.msgstr, str(entry.msgstr_plural)) for entry in catalogue()}


def test_translations_keep_the_places_for_values() -> None:
    from string import Formatter

    def places(text: str) -> set[str]:
        return {
            name
            for _, name, _, _ in Formatter().parse(text.replace("%(", "{").replace(")s", "}").replace(")d", "}"))
            if name
        }

    broken = [
        entry.msgid
        for entry in catalogue()
        for text in ([entry.msgstr] if entry.msgstr else entry.msgstr_plural.values())
        if places(text) - places(entry.msgid) - places(entry.msgid_plural or "")
    ]

    assert not broken


def test_no_translation_is_kept_of_what_nobody_says() -> None:
    said = {text for _, text in everywhere()}

    assert not {entry.msgid for entry in catalogue()} - said


def test_the_compiled_catalogue_is_that_of_the_text(tmp_path: Path) -> None:
    catalogue().save_as_mofile(str(tmp_path / "django.mo"))

    assert (tmp_path / "django.mo").read_bytes() == TARGET.with_suffix(".mo").read_bytes()
