"""GrooVAE's takes, with small untrained networks of the real interface."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from backends.families.groovae import Model
from backends.networks.groovae import GrooveSeq2Seq, GrooveVib
from backends.representations.drums import OUT_PITCHES
from studio.errors import UnsupportedRequest
from studio.generation.card import ModelCard
from studio.generation.contract import Capability, Request, Take
from studio.generation.enforce import enforced
from studio.generation.latent import Decoding, Locating, Phrase
from studio.jobs.progress import Progress
from studio.song.clip import Clip
from studio.song.notes import LOCKED, Note, Notes, rows_of
from studio.song.region import Mask, Region
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import Span
from studio.song.timeline import MeterChange, Timeline

torch.set_num_threads(1)
BAR = 3840


def model(config: str) -> Model:
    hyper = {"cells": 12, "dropout": 0.0, "decoder_cells": 12, "z": 6}
    settings: dict[str, Any] = {"timing": {"spread": 0.3}, "velocity": {"spread": 0.3}, "tap_threshold": 0.5}
    verbs = ("groove", "fill")
    if config == "vib":
        verbs += ("vary", "morph")
        settings["space"] = {"bars": 2, "dimensions": 6, "parts": ["drums"], "attributes": []}
    card = ModelCard(f"tiny-{config}", "Tiny", "groovae", 1, config, verbs, {}, hyper, settings=settings)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        network = GrooveVib(hyper) if config == "vib" else GrooveSeq2Seq(hyper)
    return Model(card, "cpu", network)


def beat(bars: int = 4) -> list[Note]:
    found = []
    for step in range(bars * 16):
        if step % 2 == 0:
            found.append(Note(step * 240, 60, 42, 70, id=1000 + step))
        if step % 8 == 0:
            found.append(Note(step * 240, 60, 36, 100, id=2000 + step))
        if step % 8 == 4:
            found.append(Note(step * 240 + 10, 60, 38, 110, id=3000 + step))
    return found


def song(notes: list[Note] | None = None, **changes: Any) -> Song:
    kit = Track(1, "Kit", instrument=Instrument(is_drum=True)).with_notes(Notes.of(beat() if notes is None else notes))
    return replace(Song(tracks=(kit, Track(2, "Piano")), next_id=9000), **changes)


def asked(capability: Capability, held: Song, span: Span = Span(0, 4 * BAR), track: int = 1, **more: Any) -> Request:  # noqa: B008
    clips = more.pop("clips", ())
    seed, count = more.pop("seed", 1), more.pop("count", 2)
    return Request(capability, "tiny", held, Mask(Region((track,), span)), (), more, seed, count, clips)


def takes(config: str, request: Request) -> list[Take]:
    return [enforced(take, request) for take in model(config).generate(request, Progress())]


def plain(take: Take) -> list[tuple[int, int, int]]:
    return [(int(row["start"]), int(row["pitch"]), int(row["velocity"])) for row in take.rows]


def test_strength_leads_from_what_is_there_to_the_model_and_never_back() -> None:
    held = song()
    there = held.track(1).notes.rows
    distances = []
    for strength in (0.0, 0.25, 0.5, 0.75, 1.0):
        rows = takes("seq2seq", asked("groove", held, strength=strength, count=1))[0].rows
        assert len(rows) == len(there)
        distances.append(int(np.abs(np.sort(rows["velocity"].astype(int)) - np.sort(there["velocity"].astype(int))).sum()))
    assert distances[0] == 0
    assert distances == sorted(distances)
    assert distances[-1] > 0


@pytest.mark.parametrize("task", ["humanise", "tap", "infill"])
def test_strength_nought_leaves_everything(task: str) -> None:
    held = song()
    take = takes("seq2seq", asked("groove", held, task=task, strength=0.0, temperature=0.0, voice="ride"))[0]
    there = held.track(1).notes.rows
    assert plain(take) == [(int(row["start"]), int(row["pitch"]), int(row["velocity"])) for row in there]


def test_the_same_seed_gives_the_same_takes_and_takes_differ() -> None:
    request = asked("groove", song(), count=3)
    first, second = takes("seq2seq", request), takes("seq2seq", request)
    assert [plain(take) for take in first] == [plain(take) for take in second]
    assert len({tuple(plain(take)) for take in first}) == 3
    assert plain(takes("seq2seq", replace(request, count=1))[0]) == plain(first[0])


def test_infill_writes_one_voice_alone() -> None:
    held = song()
    before = plain(takes("seq2seq", asked("groove", held, strength=0.0))[0])
    for capability in ("groove", "fill"):
        after = plain(takes("seq2seq", asked(capability, held, task="infill", voice="ride"))[0])
        added = set(after) - set(before)
        assert set(before) <= set(after)
        assert added
        assert {pitch for _, pitch, _ in added} == {int(OUT_PITCHES[8])}


def test_locked_notes_stay_and_none_doubles_them() -> None:
    notes = [replace(note, flags=LOCKED) if note.pitch == 36 else note for note in beat()]
    for task in ("humanise", "tap"):
        for take in takes("seq2seq", asked("groove", song(notes), task=task)):
            kept = {note.start_tick for note in notes if note.is_locked}
            assert not kept & {start for start, pitch, _ in plain(take) if pitch == 36}


def test_notes_of_no_drum_and_flams_stay_in_number() -> None:
    notes = [*beat(), Note(100, 40, 100, 50, id=7), Note(4 * 240 + 50, 40, 40, 30, id=8)]
    take = takes("seq2seq", asked("groove", song(notes)))[0]
    assert len(take.rows) == len(notes)
    assert (100, 100, 50) in plain(take)
    assert any("pitch 100" in remark for remark in take.remarks)


def test_a_hit_early_for_the_bar_after_stays() -> None:
    notes = [*beat(), Note(4 * BAR - 30, 20, 49, 99, id=7)]
    for task in ("humanise", "tap", "infill"):
        assert (4 * BAR - 30, 49, 99) in plain(takes("seq2seq", asked("groove", song(notes), task=task))[0])


@pytest.mark.parametrize("bars", [1, 2, 3, 5])
def test_any_length_is_written_and_said(bars: int) -> None:
    request = asked("groove", song(beat(bars)), Span(0, bars * BAR))
    take = takes("seq2seq", request)[0]
    assert len(take.rows) == len(beat(bars))
    assert any("repeated" in remark for remark in take.remarks) == (bars == 1)


def test_garbage_gets_a_sentence() -> None:
    for request, word in (
        (asked("groove", song(), track=2), "drum track"),
        (asked("groove", song([])), "no drums"),
        (asked("groove", song(), Span(0, 20)), "sixteenth"),
        (asked("groove", song(), task="transfer"), "feel"),
        (asked("vary", song()), "cannot vary"),
    ):
        with pytest.raises(UnsupportedRequest, match=word):
            takes("seq2seq", request)
    with pytest.raises(UnsupportedRequest, match="second phrase"):
        takes("vib", asked("morph", song()))


def test_another_metre_is_adapted_and_said() -> None:
    waltz = song(timeline=Timeline(meters=(MeterChange(0, 3, 4),)))
    take = takes("seq2seq", asked("groove", waltz))[0]
    assert any("3/4" in remark for remark in take.remarks)
    assert len(take.rows) == len(beat())


def test_the_bottleneck_varies_morphs_and_transfers() -> None:
    other = Clip(((0, rows_of([Note(step * 480, 60, 36, 30) for step in range(16)])),), 2 * BAR)
    for capability, knobs in (("vary", {}), ("morph", {}), ("groove", {"task": "transfer"})):
        request = asked(capability, song(), clips=(other,), **knobs)
        found = takes("vib", request)
        assert [plain(take) for take in found] == [plain(take) for take in takes("vib", request)]
        assert plain(found[0]) != plain(found[1])


def test_phrases_have_places_and_places_sound() -> None:
    held = model("vib")
    clip = Clip(((0, rows_of(beat(2))),), 2 * BAR)
    located = next(held.locate(Locating("tiny", (Phrase(clip, "A", (0,)),)), Progress()))
    assert located.mean.shape == (6,)
    assert 0 <= located.agreement <= 1
    decoded = list(held.decode(Decoding("tiny", np.stack([located.mean, located.mean + 1])), Progress()))
    assert [item.index for item in decoded] == [0, 1]
    assert decoded[0].clip.rows.tolist() == located.reconstruction.rows.tolist()
    with pytest.raises(UnsupportedRequest, match="no drums"):
        next(held.locate(Locating("tiny", (Phrase(Clip((), BAR), "A"),)), Progress()))
