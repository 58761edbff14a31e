"""Primers: the openings of public-domain tunes that travel with the program, as songs by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from studio.errors import UnreadableFile
from studio.files.abc_music.book import FIELD
from studio.files.formats.abc_tunes import song_from_text
from studio.paths import resources
from studio.song.notes import Notes, Rows
from studio.song.song import Song
from studio.song.timeline import Timeline
from studio.words import tr

FOLDER = "primers"


@dataclass(frozen=True, slots=True)
class Primer:
    """A tune's first bars. `name` is its file's, `source` says why everybody may use it."""

    name: str
    title: str
    composer: str
    source: str
    song: Song


def primer_names() -> tuple[str, ...]:
    """Names of the primers, sorted."""
    return tuple(sorted(path.stem for path in _folder().glob("*.abc")))


def primers() -> tuple[Primer, ...]:
    return tuple(primer(name) for name in primer_names())


@cache
def primer(name: str) -> Primer:
    """The primer of this name; UnreadableFile when there is none."""
    if name not in primer_names():
        raise UnreadableFile(
            tr("There is no primer named «{name}».", name=name), tr("Known: {names}.", names=", ".join(primer_names()))
        )
    text = (_folder() / f"{name}.abc").read_text(encoding="utf-8")
    fields = {found[1]: found[2] for line in text.splitlines() if (found := FIELD.match(line))}
    song = song_from_text(text, f"{name}.abc").song
    track = song.tracks[0]
    played = replace(track, name=song.title, notes=Notes(_played(track.notes.rows, song.timeline)))
    return Primer(name, song.title, fields.get("C", ""), fields.get("N", ""), song.with_track(played))


def _played(rows: Rows, timeline: Timeline) -> Rows:
    """Loudness as a player gives it, since ABC has none: the bar's first beat leads, high and long notes stand out."""
    played = rows.copy()
    middle = float(np.median(rows["pitch"]))
    for index, (start, length, pitch) in enumerate(zip(rows["start"], rows["length"], rows["pitch"], strict=True)):
        place = timeline.position(int(start))
        beats = timeline.meter_at(int(start)).numerator
        strength = 10 if place.beat == 1 else 5 if beats % 2 == 0 and place.beat == beats // 2 + 1 else 0
        strength -= 5 if place.tick else 0
        strength += int(np.clip((pitch - middle) / 1.5, -6, 6)) + (3 if length >= 960 * 2 else 0)
        played["velocity"][index] = 74 + strength
    return played


def _folder() -> Path:
    return resources() / FOLDER
