"""Steering every engine: each knob moves its own measure, each constraint holds, whatever family draws; neutral is neutral."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from steering_parts import BAR, Engine, engines, tiny_groove, tiny_lecture, tiny_melody, tiny_phrases
from tiny import melody_song, request_for

from backends.catalogue import Catalogue
from backends.choosing import CANDIDATES
from backends.local import LocalBackend
from backends.steered import steered
from studio.errors import UnsupportedRequest
from studio.generation.contract import Capability, Family, Request, Take
from studio.generation.enforce import enforced
from studio.generation.library import Library
from studio.generation.request_text import request_text, take_origin
from studio.generation.steering import STANDARD, all_knobs, is_conditioned, push
from studio.generation.sweep import swept
from studio.jobs.progress import Cancelled, Progress
from studio.knobs import Knob
from studio.song.constraint import Constraint
from studio.song.notes import ROW, Note, Notes, Rows, ends, rows_of
from studio.song.song import Song, Track
from tests.plain_space import saved_plain, with_plain_space

ENGINES = {engine.name: engine for engine in engines()}
BARE = Family("bare", "Bare", 1, ("start", "continue", "fill", "vary"))


class Dice:
    """A model without a single knob: some notes at random, of a key or not, few or many."""

    def generate(self, request: Request, progress: Progress) -> Iterator[Take]:
        for number in range(1, request.count + 1):
            progress.stop_if_cancelled()
            rng = np.random.default_rng([request.seed % 2**32, number])
            count = int(rng.integers(4, 24))
            starts = np.sort(rng.choice(32, count, replace=False)) * 240 + request.span.start_tick
            pitches = 60 + np.cumsum(rng.integers(-2, 3, count) * int(rng.integers(1, 4))) % 24
            rows = rows_of([Note(int(start), 240, int(pitch)) for start, pitch in zip(starts, pitches, strict=True)])
            yield Take(number, request.span, ((1, rows),), take_origin(request, number, "0" * 64, "1"))


def dice() -> Engine:
    return Engine("dice", Dice(), BARE, melody_song(6), 1)


def verbs_of(engine: Engine) -> tuple[Capability, ...]:
    card = getattr(engine.model, "_card", None)
    return engine.family.capabilities if card is None else card.capabilities


STAND_INS = [
    (engine.name, verb, knob.name)
    for engine in (*ENGINES.values(), dice())
    for verb in verbs_of(engine)
    for knob in STANDARD
    if not is_conditioned(engine.family, knob.name, verb)
]


@pytest.mark.parametrize(("name", "verb", "knob"), STAND_INS)
def test_gn_6_1_a_knob_that_a_family_lacks_moves_its_own_measure(name: str, verb: Capability, knob: str) -> None:
    engine = dice() if name == "dice" else ENGINES[name]
    declared = next(each for each in all_knobs(engine.family) if each.name == knob)
    low, high = (engine.mean(knob, verb, value, seeds=4) for value in (declared.low or 0, declared.high or 0))
    apart = {"density": 0.05 * high, "resemblance": 0.004, "temperature": 0.03}[knob]
    assert high - low > apart, (low, high)


@pytest.mark.parametrize("verb", ["start", "continue", "fill"])
def test_gn_6_1_melody_rnn_heeds_how_busy_and_how_surprising_itself(verb: Capability) -> None:
    engine = ENGINES["tiny-attention"]
    assert engine.mean("density", verb, 1.0) > engine.mean("density", verb, -1.0) + 0.5
    assert engine.mean("temperature", verb, 2.0) > engine.mean("temperature", verb, 0.1) + 0.03


@pytest.mark.parametrize(
    ("name", "verb"), [("tiny-seq2seq", "fill"), ("tiny-vib", "fill"), ("tiny-vib", "vary"), ("tiny-vib", "morph")]
)
def test_gn_6_1_groovae_heeds_how_busy_itself(name: str, verb: Capability) -> None:
    engine = ENGINES[name]
    calm, as_it_comes, busy = (engine.mean("density", verb, value, seeds=3) for value in (-1.0, 0.0, 1.0))
    assert calm < as_it_comes < busy


def test_groovae_says_where_how_busy_means_nothing() -> None:
    engine = ENGINES["tiny-vib"]
    (take,) = engine.takes(engine.request("groove", {"density": 1.0}))
    assert any("the hits stay" in words for words in take.remarks)


@pytest.mark.parametrize("name", ENGINES)
def test_gn_6_1_at_neutral_values_takes_are_those_of_the_model(name: str) -> None:
    engine = ENGINES[name]
    for verb in verbs_of(engine):
        request = engine.request(verb, count=2, seed=5)
        plain = [enforced(take, request) for take in engine.model.generate(request, Progress())]
        neutral = {knob.name: knob.default for knob in all_knobs(engine.family)}
        for knobs in ({}, neutral):
            asked = replace(request, knobs=knobs)
            found = engine.takes(asked)
            assert [take.rows.tobytes() for take in found] == [take.rows.tobytes() for take in plain], verb
            assert [take.origin.request for take in found] == [request_text(asked)] * 2
            assert [take.origin.take for take in found] == [1, 2]


def test_chosen_takes_are_the_same_for_the_same_seed_and_however_many_are_asked_for() -> None:
    engine = ENGINES["tiny-lecture"]
    request = engine.request("vary", {"density": 1.0}, seed=3, count=3)
    first, again, one = engine.takes(request), engine.takes(request), engine.takes(replace(request, count=1))
    assert [take.rows.tobytes() for take in first] == [take.rows.tobytes() for take in again]
    assert one[0].rows.tobytes() == first[0].rows.tobytes()
    assert [take.number for take in first] == [1, 2, 3]
    assert len({take.rows.tobytes() for take in first}) == 3
    other = engine.takes(replace(request, seed=4, count=1))
    assert other[0].rows.tobytes() != first[0].rows.tobytes()


def test_half_a_push_goes_half_as_far() -> None:
    engine = dice()
    means = [engine.mean("density", "start", value, seeds=20) for value in (-1.0, -0.5, 0.5, 1.0)]
    assert means == sorted(means)
    assert push(Knob("k", "K", 0.7, 0.0, 1.0), 0.35) == pytest.approx(-0.5)
    assert push(Knob("k", "K", 0.0, 0.0, 2.0), 0.0) == 0


def test_two_knobs_at_once_are_weighed_against_each_other() -> None:
    engine = dice()
    both = {"density": 1.0, "resemblance": 0.0}
    assert engine.mean("density", "fill", 1.0, seeds=12, resemblance=0.0) > engine.mean("density", "fill", 0.0, seeds=12)
    assert engine.mean("resemblance", "fill", 0.0, seeds=12, density=1.0) < engine.mean("resemblance", "fill", 1.0, seeds=12)
    assert engine.takes(engine.request("fill", both))


def test_a_cancel_is_heeded_at_the_next_candidate() -> None:
    engine, progress = dice(), Progress()
    asked: list[int] = []

    class Counting(Dice):
        def generate(self, request: Request, progress: Progress) -> Iterator[Take]:
            for take in super().generate(request, progress):
                asked.append(take.number)
                if len(asked) == 3:
                    progress.cancel()
                yield take

    request = engine.request("fill", {"density": 1.0}, count=4)
    with pytest.raises(Cancelled):
        list(steered(Counting(), BARE, request, progress))
    assert len(asked) == 3
    assert progress.is_cancelled


def test_progress_of_a_chosen_take_counts_takes_not_candidates() -> None:
    engine = ENGINES["tiny-lecture"]
    reports: list[tuple[float, float, str]] = []
    progress = Progress(lambda done, total, note: reports.append((done, total, note)))
    list(steered(engine.model, engine.family, engine.request("vary", {"density": 1.0}, count=2), progress))
    assert {total for _, total, _ in reports} == {2.0, 1.0}
    assert [done for done, total, _ in reports if total == 2] == sorted(done for done, total, _ in reports if total == 2)
    assert f"take 2 of 2, the best of {CANDIDATES}" in {note for _, _, note in reports}


# Constraints

PITCHED = [tiny_melody, lambda: tiny_phrases("mel-2bar", 1)]
DRUMS = [lambda: tiny_phrases("drums-2bar", 3), lambda: tiny_groove("vib"), tiny_lecture]


def held_takes(engine: Engine, verb: Capability, constraint: Constraint) -> list[Take]:
    found = []
    for seed in range(3):
        found += engine.takes(engine.request(verb, seed=seed, constraint=replace(constraint, track_id=engine.track_id)))
    assert found
    return found


def bars_of(rows: Rows) -> list[int]:
    return [int(((rows["start"] // BAR) == bar).sum()) for bar in (2, 3)]


@pytest.mark.parametrize("make", PITCHED, ids=["melody-rnn", "music-vae"])
@pytest.mark.parametrize("verb", ["start", "continue"])
def test_gn_6_1_constraints_hold_of_pitched_takes(make, verb: Capability) -> None:  # type: ignore[no-untyped-def]
    engine = make()
    for take in held_takes(engine, verb, Constraint(0, low_pitch=40, high_pitch=51)):
        assert ((take.rows["pitch"] >= 40) & (take.rows["pitch"] <= 51)).all()
    for take in held_takes(engine, verb, Constraint(0, most_per_bar=3)):
        assert max(bars_of(take.rows)) <= 3
    for take in held_takes(engine, verb, Constraint(0, shortest_ticks=480, longest_ticks=960, polyphony=1)):
        assert ((take.rows["length"] >= 480) & (take.rows["length"] <= 960)).all()
        assert (ends(take.rows)[:-1] <= take.rows["start"][1:]).all()
    for take in held_takes(engine, verb, Constraint(0, least_per_bar=4)):
        assert min(bars_of(take.rows)) >= 4 or take.remarks[-1].startswith("relaxed: ")


@pytest.mark.parametrize("make", DRUMS, ids=["music-vae", "groovae", "lecture-vae"])
def test_gn_6_1_constraints_hold_of_drum_takes(make) -> None:  # type: ignore[no-untyped-def]
    engine = make()
    for take in held_takes(engine, "vary", Constraint(0, low_pitch=36, high_pitch=46)):
        assert ((take.rows["pitch"] >= 36) & (take.rows["pitch"] <= 46)).all()
    for take in held_takes(engine, "vary", Constraint(0, most_per_bar=6)):
        assert max(bars_of(take.rows)) <= 6
    for take in held_takes(engine, "vary", Constraint(0, polyphony=2)):
        _, counts = np.unique(take.rows["start"], return_counts=True)
        assert counts.max() <= 2
    for take in held_takes(engine, "vary", Constraint(0, keeps_rhythm=True)):
        there = engine.song.track(engine.track_id).notes.starting_in(take.span)
        assert sorted(take.rows["start"].tolist()) == sorted(there["start"].tolist())


@pytest.mark.parametrize("make", PITCHED, ids=["melody-rnn", "music-vae"])
def test_gn_6_1_rhythm_or_pitches_that_are_there_are_kept(make) -> None:  # type: ignore[no-untyped-def]
    engine = make()
    there = engine.song.track(1).notes.starting_in(engine.request("start").span)
    for take in held_takes(engine, "start", Constraint(0, keeps_rhythm=True)):
        assert take.rows["start"].tolist() == there["start"].tolist()
        assert take.rows["length"].tolist() == there["length"].tolist()
        assert take.rows["pitch"].tolist() != there["pitch"].tolist()
    for take in held_takes(engine, "start", Constraint(0, keeps_pitches=True)):
        assert take.rows["pitch"].tolist() == there["pitch"].tolist() or take.remarks[-1].startswith("relaxed: ")
        assert take.rows["start"].tolist() != there["start"].tolist()


def with_chords(song: Song) -> Song:
    notes = [Note(bar * BAR, BAR, pitch, id=5000 + 4 * bar + at) for bar in range(8) for at, pitch in enumerate((60, 65, 69))]
    return replace(song, tracks=(*song.tracks, Track(9, "Chords", notes=Notes.of(notes))))


@pytest.mark.parametrize("make", PITCHED, ids=["melody-rnn", "music-vae"])
def test_gn_6_1_chords_of_a_track_are_followed(make) -> None:  # type: ignore[no-untyped-def]
    engine = make()
    engine = replace(engine, song=with_chords(engine.song))
    for take in held_takes(engine, "start", Constraint(0, follows=9)):
        on_beat = take.rows[(take.rows["start"] % 960) == 0]
        assert set((on_beat["pitch"] % 12).tolist()) <= {0, 5, 9}
        assert not any(words.startswith("relaxed") for words in take.remarks)


def test_melody_rnn_is_told_of_rhythm_chords_and_range_while_it_draws() -> None:
    engine = tiny_melody()
    engine = replace(engine, song=with_chords(engine.song))
    constraint = Constraint(1, low_pitch=60, high_pitch=72, keeps_rhythm=True, follows=9)
    request = replace(engine.request("fill", {"stay_in_key": "off"}, count=3), constraints=(constraint,))
    there = engine.song.track(1).notes.starting_in(request.span)
    for take in engine.model.generate(request, Progress()):
        steps = np.round((take.rows["start"] - request.span.start_tick) / 240).astype(int)
        assert steps.tolist() == ((there["start"] - request.span.start_tick) // 240).tolist()
        assert set((take.rows["pitch"][steps % 4 == 0] % 12).tolist()) <= {0, 5, 9}


def test_a_model_that_needs_no_change_is_asked_once() -> None:
    engine = ENGINES["tiny-lecture"]
    drawn: list[int] = []

    class Counting:
        def generate(self, request: Request, progress: Progress) -> Iterator[Take]:
            for take in engine.model.generate(request, progress):
                drawn.append(take.number)
                yield take

    request = engine.request("vary", constraint=Constraint(3, polyphony=9), count=2)
    assert len(list(steered(Counting(), engine.family, request, Progress()))) == 2
    assert drawn == [1, 1]


def test_too_few_notes_make_a_busier_model_be_asked() -> None:
    engine = tiny_melody()
    asked: list[tuple[float, int]] = []

    class Noting:
        def generate(self, request: Request, progress: Progress) -> Iterator[Take]:
            asked.append((float(request.knobs.get("density", 0.0)), request.count))
            for number in range(1, request.count + 1):
                rows = rows_of([Note(request.span.start_tick, 2 * BAR, 60 + number)])
                yield Take(number, request.span, ((1, rows),), take_origin(request, number, "", ""))

    request = engine.request("fill", constraint=Constraint(1, least_per_bar=4))
    (take,) = steered(Noting(), engine.family, request, Progress())
    assert asked == [(0.0, CANDIDATES), (0.5, CANDIDATES - 2)]
    assert bars_of(take.rows) == [4, 4]


def test_nothing_is_chosen_by_closeness_where_there_is_nothing_to_be_close_to() -> None:
    engine = replace(dice(), song=Song(tracks=(Track(1, "Empty"),)))
    request = engine.request("start", {"resemblance": 1.0}, bars=(1, 2))
    (take,) = engine.takes(request)
    (plain,) = engine.takes(replace(request, knobs={}))
    assert take.rows.tobytes() == plain.rows.tobytes()


def test_what_is_started_over_notes_can_be_close_to_them_whatever_the_family_means_by_it() -> None:
    engine = ENGINES["mel-2bar"]
    near, far = (engine.mean("resemblance", "start", value, seeds=8) for value in (1.0, 0.0))
    assert near > far + 0.02


def test_a_cold_melody_rnn_that_believes_in_silence_is_coaxed() -> None:
    engine = tiny_melody()
    decoder = engine.model._decoder  # type: ignore[attr-defined]
    with torch.no_grad():
        decoder._network.output.bias.data[:] = 0
        decoder._network.output.bias.data[0] = 9  # "no event" is all it believes in
    takes = engine.takes(engine.request("start", {"temperature": 0.1}, count=2))
    assert [take.note_count > 0 for take in takes] == [True, True]


# Refusals and sweeps behind the backend


@pytest.fixture
def backend(tmp_path: Path) -> LocalBackend:
    catalogue = with_plain_space(Catalogue.standard())
    saved_plain(tmp_path)
    return LocalBackend(Library([tmp_path], catalogue.families), catalogue, "cpu")


def asked_for(**knobs: object) -> Request:
    return replace(request_for(melody_song(), "vary", (3, 4), count=1), model="plain", knobs=knobs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (asked_for(density=3.0), "How busy cannot be 3"),
        (asked_for(colour=1), "no setting named 'colour'"),
        (replace(asked_for(), constraints=(Constraint(1, low_pitch=70, high_pitch=60),)), "lies above its highest"),
        (replace(asked_for(), constraints=(Constraint(1, keeps_rhythm=True, keeps_pitches=True),)), "nothing is left"),
    ],
)
def test_gn_6_1_what_cannot_be_is_refused_before_any_weights_are_read(
    backend: LocalBackend, request_: Request, words: str
) -> None:
    with pytest.raises(UnsupportedRequest, match=words):
        list(backend.generate(request_, Progress()))
    assert not backend.holds("plain")


def test_gn_sweep_goes_through_the_door_of_all_takes(backend: LocalBackend) -> None:
    from studio.generation.contract import Axis
    from tests.plain_space import FAMILY

    axes = (Axis("resemblance", (0.0, 0.5, 1.0)), Axis("density", (0.0, 1.0)))
    request = swept(asked_for(), axes, FAMILY)
    made = list(backend.generate(request, Progress()))
    assert [take.number for take in made] == [1, 2, 3, 4, 5, 6]
    alone = replace(asked_for(resemblance=0.5, density=0.0), seed=request.seed)
    (single,) = backend.generate(alone, Progress())
    assert made[2].rows.tobytes() == single.rows.tobytes(), "a cell is the take of its knobs and the same seed"
    assert made[2].origin.request == single.origin.request
    assert np.zeros(0, ROW).dtype == made[0].rows.dtype
