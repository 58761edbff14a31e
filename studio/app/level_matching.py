"""Level matching: takes rendered one after the other and measured, so that the louder one does not win (MX-11)."""

from __future__ import annotations

import tempfile
import wave
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.app.bounce import Bounce
from studio.audio.loudness import loudness_lufs
from studio.generation.tray import BEFORE, TakeSet
from studio.jobs.job import FILES, GENERATE, Job
from studio.jobs.progress import Progress
from studio.session import Session
from studio.song import masking
from studio.song.controls import Controls
from studio.song.mixing import Strip
from studio.song.notes import Notes, Rows
from studio.song.song import Song
from studio.song.ticks import TICKS_PER_BEAT
from studio.song.timeline import MeterChange, Timeline
from studio.words import tr

RATE = 44_100
GAP_TICKS = 8 * TICKS_PER_BEAT
"""Between two takes, so that one has died away when the next begins."""

Parts = tuple[tuple[int, Rows], ...]
Render = Callable[[Bounce, Progress], str]


class LevelMatching:
    """While takes are to be equally loud, measures those that were not measured yet, in the background."""

    def __init__(self, session: Session, render: Render, soundfont: Callable[[], Path | None]) -> None:
        self._session, self._render, self._soundfont = session, render, soundfont
        self._busy: TakeSet | None = None
        session.tray.changed.listen(self._look)
        session.jobs.changed.listen(lambda _running: self._look())

    def _look(self) -> None:
        take_set = self._session.tray.current
        is_idle = self._busy is None and not self._session.jobs.active(GENERATE)
        if take_set is None or not is_idle or not self._session.proposing.matches_loudness:
            return
        wanted = [index for index in (BEFORE, *take_set.listed) if index not in take_set.levels]
        if wanted:
            self._measure(take_set, wanted)

    def _measure(self, take_set: TakeSet, wanted: Sequence[int]) -> None:
        self._busy = take_set
        takes = {index: take_set.takes[index] for index in wanted if index != BEFORE}
        song, font = _in_a_row(take_set, [_parts(take_set, index) for index in wanted]), self._soundfont()
        length = take_set.request.span.length_ticks + GAP_TICKS

        def work(progress: Progress) -> Mapping[int, float]:
            with tempfile.TemporaryDirectory(prefix="ricercar-") as folder:
                path = Path(folder) / "takes.wav"
                self._render(Bounce(song, path, RATE, 16, font, is_marked=False), progress)
                return _levels(_samples(path), song.timeline, wanted, length)

        def done(found: object) -> None:
            self._busy = None
            if isinstance(found, Mapping):
                same = {index for index, take in takes.items() if take_set.takes[index] is take}
                take_set.levels.update({index: level for index, level in found.items() if index in same or index == BEFORE})
                self._session.tray.changed.emit()

        def failed(problem: BaseException) -> None:
            self._busy = None
            self._session.proposing.match_loudness(False)
            self._session.say(tr("Takes could not be made equally loud: {problem}", problem=problem), is_error=True)

        def stopped() -> None:
            self._busy = None

        job = Job(tr("Listening how loud takes are"), FILES, work)
        self._session.jobs.start(job, on_done=done, on_failure=failed, on_cancelled=stopped)


def _parts(take_set: TakeSet, index: int) -> Parts:
    """Notes by track: of a take, or those that takes replace."""
    if index != BEFORE:
        return take_set.takes[index].parts
    song, mask = take_set.request.song, take_set.request.mask
    there = [track_id for track_id in mask.region.track_ids if song.has_track(track_id)]
    return tuple((track_id, masking.replaced(song.track(track_id), mask)) for track_id in there)


def _in_a_row(take_set: TakeSet, takes: Sequence[Parts]) -> Song:
    """The takes one after the other on their tracks, which sound as they do in the song."""
    song, span = take_set.request.song, take_set.request.span
    tempo, meter = song.timeline.tempo_at(span.start_tick), song.timeline.meter_at(span.start_tick)
    there = [id_ for id_ in take_set.request.mask.region.track_ids if song.has_track(id_)]
    tracks = []
    for track_id in there:
        pieces = [_shifted(rows, at * (span.length_ticks + GAP_TICKS) - span.start_tick)
                  for at, parts in enumerate(takes) for id_, rows in parts if id_ == track_id]  # fmt: skip
        rows = np.concatenate(pieces) if pieces else Notes.EMPTY.rows
        rows["id"] = np.arange(1, len(rows) + 1)
        strip = replace(song.track(track_id).strip, is_muted=False, is_solo=False)
        source = song.track(track_id)
        tracks.append(replace(source, strip=strip, notes=Notes(rows), controls=Controls.EMPTY, group=0))
    quiet = Timeline((tempo._replace(tick=0, is_ramp=False),), (MeterChange(0, meter.numerator, meter.denominator),))
    return replace(song, tracks=tuple(tracks), timeline=quiet, groups=(), master=Strip(), is_limited=False, constraints=())


def _shifted(rows: Rows, by: int) -> Rows:
    moved = rows.copy()
    moved["start"] += by
    moved["origin"] = 0
    return moved


def _samples(path: Path) -> NDArray[np.float32]:
    with wave.open(str(path), "rb") as file:
        raw = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return (raw.reshape(-1, file.getnchannels()) / 32768).astype(np.float32)


def _levels(samples: NDArray[np.float32], timeline: Timeline, indices: Sequence[int], length: int) -> dict[int, float]:
    edges = np.rint(timeline.seconds_at(np.arange(len(indices) + 1) * length) * RATE).astype(np.int64)
    pieces = [samples[start:end] for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)]
    return {index: loudness_lufs(piece, RATE) for index, piece in zip(indices, pieces, strict=True)}
