"""Surprise me: two hundred seeds, each a whole piece with an idea that returns."""

from __future__ import annotations

from functools import cache

import pytest

from studio.generation.composing.plan import Plan, drawn_plan
from studio.generation.composing.tune import composed
from studio.generation.surprise import Surprise, fresh_seed, surprise
from studio.song.check import check
from studio.song.notes import Note

SEEDS = range(200)
RANGES = {
    "Double Bass": (28, 67),
    "Cello": (36, 79),
    "Flute": (60, 96),
    "Oboe": (58, 91),
    "Trumpet": (52, 84),
    "Violin": (55, 96),
}


@cache
def made(seed: int) -> tuple[Plan, Surprise]:
    return drawn_plan(seed), surprise(seed)


def melody(piece: Surprise) -> list[Note]:
    return list(piece.song.tracks[0].notes)


def shape(notes: list[Note], start: int, end: int) -> list[tuple[int, int]]:
    """Starts from the section's beginning, and pitches from its first note on."""
    inside = [note for note in notes if start <= note.start_tick < end]
    return [(note.start_tick - start, note.pitch - inside[0].pitch) for note in inside]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_seed_is_a_whole_sound_piece(seed: int) -> None:
    plan, piece = made(seed)
    song = piece.song
    assert check(song) == ()
    assert 16 <= song.bar_count <= 40
    assert 2 <= len(song.tracks) <= 4
    assert len({track.name for track in song.tracks}) == len(song.tracks)
    assert all(len(track.notes) for track in song.tracks)
    assert str(seed) in song.title
    assert song.timeline.keys[0].key == plan.key
    assert song.timeline.markers[0].text == "Intro"
    for track in song.tracks:
        rows = track.notes.rows
        assert len(set(rows["velocity"].tolist())) >= 6, "players differ from stroke to stroke"
        low, high = RANGES.get(track.name, (21, 108))
        assert track.instrument.is_drum or (rows["pitch"].min() >= low and rows["pitch"].max() <= high), (
            track.name,
            rows["pitch"].min(),
            rows["pitch"].max(),
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_idea_returns_and_the_middle_differs(seed: int) -> None:
    plan, piece = made(seed)
    bar = plan.style.bar_ticks
    first, *returns = (section.first_bar * bar for section in plan.named("A"))
    idea = shape(melody(piece), first, first + 2 * bar)
    assert len(idea) >= 3
    for start in returns:
        assert shape(melody(piece), start, start + 2 * bar) == idea
    contrast = plan.named("B")[0].first_bar * bar
    assert shape(melody(piece), contrast, contrast + 2 * bar) != idea


@pytest.mark.parametrize("seed", SEEDS)
def test_it_ends_on_a_long_tonic(seed: int) -> None:
    plan, piece = made(seed)
    last = melody(piece)[-1]
    assert last.pitch % 12 == plan.key.tonic
    assert last.start_tick == (plan.bar_count - 1) * plan.style.bar_ticks
    assert last.length_ticks >= plan.style.bar_ticks * 9 // 10
    bass = min(
        (
            note
            for track in piece.song.tracks
            if not track.instrument.is_drum
            for note in track.notes
            if note.end_tick == last.end_tick
        ),
        key=lambda note: note.pitch,
    )
    assert bass.pitch % 12 == plan.key.tonic


@pytest.mark.parametrize("seed", SEEDS)
def test_strong_notes_belong_to_the_harmony(seed: int) -> None:
    plan, _ = made(seed)
    tune = composed(plan)
    strong = [tone for tone in tune.tones if tone.start_tick % plan.style.bar_ticks == 0]
    at_home = 0
    for tone in strong:
        span = next(span for span in tune.chords if span.start_tick <= tone.start_tick < span.end_tick)
        at_home += tone.degree % 7 in span.chord.tones
    assert at_home >= 0.9 * len(strong)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sentences_say_what_is_so(seed: int) -> None:
    plan, piece = made(seed)
    decided, story = piece.sentences
    meter = piece.song.timeline.meters[0]
    assert plan.key.name in decided
    assert f"{meter.numerator}/{meter.denominator}" in decided
    assert plan.style.name in decided
    assert str(seed) in decided
    assert "because" in decided
    assert f"bar {plan.named('B')[0].first_bar + 1}" in story
    assert f"bar {plan.named('A')[-1].first_bar + 1}" in story
    for sentence in piece.sentences:
        assert sentence.endswith(".")
        assert sentence.count(". ") == 0
        assert "  " not in sentence


def test_the_same_seed_is_the_same_piece() -> None:
    assert surprise(77).song == surprise(77).song
    assert surprise(77).sentences == surprise(77).sentences
    assert surprise(-5).song != surprise(5).song


def test_two_seeds_are_two_pieces() -> None:
    ideas = [tuple(shape(melody(made(seed)[1]), 0, 10**9)) for seed in SEEDS]
    assert len(set(ideas)) == len(ideas)
    facts = {(plan.style.name, plan.key, plan.bpm, plan.lead) for plan, _ in map(made, SEEDS)}
    assert len(facts) >= 190
    assert len({plan.style.name for plan, _ in map(made, SEEDS)}) >= 10
    assert len({plan.key.scale for plan, _ in map(made, SEEDS)}) == 4


def test_slow_styles_slow_down_at_the_end() -> None:
    slowing = [piece.song.timeline.tempos for plan, piece in map(made, SEEDS) if plan.style.slows]
    assert slowing
    for tempos in slowing:
        assert [tempo.us_per_beat for tempo in tempos] == sorted(tempo.us_per_beat for tempo in tempos)
        assert len(tempos) > 2


def test_a_fresh_seed_can_be_written_down() -> None:
    seeds = {fresh_seed() for _ in range(20)}
    assert len(seeds) > 10
    assert all(1 <= seed <= 99_999 for seed in seeds)
