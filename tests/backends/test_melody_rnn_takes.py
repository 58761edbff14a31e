"""Takes of every configuration obey request, seed and key; nothing of the primer is in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny import BAR, melody_song, request_for, saved_tiny, tiny_card, tiny_network

from backends.families.melody_rnn import CANDIDATES, Model, chosen_candidate
from backends.representations.melody import read_line
from studio.errors import DamagedCheckpoint, UnsupportedRequest
from studio.generation.contract import Request, Take
from studio.generation.enforce import enforced
from studio.jobs.progress import Cancelled, Progress
from studio.song.harmony import Key
from studio.song.measures import aligned_run
from studio.song.notes import Note, Notes, ends, rows_of
from studio.song.region import Mask, Region
from studio.song.song import empty_song
from studio.song.ticks import Span
from studio.song.timeline import KeyChange

CONFIGS = ("basic", "lookback", "attention", "mono")


def model(config: str = "attention", seed: int = 0) -> Model:
    card = tiny_card(config)
    return Model(card, "cpu", tiny_network(card, seed))


def takes(request: Request, config: str = "attention") -> list[Take]:
    return [enforced(take, request) for take in model(config).generate(request, Progress())]


def notes(take: Take) -> list[Any]:
    return [row[name] for row in take.rows for name in ("start", "length", "pitch", "velocity")]


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize(("capability", "bars"), [("continue", (9, 10)), ("fill", (3, 4)), ("start", (9, 10))])
def test_takes_lie_in_the_region_and_repeat_exactly(config: str, capability: Any, bars: tuple[int, int]) -> None:
    song = melody_song(gap=(3, 4) if capability == "fill" else None)
    request = request_for(song, capability, bars)
    first, again = takes(request, config), takes(request, config)
    assert [take.number for take in first] == [1, 2]
    assert notes(first[0]) == notes(again[0])
    assert notes(first[0]) != notes(first[1])
    for take in first:
        assert (take.rows["start"] >= request.span.start_tick).all()
        assert (ends(take.rows) <= request.span.end_tick).all()
        assert take.parts[0][0] == 1
        assert (take.origin.seed, take.origin.take, take.origin.capability) == (1, take.number, capability)


@pytest.mark.parametrize("capability", ["continue", "fill"])
def test_asking_for_more_takes_keeps_the_first(capability: Any) -> None:
    request = request_for(melody_song(gap=(3, 4)), capability, (3, 4), count=1)
    one, four = takes(request), takes(replace(request, count=4))
    assert len(four) == 4
    assert notes(one[0]) == notes(four[0])


def test_another_seed_gives_another_take() -> None:
    request = request_for(melody_song(), "continue", (9, 10), count=1)
    assert notes(takes(request)[0]) != notes(takes(replace(request, seed=2))[0])


@pytest.mark.parametrize("up", [*range(1, 12)])
def test_with_the_key_given_one_seed_gives_the_take_transposed(up: int) -> None:
    plain = takes(request_for(melody_song(), "continue", (9, 10), key="C", stay_in_key="on"))
    moved = takes(request_for(melody_song(up=up), "continue", (9, 10), key=Key(up).name, stay_in_key="on"))
    for take, other in zip(plain, moved, strict=True):
        assert (other.rows["pitch"].astype(int) - take.rows["pitch"] == up).all()
        assert (other.rows["start"] == take.rows["start"]).all()
        assert (other.rows["velocity"] == take.rows["velocity"]).all()


def test_a_start_is_transposed_with_its_key() -> None:
    plain = takes(request_for(empty_song(), "start", (1, 4), key="C"))
    for tonic in range(1, 12):
        for take, other in zip(plain, takes(request_for(empty_song(), "start", (1, 4), key=Key(tonic).name)), strict=True):
            by = np.unique(other.rows["pitch"].astype(int) - take.rows["pitch"])
            assert len(by) == 1
            assert by[0] % 12 == tonic


@pytest.mark.parametrize("name", ["C", "F# minor", "A harmonic minor", "G melodic minor", "D dorian", "Eb lydian", "B locrian"])
@pytest.mark.parametrize("config", CONFIGS)
def test_a_strict_key_admits_no_other_note(name: str, config: str) -> None:
    request = request_for(melody_song(), "continue", (9, 12), key=name, stay_in_key="on", temperature=2.0)
    allowed = Key.named(name).pitch_classes
    for take in takes(request, config):
        assert set((take.rows["pitch"] % 12).tolist()) <= allowed


def test_a_soft_key_makes_other_notes_rare_and_off_leaves_them() -> None:
    shares = []
    for setting in ("off", "soft", "on"):
        made = takes(request_for(melody_song(), "continue", (9, 16), count=4, key="C", stay_in_key=setting))
        pitches = np.concatenate([take.rows["pitch"] for take in made])
        shares.append(float(np.isin(pitches % 12, [1, 3, 6, 8, 10]).mean()))
    assert shares[0] > 3 * shares[1] > shares[2] == 0


def test_the_key_follows_its_changes_in_the_song() -> None:
    song = melody_song(bars=4)
    song = replace(song, timeline=replace(song.timeline, keys=(KeyChange(0, Key(0)), KeyChange(6 * BAR, Key(6)))))
    for take in takes(request_for(song, "continue", (5, 8), stay_in_key="on", count=4)):
        early = take.rows["start"] < 6 * BAR
        assert set((take.rows["pitch"][early] % 12).tolist()) <= Key(0).pitch_classes
        assert set((take.rows["pitch"][~early] % 12).tolist()) <= Key(6).pitch_classes


def test_a_key_signature_that_does_not_fit_the_notes_is_not_believed() -> None:
    song = melody_song(up=6)
    song = replace(song, timeline=replace(song.timeline, keys=(KeyChange(0, Key(0)),)))
    (take,) = takes(request_for(song, "continue", (9, 12), stay_in_key="on", count=1))
    assert set((take.rows["pitch"] % 12).tolist()) <= Key(6).pitch_classes
    assert any("marked C major" in remark for remark in take.remarks)


def test_a_note_held_to_the_end_of_the_primer_swallows_nothing() -> None:
    """Where the primer's last note ends with it, the region begins with a note or a rest, never with a held nothing."""
    song = melody_song()
    request = request_for(song, "continue", (9, 9), count=1)
    frame = model()._frame(
        request, {"key": "C", "stay_in_key": "off", "temperature": 1.0, "density": 0.0} | {"repetition": 0.5, "top_p": 1.0}
    )
    events, _ = model()._decoder.draw(frame.standing, frame.wishes, np.random.default_rng(1), lambda step: None)
    assert frame.standing.history.pitch[0] >= 0 or events[0, 0] != 0


def test_a_kept_note_that_sounds_into_the_region_is_waited_for() -> None:
    song = melody_song(bars=2)
    held = Notes.of([*song.track(1).notes, Note(2 * BAR - 480, 480 + 960, 72, id=900)])
    song = song.with_track(song.track(1).with_notes(held))
    for take in takes(request_for(song, "continue", (3, 4), count=4)):
        assert (take.rows["start"] >= 2 * BAR + 960).all()


def test_an_empty_track_goes_on_from_a_heard_one_and_says_so() -> None:
    (take,) = takes(request_for(melody_song(), "continue", (5, 6), track=2, count=1))
    assert take.parts[0][0] == 2
    assert any("«Melody»" in remark for remark in take.remarks)


def test_without_anything_before_it_a_take_begins_afresh_and_says_so() -> None:
    (take,) = takes(request_for(empty_song(), "continue", (1, 4), count=1))
    assert any("afresh" in remark for remark in take.remarks)


def test_chords_are_read_as_their_top_and_said() -> None:
    song = melody_song()
    chords = rows_of([Note(at * 480, 480, 48, id=500 + at) for at in range(64)])
    song = song.with_track(song.track(1).with_notes(song.track(1).notes.spliced((), chords)))
    (take,) = takes(request_for(song, "continue", (9, 10), count=1))
    assert any("64 lower notes" in remark for remark in take.remarks)


def test_a_drum_track_is_refused_in_a_sentence() -> None:
    with pytest.raises(UnsupportedRequest, match="«Kit» is a drum kit"):
        takes(request_for(melody_song(), "continue", (9, 10), track=3))


def test_of_several_tracks_the_first_melodic_one_is_written() -> None:
    request = request_for(melody_song(), "continue", (9, 10), count=1)
    request = replace(request, mask=Mask(Region((3, 1, 2), request.span)))
    (take,) = takes(request)
    assert [track_id for track_id, _ in take.parts] == [1]
    assert any("one track" in remark for remark in take.remarks)


def test_a_pitch_band_is_kept_to() -> None:
    request = request_for(melody_song(), "continue", (9, 12))
    for low, high in ((60, 67), (30, 40), (100, 115)):
        for take in takes(replace(request, mask=Mask(request.mask.region, low, high))):
            assert ((take.rows["pitch"] >= low) & (take.rows["pitch"] <= high)).all()


@pytest.mark.parametrize("config", CONFIGS)
def test_how_busy_moves_the_number_of_notes(config: str) -> None:
    counts = []
    for density in (-1, 0, 1):
        made = takes(request_for(melody_song(), "continue", (9, 16), count=4, density=density), config)
        counts.append(sum(take.note_count for take in made))
    assert counts[0] < counts[1] < counts[2]


@pytest.mark.parametrize("config", CONFIGS)
def test_repetition_moves_the_share_of_takes_that_bring_two_bars_back(config: str) -> None:
    song = melody_song()
    primer = read_line(song.track(1).notes.rows, Span(0, 8 * BAR)).line

    def share(repetition: float) -> float:
        request = request_for(song, "continue", (9, 12), count=8, repetition=repetition)
        return sum(aligned_run(primer, drawn.line, 16) >= 2 for drawn in model(config).drawn(request, Progress())) / 8

    assert share(0) == 0
    assert share(1) > 0.8


def test_takes_are_performed_unless_the_context_is_flat() -> None:
    (take,) = takes(request_for(melody_song(), "continue", (9, 12), count=1))
    assert len(np.unique(take.rows["velocity"])) > 3
    (take,) = takes(request_for(melody_song(velocity=64), "continue", (9, 12), count=1))
    assert set(take.rows["velocity"].tolist()) == {64}
    (take,) = takes(request_for(empty_song(), "start", (1, 4), count=1))
    assert len(np.unique(take.rows["velocity"])) > 3


def test_candidates_are_chosen_by_their_likelihood() -> None:
    fit = np.array([-3.0, -1.0, -np.inf, -9.0])
    rng = np.random.default_rng(1)
    found = np.bincount([chosen_candidate(fit, rng) for _ in range(20_000)], minlength=4) / 20_000
    expected = np.exp(fit) / np.exp(fit).sum()
    assert found == pytest.approx(expected, abs=0.01)
    assert CANDIDATES >= 16


def test_a_fill_hears_what_follows() -> None:
    request = request_for(melody_song(gap=(3, 4)), "fill", (3, 4), count=6)
    other = replace(request, song=melody_song(gap=(3, 8)))
    assert [notes(take) for take in takes(request)] != [notes(take) for take in takes(other)]
    assert takes(request)[0].figures
    assert not takes(other)[0].figures


def test_fills_of_one_request_differ_though_one_candidate_fits_best() -> None:
    request = request_for(melody_song(gap=(3, 4)), "fill", (3, 4), count=4, temperature=0.2)
    melodies = [drawn.line.tobytes() for drawn in model().drawn(request, Progress())]
    assert len(set(melodies)) == 4


def test_progress_is_told_and_cancel_obeyed_within_a_step() -> None:
    told: list[tuple[float, float, str]] = []
    progress = Progress(lambda done, total, note: told.append((done, total, note)))
    found = model().generate(request_for(melody_song(), "continue", (9, 10), count=3), progress)
    next(found)
    assert [note for _, _, note in told] == ["take 1 of 3, bar 1", "take 1 of 3, bar 2"]
    progress.cancel()
    with pytest.raises(Cancelled):
        next(found)


def test_a_saved_model_plays_as_the_one_in_training(tmp_path: Path) -> None:
    card = saved_tiny(tmp_path)
    network = tiny_network(card).half().float()
    request = request_for(melody_song(), "continue", (9, 10))
    loaded = [notes(take) for take in Model(card, "cpu").generate(request, Progress())]
    assert loaded == [notes(take) for take in Model(card, "cpu", network).generate(request, Progress())]


@pytest.mark.parametrize(
    "change", [{"hyper": tiny_card("lookback").hyper}, {"codec": {"codec": "hvo"}}, {"hyper": {"cells": 10**9}}, {"hyper": {}}]
)
def test_a_card_that_contradicts_itself_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(DamagedCheckpoint, match="Tiny attention"):
        Model(tiny_card(**change), "cpu")


@pytest.mark.parametrize("text", ["H", "C blues", ""])
def test_a_key_that_is_none_is_said(text: str) -> None:
    with pytest.raises(UnsupportedRequest, match="is no key"):
        takes(request_for(melody_song(), "continue", (9, 10), key=text))


@pytest.mark.parametrize(("numerator", "denominator"), [(3, 4), (6, 8), (2, 4), (5, 4), (7, 8)])
def test_other_metres_work(numerator: int, denominator: int) -> None:
    song = melody_song()
    song = replace(song, timeline=song.timeline.with_meter(0, numerator, denominator))
    span = song.timeline.bar_span(9, 12)
    request = replace(request_for(song, "continue", (9, 12)), mask=Mask(Region((1,), span)))
    for take in takes(request):
        assert (take.rows["start"] >= span.start_tick).all()
        assert (ends(take.rows) <= span.end_tick).all()
