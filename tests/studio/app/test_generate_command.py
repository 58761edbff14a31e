"""Where `generate` writes when little is said: tracks that suit the model, and bars that suit the task."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.app.generate_command import span_for, tracks_for
from studio.errors import UnsupportedRequest
from studio.generation.library import ListedModel
from studio.song import Note, Notes, Song, Span, Track, empty_song
from studio.song.song import Instrument
from tests.plain_space import SPACE, plain_card

BAR = 3840
KIT = Instrument(is_drum=True)


def model(*parts: str, verbs: tuple[str, ...] = ("start", "vary")) -> ListedModel:
    settings = {"space": SPACE | {"parts": list(parts)}} if parts else {}
    return ListedModel("m", Path(), plain_card("m", settings=settings), verbs)


def song(*tracks: Track, bars: int = 4) -> Song:
    notes = Notes.of([Note(bar * BAR, 960, 60, id=100 + bar) for bar in range(bars)])
    made = tuple(replace(track.with_notes(notes), id=number) for number, track in enumerate(tracks, start=1))
    return replace(empty_song(), tracks=made, next_id=1000)


BAND = song(Track(1, "Kit", instrument=KIT), Track(2, "Lead"), Track(3, "Bass", instrument=Instrument(33)), Track(4, "Pad"))


@pytest.mark.parametrize(
    ("listed", "task", "text", "expected"),
    [
        (model(), "continue", "", (2,)),
        (model("melody"), "vary", "", (2,)),
        (model("drums"), "vary", "", (1,)),
        (model(verbs=("groove",)), "groove", "", (1,)),
        (model("melody", "bass", "drums"), "vary", "", (2, 3, 1)),
        (model("drums"), "vary", "Kit", (1,)),
        (model("melody"), "vary", "4,Lead,4", (4, 2)),
    ],
)
def test_without_tracks_the_first_that_suit_the_model_are_taken(
    listed: ListedModel, task: str, text: str, expected: tuple[int, ...]
) -> None:
    assert tracks_for(BAND, listed, task, text) == (BAND, expected)


def test_new_music_gets_the_tracks_it_lacks_and_a_variation_does_not() -> None:
    lead = song(Track(1, "Lead"))
    grown, ids = tracks_for(lead, model("melody", "bass", "drums"), "start", "")
    assert [track.name for track in grown.tracks] == ["Lead", "Bass", "Drums"]
    assert ids == tuple(track.id for track in grown.tracks)
    with pytest.raises(UnsupportedRequest, match="no track of drums to groove"):
        tracks_for(lead, model("drums"), "groove", "")
    with pytest.raises(UnsupportedRequest, match="no track for a melody"):
        tracks_for(song(Track(1, "Kit", instrument=KIT)), model("melody"), "vary", "")


def test_a_variation_is_of_the_whole_song_unless_bars_are_named() -> None:
    assert span_for(BAND, "vary", None) == Span(0, 4 * BAR)
    assert span_for(BAND, "groove", (2, 3)) == Span(BAR, 3 * BAR)
    assert span_for(BAND, "continue", None) == Span(4 * BAR, 8 * BAR)
    for task, bars, words in (("vary", (4, 5), "lie outside"), ("morph", (6, 6), "lie outside"), ("fill", None, "which bars")):
        with pytest.raises(UnsupportedRequest, match=words):
            span_for(BAND, task, bars)
    with pytest.raises(UnsupportedRequest, match="300 bars are too many"):
        span_for(song(Track(1, "Long"), bars=300), "vary", None)
