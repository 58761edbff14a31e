"""A song to blocks of samples, faster than real time: what export and the command line write."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from studio.audio.engine import Engine
from studio.audio.font_shelf import FontShelf, shelf_for
from studio.audio.mixer import Mix, limited
from studio.audio.schedule import Scheduler, frame_at
from studio.audio.sounds import decoded_all
from studio.audio.synth import MOST_SLOTS
from studio.song.notes import MUTED
from studio.song.song import Song, Track
from studio.song.ticks import Span

BLOCK_FRAMES = 4096
RATE = 48_000
TAIL_LEVEL = 10 ** (-80 / 20)
TAIL_QUIET_S, TAIL_MOST_S = 0.5, 10.0

Blocks = Generator[NDArray[np.float32], None, None]


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
    span: Span | None = None,
) -> Blocks:
    """Blocks of the mix, [frame, side], limited; with `stems` blocks of each of `stem_tracks`, [track, frame, side].

    Stems are what each track gives to the mix, its share of the effects and all, through the master and before the limiter, so
    that they add up to it. A fresh synthesiser each time makes two renders of one song equal to the last bit. `span` is played as
    if one began there: what sounds across its start is heard, what sounds across its end is released. Then it goes on until all
    is below -80 dBFS for half a second, ten seconds at most. `sounds` gives the file of each AudioClip's sha256.
    """
    shelf = shelf_for(song, soundfont)
    decoded = decoded_all(sounds or {}, rate)
    tracks = stem_tracks(song) if stems else _audible(song)
    with contextlib.ExitStack() as closing:
        players = [
            _Player(song, batch, rate, shelf, sounds=decoded, closing=closing, is_parted=stems) for batch in _batches(tracks)
        ]
        end = max(player.end_frame for player in players)
        if span is not None:
            first, last = (frame_at(song.timeline, tick, rate) for tick in (span.start_tick, span.end_tick))
            end = last - first
            for player in players:
                player.keep_to(first, last)
        for blocks in _until_quiet(players, end, rate, progress):
            if stems:
                yield np.concatenate(blocks)
            else:
                block = sum(blocks[1:], start=blocks[0])
                yield limited(block) if song.is_limited else block


def stem_tracks(song: Song) -> tuple[Track, ...]:
    """Tracks that a stem is made of: those that are heard in the mix, wherever in the song they sound."""
    return tuple(
        track for track in _audible(song) if track.clips or bool((track.notes.rows["flags"] & MUTED == 0).any())
    )  # fmt: skip


def _audible(song: Song) -> tuple[Track, ...]:
    """Tracks that come through: not muted, not silent beside a solo, no fader at its bottom. The others need no voice."""
    every = {track.id: slot for slot, track in enumerate(song.tracks)}
    strips = Mix.of(song, every, len(every)).strips
    return tuple(track for track in song.tracks if strips[every[track.id]].any())


def _batches(tracks: Sequence[Track]) -> list[Sequence[Track]]:
    """As many tracks at a time as a synthesiser has channels; one batch where there is none."""
    return [tracks[first : first + MOST_SLOTS] for first in range(0, max(1, len(tracks)), MOST_SLOTS)]


class _Player:
    """Some tracks of a song on a synthesiser of their own."""

    def __init__(
        self,
        song: Song,
        tracks: Sequence[Track],
        rate: int,
        shelf: FontShelf,
        *,
        sounds: Mapping[str, NDArray[np.float32]],
        closing: contextlib.ExitStack,
        is_parted: bool,
    ) -> None:
        slots, units = _slots(song, tracks, is_parted)
        synth = shelf.synth(rate, max(1, 1 + max(slots.values(), default=0)), units)
        closing.callback(synth.close)
        schedule = Scheduler(rate).schedule(song, slots, sounds)
        mix = Mix.of(song, slots, synth.slots)
        self._engine = Engine(synth, mix, BLOCK_FRAMES)
        self._engine.set_effects(song.effects)
        self._engine.install(schedule)
        self._master = mix.master
        self._order = [slots[track.id] for track in tracks] if is_parted else None
        self.end_frame = schedule.end_frame

    def keep_to(self, first: int, last: int) -> None:
        self._engine.seek(first)
        self._engine.stops_at = last

    def play(self) -> None:
        self._engine.play()

    def block(self) -> NDArray[np.float32]:
        """The next block before the limiter: [frame, side], parted [track, frame, side]."""
        if self._order is None:
            return self._engine.render(BLOCK_FRAMES, quick=True)
        planes = self._engine.render(BLOCK_FRAMES, stems=True)[self._order]
        return np.ascontiguousarray(np.matmul(self._master, planes).transpose(0, 2, 1))


def _slots(song: Song, tracks: Sequence[Track], is_parted: bool) -> tuple[dict[int, int], int | None]:
    """The slot of each track, and the number of effects units; None: one for each, so that wet sounds stay apart.

    Effects are linear, so in a mix tracks of equal fader and pan may share a unit, which costs as much as thirty voices.
    """
    apart = {track.id: slot for slot, track in enumerate(tracks)}
    if is_parted:
        return apart, None
    strips = Mix.of(song, apart, len(apart)).strips
    alike: dict[bytes, list[int]] = {}
    for track in tracks:
        alike.setdefault(strips[apart[track.id]].tobytes(), []).append(track.id)
    units = len(alike)
    if units * max(map(len, alike.values()), default=0) > MOST_SLOTS:
        return apart, None
    return {
        track_id: unit + units * at for unit, ids in enumerate(alike.values()) for at, track_id in enumerate(ids)
    }, units or None


def _until_quiet(
    players: Sequence[_Player], end: int, rate: int, progress: Reporter | None
) -> Iterator[list[NDArray[np.float32]]]:
    """A block of each player at a time. Mix and stems are as long: what counts is the sum of all."""
    for player in players:
        player.play()
    done, quiet = 0, 0
    while done < end or (quiet < TAIL_QUIET_S * rate and done < end + TAIL_MOST_S * rate):
        if progress is not None:
            progress.stop_if_cancelled()
        blocks = [player.block() for player in players]
        done += BLOCK_FRAMES
        whole = sum(block.sum(axis=0) if block.ndim == 3 else block for block in blocks)
        is_quiet = done > end and float(np.abs(whole).max()) < TAIL_LEVEL
        quiet = quiet + BLOCK_FRAMES if is_quiet else 0
        if progress is not None:
            progress.report(min(done, end), max(end, 1), "")
        yield blocks
