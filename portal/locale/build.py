"""Makes the zh_Hans catalogue out of fragments/*.json (one a room: {"English": "中文"}); run by `make messages`.

A message with a plural is written {"one English": ["many English", "中文"]}: Chinese has one form for both.

The fragments are the source; the .po and .mo beside them are built and committed, so that running needs no gettext.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polib

FOLDER = Path(__file__).parent
TARGET = FOLDER / "zh_Hans" / "LC_MESSAGES" / "django.po"


Translation = str | list[str]  # a list: the English plural, then the translation


def fragments() -> dict[str, Translation]:
    """Every message with its translation. Refuses, by exit, two fragments that translate one message differently."""
    merged: dict[str, Translation] = {}
    for path in sorted((FOLDER / "fragments").glob("*.json")):
        for message, translation in json.loads(path.read_text(encoding="utf-8")).items():
            if merged.setdefault(message, translation) != translation:
                sys.exit(f"{path.name}: “{message}” is already translated as “{merged[message]}”, not “{translation}”")
    return merged


def catalogue() -> polib.POFile:
    """The catalogue in a fixed order, so that the same fragments give the same bytes."""
    po = polib.POFile()
    po.metadata = {
        "Project-Id-Version": "guicheng",
        "Language": "zh_Hans",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for message, translation in sorted(fragments().items()):
        flags = ["python-format"] if "%(" in message else []
        if isinstance(translation, list):
            plural, text = translation
            po.append(polib.POEntry(msgid=message, msgid_plural=plural, msgstr_plural={0: text}, flags=flags))
        else:
            po.append(polib.POEntry(msgid=message, msgstr=translation, flags=flags))
    return po


def main() -> None:
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    po = catalogue()
    po.save(str(TARGET))
    po.save_as_mofile(str(TARGET.with_suffix(".mo")))
    print(f"{len(po)} messages in {TARGET}")


if __name__ == "__main__":
    main()
