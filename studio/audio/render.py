"""A song to blocks of samples, faster than real time: what export and the command line write."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from studio.audio.engine import Engine
from studio.audio.font_shelf import shelf_for
from studio.audio.mixer import Block, Mix
from studio.audio.schedule import Scheduler, slots_of
from studio.audio.sounds import decoded_all
from studio.audio.synth import MOST_SLOTS
from studio.song.song import Song

BLOCK_FRAMES = 4096
RATE = 48_000
TAIL_LEVEL = 10 ** (-80 / 20)
TAIL_QUIET_S, TAIL_MOST_S = 0.5, 10.0


class Reporter(Protocol):
    """What rendering asks of the progress it is given (`jobs.progress.Progress`)."""

    def report(self, done: float, total: float, note: str = "") -> None: ...
    def stop_if_cancelled(self) -> None: ...


def render(
    song: Song,
    rate: int = RATE,
    soundfont: Path | None = None,
    progress: Reporter | None = None,
    *,
    sounds: Mapping[str, Path] | None = None,
    stems: bool = False,
) -> Generator[NDArray[np.float32], None, None]:
    """Blocks of the mix, [frame, side], limited; with `stems` blocks of every track, [track, frame, side].

    Stems stand after fader, pan, mute and solo and before master and limiter, so that they add up to the mix. A fresh
    synthesiser each time makes two renders of one song equal to the last bit. After the song it goes on until all is
    below -80 dBFS for half a second, ten seconds at most. `sounds` gives the file of each AudioClip's sha256.
    """
    shelf = shelf_for(song, soundfont)
    slots, units = (slots_of(song), None) if stems else _shared_slots(song)
    synth = shelf.synth(rate, max(1, 1 + max(slots.values(), default=0)), units)
    try:
        engine = Engine(synth, Mix.of(song, slots, synth.slots), BLOCK_FRAMES)
        engine.set_effects(song.effects)
        engine.install(Scheduler(rate).schedule(song, slots, decoded_all(sounds or {}, rate)))
        engine.play()
        if stems:
            order = [slots[track.id] for track in song.tracks if track.id in slots]
            for planes in _until_quiet(engine, rate, progress, stems=True):
                yield np.ascontiguousarray(planes[order].transpose(0, 2, 1))
        else:
            for block in _until_quiet(engine, rate, progress, stems=False):
                yield engine.mixer.held(block)
    finally:
        synth.close()


def _shared_slots(song: Song) -> tuple[dict[int, int], int | None]:
    """Slots for a mix, and its number of effects units: tracks of equal fader and pan share one.

    Effects are linear, so the mix is the same; a unit costs as much as thirty voices. Silent tracks get no slot.
    """
    every = {track.id: index for index, track in enumerate(song.tracks)}
    strips = Mix.of(song, every, len(every)).strips
    alike: dict[bytes, list[int]] = {}
    for track in song.tracks:
        if strips[every[track.id]].any():
            alike.setdefault(strips[every[track.id]].tobytes(), []).append(track.id)
    if len(alike) * max(map(len, alike.values()), default=0) > MOST_SLOTS:
        return slots_of(song), None
    units = len(alike)
    slots = {track_id: unit + units * at for unit, ids in enumerate(alike.values()) for at, track_id in enumerate(ids)}
    return slots, units or None


def _until_quiet(engine: Engine, rate: int, progress: Reporter | None, stems: bool) -> Iterator[Block]:
    end = engine.schedule.end_frame if engine.schedule is not None else 0
    done, quiet = 0, 0
    while done < end or (quiet < TAIL_QUIET_S * rate and done < end + TAIL_MOST_S * rate):
        if progress is not None:
            progress.stop_if_cancelled()
        block = engine.render(BLOCK_FRAMES, stems=stems, quick=not stems)
        done += BLOCK_FRAMES
        is_quiet = done > end and float(np.abs(block).max()) < TAIL_LEVEL
        quiet = quiet + BLOCK_FRAMES if is_quiet else 0
        if progress is not None:
            progress.report(min(done, end), max(end, 1), "")
        yield block
