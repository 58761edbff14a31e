"""MX-09: what is frozen sounds as the track did, is kept by what it was made of, and is made anew on demand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ears import RATE, engine, loudness, rendered, small_font, song, track

from studio.audio import frozen
from studio.audio.engine import Engine
from studio.audio.mixer import Mix
from studio.audio.schedule import Scheduler, slots_of
from studio.audio.synth import CHORUS, DRY, REVERB, FluidSynth, SilentSynth
from studio.jobs.progress import Cancelled, Progress
from studio.song import Instrument, Strip, TempoChange, Timeline

NOTES = [(beat * 480, 400, 60 + beat) for beat in range(4)]


def a_piece(**fields):
    lead = track(NOTES, instrument=Instrument(0), strip=Strip(-3, 30, reverb=90))
    return song(replace(lead, **fields), track([(0, 960, 40)], number=2))


def key_of(piece) -> str:
    return frozen.Keys().key(piece, piece.tracks[0], small_font())


def frozen_in(folder: Path, piece) -> str:
    key = key_of(piece)
    frozen.freeze(piece, 1, folder / key, small_font(), Progress())
    return key


def played(piece, synth, kept, frames: int):
    slots = slots_of(piece)
    made = Engine(synth, Mix.of(piece, slots, synth.slots))
    made.install(Scheduler(RATE).schedule(piece, slots, frozen={1: kept}))
    made.play()
    return rendered(made, frames)


def test_mx_09_frozen_it_sounds_as_it_did_through_its_fader_and_pan(tmp_path: Path) -> None:
    piece = replace(a_piece(is_frozen=True), tracks=a_piece(is_frozen=True).tracks[:1])
    key = frozen_in(tmp_path, piece)
    kept = frozen.opened(tmp_path, key, RATE)
    assert set(kept) == {DRY, REVERB}
    frozen_sound = played(piece, SilentSynth(RATE, 16), kept, RATE)
    synth = FluidSynth(small_font(), RATE, 16)
    live = engine(piece, synth)
    live.play()
    heard = rendered(live, RATE)
    synth.close()
    assert loudness(heard) > 1e-3
    assert loudness(frozen_sound - heard) < 0.02 * loudness(heard)


def test_mx_09_the_fader_works_after_the_freeze_and_the_synth_is_not_asked(tmp_path: Path) -> None:
    piece = replace(a_piece(), tracks=a_piece().tracks[:1])
    kept = frozen.opened(tmp_path, frozen_in(tmp_path, piece), RATE)
    plain = played(piece, SilentSynth(RATE, 16), kept, RATE // 2)
    softer = replace(piece.tracks[0], strip=replace(piece.tracks[0].strip, gain_db=-9.0206))
    assert np.allclose(plain / 2, played(replace(piece, tracks=(softer,)), SilentSynth(RATE, 16), kept, RATE // 2), atol=1e-4)


def test_mx_09_the_key_follows_what_is_heard_and_nothing_else() -> None:
    piece = a_piece()
    same = [
        a_piece(name="Other", colour=5, is_frozen=True),
        a_piece(strip=replace(piece.tracks[0].strip, gain_db=-20, pan=0, is_muted=True)),
        replace(piece, title="Other", tracks=piece.tracks[:1]),
    ]
    assert {key_of(each) for each in same} == {key_of(piece)}
    others = [
        a_piece(notes=track([*NOTES[:3], (1440, 401, 63)]).notes),
        a_piece(instrument=Instrument(1)),
        a_piece(strip=replace(piece.tracks[0].strip, reverb=91)),
        replace(piece, timeline=Timeline(tempos=(TempoChange(0, 400_000),))),
        replace(piece, effects=replace(piece.effects, room_size=0.5)),
    ]
    assert len({key_of(each) for each in (piece, *others)}) == len(others) + 1


def test_mx_09_a_key_is_worked_out_again_only_when_something_changed() -> None:
    keys, piece = frozen.Keys(), a_piece()
    first = keys.key(piece, piece.tracks[0], None)
    louder = replace(piece.tracks[0], strip=replace(piece.tracks[0].strip, gain_db=3.0))
    assert keys.key(piece, louder, None) is first
    other = replace(piece.tracks[0], instrument=Instrument(9))
    assert keys.key(piece, other, None) != first


def test_mx_09_a_cancelled_freeze_leaves_nothing_behind(tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        frozen.freeze(a_piece(), 1, tmp_path / "key", small_font(), progress)
    assert list(tmp_path.iterdir()) == []
    assert not frozen.is_kept(tmp_path, "key")
    assert frozen.opened(tmp_path, "key", RATE) == {}


def test_mx_09_the_folder_stays_below_its_limit_and_the_oldest_go_first(tmp_path: Path) -> None:
    import os

    for age, name in enumerate(("new", "middle", "old")):
        for ending in ("dry", "reverb"):
            (tmp_path / f"{name}.{ending}").write_bytes(bytes(1000))
            os.utime(tmp_path / f"{name}.{ending}", (1e9 - age, 1e9 - age))
    frozen.make_room(tmp_path, "old", 4000)
    assert sorted({path.stem for path in tmp_path.iterdir()}) == ["new", "old"]


def test_mx_09_a_kept_sound_is_played_at_another_rate_too(tmp_path: Path) -> None:
    key = frozen_in(tmp_path, a_piece())
    one, other = frozen.opened(tmp_path, key, RATE)[DRY], frozen.opened(tmp_path, key, 44_100)[DRY]
    assert len(other) == pytest.approx(len(one) * 44_100 / RATE, abs=2)
    assert loudness(other) == pytest.approx(loudness(one), rel=0.02)
    assert CHORUS not in frozen.opened(tmp_path, key, RATE)


def test_mx_09_a_loop_in_the_midst_of_a_frozen_sound_does_not_click() -> None:
    steady = np.full((RATE, 2), 0.5, np.float32)
    piece = replace(a_piece(strip=Strip()), tracks=a_piece(strip=Strip()).tracks[:1])
    slots = slots_of(piece)
    made = Engine(SilentSynth(RATE, 16), Mix.of(piece, slots, 16))
    made.install(Scheduler(RATE).schedule(piece, slots, frozen={1: {DRY: steady}}))
    made.set_loop((6400, 12_800))
    made.play()
    heard = rendered(made, 40_000)[:, 0]
    assert float(np.abs(np.diff(heard[256:])).max()) < 0.02
    assert float(heard[256:].min()) > 0.2
