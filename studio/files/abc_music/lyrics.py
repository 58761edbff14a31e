"""Lines of words below ABC music: syllables laid on the notes of the line above."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from studio.files.midi.texts import clean_name
from studio.files.notation.sheet import Lyric, SheetNote

_TOKEN = re.compile(r"(?P<text>(?:\\-|[^\s\-_*|])+)(?P<joined>-*)|(?P<skip>[*_\-])|(?P<bar>\|)")
MOST_SYLLABLES = 10_000
"""Of one line."""


def lay_words(text: str, line: Sequence[SheetNote | None], verse: int) -> tuple[int, int]:
    """How many syllables the text has, and for how many there was no note.

    A hyphen ends a syllable, `_` and `*` pass over a note, `|` goes on to the next bar, `~` is a space within a syllable.
    """
    places: Iterator[SheetNote | None] = iter(line)
    count = lost = 0
    for token in _TOKEN.finditer(text):
        if token["bar"]:
            for place in places:
                if place is None:
                    break
        elif token["skip"]:
            _next_note(places)
        else:
            count += 1
            note = _next_note(places)
            syllable = clean_name(token["text"].replace("\\-", "\u2010").replace("~", " ").replace("\u2010", "-"))
            if note is None or count > MOST_SYLLABLES:
                lost += 1
            else:
                note.lyrics = (*note.lyrics, Lyric(syllable + "-" * bool(token["joined"]), verse))
            for _ in token["joined"][1:]:
                _next_note(places)
    return count, lost


def _next_note(places: Iterator[SheetNote | None]) -> SheetNote | None:
    return next((place for place in places if place is not None), None)
