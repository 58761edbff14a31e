"""Frozen tracks: the sound of one track before its fader, rendered once and kept in a folder by what it was made of."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from studio.audio.engine import Engine
from studio.audio.font_shelf import shelf_for
from studio.audio.render import BLOCK_FRAMES, RATE, TAIL_LEVEL, TAIL_MOST_S, TAIL_QUIET_S, Reporter
from studio.audio.schedule import Scheduler
from studio.audio.synth import BUSES, DRY
from studio.errors import UnwritableFile
from studio.song.mixing import Strip
from studio.song.song import Song, Track
from studio.words import tr

MOST_BYTES = 4 * 1024**3
"""All frozen sounds together; those used longest ago go first."""
_ENGINE = b"1"
"""Another number where the same notes would sound otherwise than before."""
_ENDINGS = ("dry", "reverb", "chorus")
_FRAME_BYTES = 8
_INAUDIBLE = 10 ** (-120 / 20)

Sound = NDArray[np.float32]
"""[frame, side]"""


class Keys:
    """What a track's sound is made of, as a name for the file that holds it; worked out anew only where that changed."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[tuple[object, ...], str]] = {}

    def key(self, song: Song, track: Track, font: Path | None) -> str:
        strip = track.strip
        room = song.effects if strip.reverb else None
        shape = None if room is None else (room.room_size, room.damping, room.width)
        state = _state_of(font) if track.instrument.font is None else track.instrument.font.sha256
        made_of = (track.notes, track.controls, song.timeline, track.instrument, strip.reverb, strip.chorus, shape, state)
        known = self._known.get(track.id)
        if known is None or not all(old is new or old == new for old, new in zip(known[0][3:], made_of[3:], strict=True)):
            known = None
        if known is None or any(old is not new for old, new in zip(known[0][:3], made_of[:3], strict=True)):
            known = (made_of, _digest(song, track, made_of[3:]))
            self._known[track.id] = known
        return known[1]


def _digest(song: Song, track: Track, more: tuple[object, ...]) -> str:
    rows = track.notes.rows
    found = hashlib.sha256(_ENGINE)
    for name in ("start", "length", "pitch", "velocity", "flags"):
        found.update(np.ascontiguousarray(rows[name]).tobytes())
    found.update(track.controls.points.tobytes())
    found.update(repr(([*song.timeline.tempo_steps], more)).encode())
    return found.hexdigest()


def _state_of(font: Path | None) -> tuple[str, int, int]:
    with contextlib.suppress(OSError):
        if font is not None:
            state = font.stat()
            return font.name, state.st_size, state.st_mtime_ns
    return "", 0, 0


def is_kept(folder: Path, key: str) -> bool:
    return _file(folder, key, DRY).exists()


def opened(folder: Path, key: str, rate: int) -> Mapping[int, Sound]:
    """The kept sound by bus, read from the disk as it is played; nothing where none is kept."""
    found: dict[int, Sound] = {}
    for bus in BUSES:
        path = _file(folder, key, bus)
        with contextlib.suppress(OSError, ValueError):
            frames = path.stat().st_size // _FRAME_BYTES
            if frames:
                os.utime(path)
                found[bus] = np.memmap(path, np.float32, "r", shape=(frames, 2))
    if rate != RATE:
        import soxr

        found = {bus: np.ascontiguousarray(soxr.resample(sound, RATE, rate, quality="HQ")) for bus, sound in found.items()}
    return found if is_kept(folder, key) else {}


def freeze(song: Song, track_id: int, stem: Path, soundfont: Path | None, progress: Reporter) -> None:
    """Render one track and keep it under this stem (a folder and a key); cancelled or failed leaves nothing."""
    track = song.track(track_id)
    alone = replace(track, strip=Strip(reverb=track.strip.reverb, chorus=track.strip.chorus), group=0, is_frozen=False)
    piece = replace(song, tracks=(alone,), groups=(), constraints=())
    shelf = shelf_for(piece, soundfont)
    synth = shelf.synth(RATE, 1)
    try:
        stem.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".freezing-", dir=stem.parent) as scratch:
            engine = Engine(synth, quantum_frames=BLOCK_FRAMES)
            engine.set_effects(piece.effects)
            engine.install(Scheduler(RATE).schedule(piece, {track_id: 0}))
            engine.play()
            _write(engine, Path(scratch), progress)
            for bus in reversed(BUSES):  # the dry one last: with it the sound counts as kept
                written = Path(scratch) / _ENDINGS[bus]
                if written.stat().st_size or bus == DRY:
                    os.replace(written, _file(stem.parent, stem.name, bus))
        make_room(stem.parent, stem.name)
    except OSError as problem:
        raise UnwritableFile(
            tr("«{track}» could not be frozen: {reason}.", track=track.name, reason=problem.strerror or str(problem)),
            tr("Free some space on the disk."),
        ) from problem
    finally:
        synth.close()


def _write(engine: Engine, folder: Path, progress: Reporter) -> None:
    end = engine.schedule.end_frame if engine.schedule is not None else 0
    done = quiet = 0
    with contextlib.ExitStack() as files:
        outs: list[IO[bytes]] = [files.enter_context((folder / ending).open("wb")) for ending in _ENDINGS]
        held = [0 for _ in outs]
        while done < end or (quiet < TAIL_QUIET_S * RATE and done < end + TAIL_MOST_S * RATE):
            progress.stop_if_cancelled()
            planes = engine.raw(BLOCK_FRAMES)
            done += BLOCK_FRAMES
            quiet = quiet + BLOCK_FRAMES if done > end and float(np.abs(planes).max()) < TAIL_LEVEL else 0
            for bus, out in enumerate(outs):
                # silence is held back, so that a bus without a sound takes no room
                if float(np.abs(planes[bus]).max()) > _INAUDIBLE:
                    out.write(bytes(held[bus] * _FRAME_BYTES))
                    out.write(np.ascontiguousarray(planes[bus, 0].T).tobytes())
                    held[bus] = 0
                else:
                    held[bus] += BLOCK_FRAMES
            progress.report(min(done, end), max(end, 1), "")


def make_room(folder: Path, but: str = "", most_bytes: int = MOST_BYTES) -> None:
    """Delete the sounds used longest ago until the rest fits; never those under the key `but`."""
    with contextlib.suppress(OSError):
        kept = [(path, path.stat()) for path in folder.iterdir() if path.suffix.lstrip(".") in _ENDINGS]
        total = sum(state.st_size for _, state in kept)
        for path, state in sorted(kept, key=lambda each: each[1].st_mtime):
            if total <= most_bytes:
                return
            if path.stem != but:
                path.unlink(missing_ok=True)
                total -= state.st_size


def _file(folder: Path, key: str, bus: int) -> Path:
    return folder / f"{key}.{_ENDINGS[bus]}"
