"""Languages: one file `resources/languages/<code>.json` each, English sentence to its translation; which one is spoken."""

from __future__ import annotations

import json
import locale
import os
from pathlib import Path
from typing import Any

from studio import words
from studio.paths import resources

ENGLISH = "en"
SYSTEM = "system"
"""In place of a code: the language that the computer speaks, where there is a file for it."""
VARIABLE = "RICERCAR_LANGUAGE"
"""Child processes and commands learn the code from the environment."""
TITLE = "English"
"""Each file translates this into the name of its language, in that language."""


def speak(code: str) -> str:
    """Use this language from now on, here and in the processes begun from here; the answer is its code.

    English where there is no file for it, or one that cannot be read.
    """
    found = system_language() if code == SYSTEM else code
    held = catalogue(found)
    spoken = found if held else ENGLISH
    os.environ[VARIABLE] = spoken
    words.use(held)
    return spoken


def speak_as_told(otherwise: str = ENGLISH) -> str:
    """Use the language that the environment names."""
    return speak(os.environ.get(VARIABLE) or otherwise)


def catalogue(code: str) -> dict[str, str]:
    """What a language says for each English sentence; empty for English, and where the file is missing or damaged."""
    if not code.isalpha():
        return {}
    try:
        held: Any = json.loads((languages_folder() / f"{code}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {english: other for english, other in held.items() if isinstance(other, str)} if isinstance(held, dict) else {}


def installed() -> dict[str, str]:
    """The names of all languages by code, English first, each in its own language."""
    codes = sorted(path.stem for path in languages_folder().glob("*.json"))
    return {ENGLISH: TITLE} | {code: catalogue(code).get(TITLE, code) for code in codes}


def languages_folder() -> Path:
    return resources() / "languages"


def system_language() -> str:
    """The two letters of the computer's language."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return (named or locale.getlocale()[0] or ENGLISH)[:2].lower()
