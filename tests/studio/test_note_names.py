"""Notes by the names the user knows: C4 or C3, H or B or Si; what is shown can be typed, and files keep their own names."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from studio import note_names
from studio.note_names import ENGLISH, GERMAN, LETTERS, MIDDLE_CS, SOLFEGE
from studio.song.harmony import SCALES, Key, key_words, pitch_name
from studio.song.typed import key_of, pitch_of


@pytest.fixture(autouse=True)
def usual(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(note_names.VARIABLE, "")
    yield
    note_names.use(ENGLISH, 4)


@pytest.mark.parametrize("letters", LETTERS)
@pytest.mark.parametrize("middle_c", MIDDLE_CS)
def test_what_is_shown_can_be_typed(letters: str, middle_c: int) -> None:
    note_names.use(letters, middle_c)
    for flats in (False, True):
        assert [pitch_of(pitch_name(pitch, flats)) for pitch in range(128)] == list(range(128))
    keys = [Key(tonic, scale) for scale in SCALES for tonic in range(12)]
    assert [key_of(key_words(key)) for key in keys] == keys


@pytest.mark.parametrize(
    ("letters", "middle_c", "natural", "flat", "middle"),
    [
        (ENGLISH, 4, "B3", "Bb3", "C4"),
        (GERMAN, 4, "H3", "B3", "C4"),
        (SOLFEGE, 4, "Si3", "Sib3", "Do4"),
        (GERMAN, 3, "H2", "B2", "C3"),
    ],
)
def test_the_same_notes_in_three_tongues(letters: str, middle_c: int, natural: str, flat: str, middle: str) -> None:
    note_names.use(letters, middle_c)
    assert (pitch_name(59), pitch_name(58, flats=True), pitch_name(60)) == (natural, flat, middle)
    assert pitch_of("F#3") == pitch_of("Gb3") == 42 + 12 * (5 - middle_c)


def test_files_and_requests_say_b_whatever_the_user_says() -> None:
    note_names.use(GERMAN, 3)
    assert Key(11, "minor").name == "B minor"
    assert Key.named("B minor") == Key(11, "minor")
    assert key_of("B minor") == Key(10, "minor")
    assert key_words(Key(11, "minor")) == "H minor"


def test_child_processes_name_notes_alike() -> None:
    note_names.use(GERMAN, 3)
    told = os.environ[note_names.VARIABLE]
    note_names.use(ENGLISH, 4)
    os.environ[note_names.VARIABLE] = told
    note_names.use_as_told()
    assert pitch_name(59) == "H2"


@pytest.mark.parametrize("text", ["", "H", "C99", "X4", "-"])
def test_what_is_no_note_is_none(text: str) -> None:
    assert pitch_of(text) is None
