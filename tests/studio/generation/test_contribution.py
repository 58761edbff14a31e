"""The contribution sheet counts every note once, names every model that is still heard, and its terms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given

from studio.files.project import Document
from studio.generation.card import DataSource, ModelCard
from studio.generation.contribution import BEFORE, WHOLE, Shares, contribution
from studio.song.notes import Note, Notes
from studio.song.origin import Origin
from studio.song.song import Song, Track
from studio.song.timeline import Marker, Timeline
from tests.song_values import documents

CARD = ModelCard("m", "Model M", "family", 1, "plain", ("fill",), {}, {}, (DataSource("POP909", "MIT", True),))
BAR = 3840


def origin(number: int, seed: int, model: str = "m", edited: bool = False) -> Origin:
    return Origin(number, model, "0" * 64, "fill", seed, 1, "{}", "test", edited)


def track(number: int, name: str, *origins: int) -> Track:
    return Track(number, name).with_notes(
        Notes.of(Note(at * BAR, 960, 60, 90, 10 * number + at, 0, o) for at, o in enumerate(origins))
    )


def song(*tracks: Track, origins: tuple[Origin, ...] = (), markers: tuple[Marker, ...] = ()) -> Song:
    return Song("Song", tracks, Timeline(markers=markers), origins, next_id=1000)


def test_notes_are_told_apart_by_their_origins() -> None:
    made = song(track(1, "Lead", 0, 0, 1, 2), origins=(origin(1, 7), origin(2, 8, edited=True), origin(3, 9)))
    sheet = contribution(made, {"m": CARD})
    assert [(row.track, row.place, row.shares) for row in sheet.rows] == [("Lead", WHOLE, Shares(2, 1, 1))]
    (source,) = sheet.sources
    assert source.seeds == (7, 8), "of the third take nothing is left"
    assert source.notes == 2
    assert "trained on POP909 (MIT)" in sheet.text()
    assert "1 (25%)" in sheet.text()


def test_sections_have_rows_of_their_own() -> None:
    markers = (Marker(BAR, "Verse", True), Marker(3 * BAR, "Chorus", True))
    sheet = contribution(song(track(1, "Lead", 0, 1, 1, 0), origins=(origin(1, 7),), markers=markers), {})
    assert [(row.place, row.shares) for row in sheet.rows] == [
        (BEFORE, Shares(by_hand=1)),
        ("Verse", Shares(generated=2)),
        ("Chorus", Shares(by_hand=1)),
    ]
    assert "not installed here" in sheet.text()


def test_a_song_by_hand_says_so() -> None:
    assert "No note of this song was made by a model." in contribution(song(track(1, "Lead", 0)), {}).text()
    assert contribution(song(), {}).whole == Shares()


@given(documents())
def test_every_note_is_counted_once(document: Document) -> None:
    value = document.song
    sheet = contribution(value, {"model": replace(CARD, id="model")})
    notes = [each.notes.rows for each in value.tracks if not each.is_audio]
    assert sheet.whole.total == sum(len(rows) for rows in notes)
    known = {each.id for each in value.origins}
    by_hand = sum(int((~np.isin(rows["origin"], list(known))).sum()) for rows in notes)
    assert sheet.whole.by_hand == by_hand
    assert sum(source.notes for source in sheet.sources) == sheet.whole.generated + sheet.whole.edited
    assert sheet.text().startswith("Contribution sheet: ")
