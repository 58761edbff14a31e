"""MusicVAE as a composer meets it: places and phrases, the four verbs, seeds, keys, sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from latent_parts import BAR, asked, band, phrase_of, small_card, small_model, tune

from backends.families.music_vae import Model
from backends.networks.taste import pulled
from studio.errors import DamagedCheckpoint, RicercarError, UnsupportedRequest
from studio.generation.card import ModelCard
from studio.generation.contract import Take
from studio.generation.latent import Decoding, Fitting, Locating
from studio.jobs.progress import Cancelled, Progress
from studio.song import Note, Notes
from studio.song.clip import Clip
from studio.song.timeline import MeterChange


@pytest.fixture(scope="module")
def melody() -> Model:
    return small_model("mel-2bar")


def rows_of(take: Take) -> list[bytes]:
    return [rows.tobytes() for _, rows in take.parts]


def test_a_place_decodes_to_its_reconstruction(melody: Model) -> None:
    (found,) = melody.locate(Locating("m", (phrase_of(tune(2), 2),)), Progress())
    (decoded,) = melody.decode(Decoding("m", found.mean[None]), Progress())
    assert decoded.clip.rows.tobytes() == found.reconstruction.rows.tobytes()
    assert 0 <= found.agreement <= 1
    assert found.mean.shape == found.deviation.shape == (12,)


def test_many_points_give_what_each_gives_alone(melody: Model) -> None:
    points = np.random.default_rng(1).normal(size=(5, 12)).astype(np.float32)
    together = [found.clip.rows.tobytes() for found in melody.decode(Decoding("m", points), Progress())]
    alone = [next(melody.decode(Decoding("m", point[None]), Progress())).clip.rows.tobytes() for point in points]
    assert together == alone


def test_a_warm_decode_depends_on_seed_and_place_in_line_only(melody: Model) -> None:
    points = np.random.default_rng(2).normal(size=(3, 12)).astype(np.float32)

    def drawn(seed: int, count: int) -> list[bytes]:
        request = Decoding("m", points[:count], temperature=1.0, seed=seed)
        return [found.clip.rows.tobytes() for found in melody.decode(request, Progress())]

    assert drawn(1, 3) == drawn(1, 3)
    assert drawn(1, 3)[:2] == drawn(1, 2)
    assert drawn(1, 3) != drawn(2, 3)


def test_the_key_is_kept_when_it_is_strict(melody: Model) -> None:
    points = np.random.default_rng(3).normal(size=(8, 12)).astype(np.float32)
    wanted = frozenset({0, 2, 4, 5, 7, 9, 11})
    request = Decoding("m", points, temperature=1.5, pitch_classes=wanted, strictness="on")
    pitches = {int(pitch) % 12 for found in melody.decode(request, Progress()) for pitch in found.clip.rows["pitch"]}
    assert pitches
    assert pitches <= wanted


@pytest.mark.parametrize("task", ["start", "vary", "continue"])
def test_takes_are_repeatable_and_differ(melody: Model, task: str) -> None:
    first = asked(melody, task, bars=(5, 6), count=3, seed=4, knobs={"temperature": 1.2})
    again = asked(melody, task, bars=(5, 6), count=2, seed=4, knobs={"temperature": 1.2})
    assert [rows_of(take) for take in first[:2]] == [rows_of(take) for take in again]
    assert len({tuple(rows_of(take)) for take in first}) == 3
    for take in first:
        assert all(4 * BAR <= row["start"] < row["start"] + row["length"] <= 6 * BAR for row in take.rows)


def clip_of(notes: list[Note]) -> Clip:
    return phrase_of(notes, 2).clip


def test_to_vary_as_from_one_phrase_to_another_goes_along_that_way(melody: Model) -> None:
    one, other = tune(2, 21), tune(2, 22, low=72, high=90)
    ends = (clip_of(one), clip_of(other))
    exact = {"temperature": 0.1, "resemblance": 1.0, "stay_in_key": "off"}

    def places(amount: float, clips: tuple[Clip, ...], seed: int = 5) -> list[bytes]:
        takes = asked(melody, "vary", bars=(1, 2), count=2, seed=seed, knobs={**exact, "amount": amount}, clips=clips)
        return [rows_of(take)[0] for take in takes]

    assert places(0.0, ends) == places(1.0, (ends[0], ends[0])), "a way to where one is leads nowhere"
    assert places(1.0, ends) == places(1.0, ends) != places(-1.0, ends)
    assert places(1.0, ends) != places(1.0, ends, seed=6)
    with pytest.raises(UnsupportedRequest, match="Only one phrase was named"):
        places(1.0, ends[:1])
    with pytest.raises(UnsupportedRequest, match=r"«The phrase to go to» holds no melody"):
        places(1.0, (ends[0], clip_of([])))


def test_a_long_region_is_made_in_pieces_and_cut_and_says_so(melody: Model) -> None:
    (take,) = asked(melody, "start", bars=(1, 5), count=1)
    assert any("made in 3 pieces" in remark for remark in take.remarks)
    assert any("cut at its end" in remark for remark in take.remarks)
    assert (take.rows["start"] + take.rows["length"]).max() <= 5 * BAR
    assert take.rows["start"].max() >= 2 * BAR


def test_morph_keeps_both_ends_as_they_are(melody: Model) -> None:
    far = Notes.of(tune(2, seed=9)).rows
    song = band()
    (take,) = asked(melody, "morph", bars=(1, 8), count=1, song=song, clips=(Clip(((0, far),), 2 * BAR),))
    here = song.track(1).notes.rows
    near = [(int(r["start"]) // 240, int(r["pitch"])) for r in here if r["start"] < 2 * BAR]
    ours = [(round(int(r["start"]) / 240), int(r["pitch"])) for r in take.rows if round(int(r["start"]) / 240) < 32]
    assert ours == near
    last = [(round((int(r["start"]) - 6 * BAR) / 240), int(r["pitch"])) for r in take.rows if round(r["start"] / 240) >= 96]
    assert last == [(int(r["start"]) // 240, int(r["pitch"])) for r in far]


def test_continue_goes_on_from_what_stands_before(melody: Model) -> None:
    after_one = asked(melody, "continue", bars=(5, 6), count=1, seed=1)
    other = band()
    changed = other.with_track(other.track(1).with_notes(Notes.of(tune(4, seed=77))))
    after_another = asked(melody, "continue", bars=(5, 6), count=1, seed=1, song=changed)
    assert rows_of(after_one[0]) != rows_of(after_another[0])


@pytest.mark.parametrize(
    ("task", "bars", "tracks", "words"),
    [
        ("vary", (20, 21), (1,), "no notes in these bars to vary"),
        ("continue", (1, 2), (1,), "Nothing stands before"),
        ("continue", (30, 31), (1,), "Nothing stands before"),
        ("morph", (1, 2), (1,), "needs a second phrase"),
        ("start", (1, 2), (3,), "No selected track can take melody"),
        ("groove", (1, 2), (1,), "cannot groove"),
    ],
)
def test_what_cannot_be_done_is_said(
    melody: Model, task: str, bars: tuple[int, int], tracks: tuple[int, ...], words: str
) -> None:
    with pytest.raises(UnsupportedRequest, match=words):
        asked(melody, task, bars=bars, tracks=tracks, count=1)


@pytest.mark.parametrize("notes", [[], [Note(50 * BAR, 480, 60)]])
def test_a_phrase_without_notes_is_refused_in_a_sentence(melody: Model, notes: list[Note]) -> None:
    with pytest.raises(UnsupportedRequest, match=r"«test» holds no melody to read\."):
        list(melody.locate(Locating("m", (phrase_of(notes, 2),)), Progress()))


@pytest.mark.parametrize("notes", [[Note(0, 1, 0)], [Note(0, 10**7, 127)], [Note(at, 5, 60) for at in range(0, 900, 7)]])
def test_odd_phrases_have_a_place(melody: Model, notes: list[Note]) -> None:
    (found,) = melody.locate(Locating("m", (phrase_of(notes, 2),)), Progress())
    assert np.isfinite(found.mean).all()


def test_drums_and_trio_go_to_their_tracks() -> None:
    drums = asked(small_model("drums-2bar"), "vary", bars=(1, 4), tracks=(3,), count=1)
    assert [track for track, _ in drums[0].parts] == [3]
    trio = asked(small_model("trio-16bar-hier"), "start", bars=(1, 8), tracks=(1, 2, 3), count=1)
    assert {track for track, _ in trio[0].parts} == {1, 2, 3}
    alone = asked(small_model("trio-16bar-hier"), "start", bars=(1, 8), tracks=(2,), count=1)
    assert [track for track, _ in alone[0].parts] == [2]
    assert any("melody and the drums" in remark for remark in alone[0].remarks)


def test_other_metres_are_said(melody: Model) -> None:
    song = band()
    song = replace(song, timeline=replace(song.timeline, meters=(MeterChange(0, 3, 4),)))
    (take,) = asked(melody, "start", bars=(1, 2), count=1, song=song)
    assert any("4/4" in remark for remark in take.remarks)


def test_a_taste_is_learned_and_pulls(melody: Model) -> None:
    phrases = tuple(phrase_of(tune(2, seed), 2) for seed in range(4))
    (taste,) = melody.fit(Fitting("m", phrases, seed=2), Progress())
    (same,) = melody.fit(Fitting("m", phrases, seed=2), Progress())
    assert taste.clip_count == 4
    assert all(np.array_equal(taste.weights[name], same.weights[name]) for name in taste.weights)
    means = np.stack([found.mean for found in melody.locate(Locating("m", phrases), Progress())])
    far = means.mean(0) + 5 * np.random.default_rng(1).normal(size=(20, 12)).astype(np.float32)
    nearest_before = np.linalg.norm(far[:, None] - means[None], axis=2).min(1)
    nearest_after = np.linalg.norm(pulled(far, taste.weights, 1.0)[:, None] - means[None], axis=2).min(1)
    assert nearest_after.mean() < 0.5 * nearest_before.mean()
    assert np.array_equal(pulled(far, taste.weights, 0.0), far.astype(np.float32))
    for odd in (
        {"centre": np.zeros(12, np.float32)},
        taste.weights | {"into.bias": np.zeros(3)},
        taste.weights | {"scale": 0 * means[0]},
    ):
        with pytest.raises(UnsupportedRequest, match="does not fit this model"):
            pulled(far, odd, 0.5)
    with pytest.raises(UnsupportedRequest, match="no phrases"):
        list(melody.fit(Fitting("m", ()), Progress()))


def test_a_cancel_ends_every_call(melody: Model) -> None:
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        list(melody.decode(Decoding("m", np.zeros((1, 12), np.float32)), stopped))
    with pytest.raises(Cancelled):
        list(melody.locate(Locating("m", (phrase_of(tune(2), 2),)), stopped))


@pytest.mark.parametrize("harm", [{"hyper": {}}, {"settings": {}}, {"settings": {"space": {"bars": 0}}}])
def test_a_damaged_card_is_named(harm: dict[str, object]) -> None:
    card: ModelCard = replace(small_card("mel-2bar"), **harm)  # type: ignore[arg-type]
    with pytest.raises((DamagedCheckpoint, RicercarError)):
        Model(card, "cpu")
