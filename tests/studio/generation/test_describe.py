"""Words beside takes: measured, and short."""

from dataclasses import replace

from studio.generation.card import DataSource, ModelCard
from studio.generation.contract import Request, Take
from studio.generation.describe import (
    bar_words,
    data_line,
    grouped,
    key_of,
    listed,
    notes_words,
    request_line,
    share_in_key,
    take_details,
    take_line,
    takes_words,
)
from studio.song import Note, Notes, Span, empty_song
from studio.song.harmony import Key
from studio.song.notes import rows_of
from studio.song.origin import Origin
from studio.song.region import Mask, Region
from studio.song.song import Instrument

BAR = 3840


def take_of(*pitches, figures=(), remarks=()):
    rows = rows_of(Note(i * 960, 960, pitch) for i, pitch in enumerate(pitches))
    origin = Origin(0, "m", "0", "continue", 8, 2, "{}", "test")
    return Take(2, Span(0, BAR), ((1, rows),), origin, remarks, figures)


def in_c():
    song = empty_song()
    return replace(song, timeline=song.timeline.with_key(0, Key(0)))


def test_the_share_in_key_counts_notes_under_the_key_in_force():
    song = in_c()
    assert share_in_key(take_of(60, 62, 64, 61).rows, song) == 0.75
    moved = replace(song, timeline=song.timeline.with_key(960, Key(1)))
    assert share_in_key(take_of(60, 61, 63, 65).rows, moved) == 1.0
    assert share_in_key(take_of().rows, song) is None


def test_a_song_without_key_signature_is_estimated_only_from_enough_notes():
    song = empty_song()
    assert key_of(song, 0) is None
    scale = [Note(i * 960, 960, 60 + step, id=i + 2) for i, step in enumerate((0, 2, 4, 5, 7, 9, 11, 0) * 2)]
    assert key_of(song.with_track(song.track(1).with_notes(Notes.of(scale))), 0) == Key(0)


def test_the_line_of_a_take():
    assert take_line(take_of(60, 62, 64, 61), in_c()) == "in key 75 %"
    assert take_line(take_of(60), empty_song()) == "1 note"
    song = in_c()
    drums = song.with_track(replace(song.track(1), instrument=Instrument(is_drum=True)))
    assert take_line(take_of(36, 38), drums) == "2 notes"


def test_the_details_of_a_take_hold_its_figures_seed_and_remarks():
    details = take_details(take_of(60, 67, figures=(("repeats", 0.25),), remarks=("relaxed: range",)), in_c()).splitlines()
    assert details == ["Take 2: 2 notes", "from C4 to G4", "in key (C major) 100 %", "repeats 0.25", "seed 8", "relaxed: range"]


def test_words():
    song = empty_song()
    request = Request("fill", "m", song, Mask(Region((1,), Span(BAR, 3 * BAR))), seed=20417)
    assert request_line(request, "Attention") == "Fill bars 2–3 · Attention · seed 20 417"
    assert bar_words(song, Span(0, BAR)) == "bar 1"
    assert (notes_words(2), takes_words(1), takes_words(4)) == ("2 notes", "1 take", "4 takes")
    assert grouped(1234567) == "1 234 567"
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed(["a", "b", "c", "d"]) == "a, b and 2 more"
    card = ModelCard("m", "M", "f", 1, "", (), {}, {}, (DataSource("POP909", "MIT", True), DataSource("OpenEWLD", "PD", True)))
    assert data_line(card) == "trained on POP909 (MIT), OpenEWLD (PD)"
    mixed = replace(card, data=(*card.data, DataSource("Reels", "GPL-3.0", False)))
    assert data_line(mixed) == "not permissive: trained on Reels (GPL-3.0), and on POP909 (MIT), OpenEWLD (PD)"
    assert "not stated" in data_line(replace(card, data=()))
