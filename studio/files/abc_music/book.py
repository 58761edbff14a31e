"""An ABC file as a book of tunes: where each begins, its lines, and the fields before the first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

FIELD = re.compile(r"([A-Za-z]):(?![|:])\s*(.*)")
BODY_FIELDS = "IKLMmNPQRrsTUVWw"


@dataclass(frozen=True, slots=True)
class Tune:
    """One tune's lines as they stand, and the line of the file (from 1) where it begins."""

    first_line: int
    lines: tuple[str, ...]
    preface: tuple[str, ...] = ()
    """Fields above the first tune, good for every tune of the file."""


def text_of_book(data: bytes) -> str:
    """UTF-8, else Latin-1, with one kind of line end."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def tunes(text: str) -> Iterator[Tune]:
    """Each tune from its X field to the blank line after its music; text between tunes is passed over."""
    preface: list[str] = []
    current: list[str] = []
    first_line, in_music, seen_tune = 0, False, False
    for number, line in enumerate(text.split("\n"), 1):
        begins = line.startswith("X:")
        if current and (begins or (in_music and not line.strip())):
            yield Tune(first_line, tuple(current), tuple(preface))
            current, in_music = [], False
        if begins:
            current, first_line, seen_tune = [line], number, True
        elif current and line.strip():
            current.append(line)
            in_music = in_music or line.startswith("K:")
        elif not seen_tune and re.match(r"[A-Zm]:|%%", line):
            preface.append(line)
    if current:
        yield Tune(first_line, tuple(current), tuple(preface))
    elif not seen_tune and any(line.startswith("K:") for line in preface):
        yield Tune(1, tuple(text.split("\n")))
