"""Templates: songs to begin from - a few of ours, made here, and projects that the user keeps as templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from studio.files.project import SUFFIX
from studio.paths import data_folder
from studio.song.mixing import Instrument, Strip
from studio.song.song import Song, Track, empty_song
from studio.words import mark, tr

Part = tuple[str, Instrument, Strip]


@dataclass(frozen=True, slots=True)
class Template:
    """One that travels with the program; `title` is English, translated where it is shown."""

    id: str
    title: str
    song: Callable[[], Song]


def _of(*parts: Part) -> Callable[[], Song]:
    """A song of these tracks without notes, named in the user's language."""

    def made() -> Song:
        tracks = tuple(
            Track(number, tr(name), number - 1, instrument, strip) for number, (name, instrument, strip) in enumerate(parts, 1)
        )
        return Song(title="Untitled", tracks=tracks, next_id=len(tracks) + 1)

    return made


_KIT = Instrument(is_drum=True)

BUILT_IN = (
    Template("empty", mark("Empty"), empty_song),
    Template(
        "piano",
        mark("Piano, two hands"),
        _of((mark("Right hand"), Instrument(0), Strip()), (mark("Left hand"), Instrument(0), Strip(gain_db=-2.0))),
    ),
    Template(
        "band",
        mark("Band"),
        _of(
            (mark("Drums"), _KIT, Strip(reverb=20)),
            (mark("Bass"), Instrument(33), Strip(gain_db=-1.0, reverb=8)),
            (mark("Guitar"), Instrument(25), Strip(gain_db=-4.0, pan=-35.0)),
            (mark("Keys"), Instrument(4), Strip(gain_db=-4.0, pan=35.0)),
            (mark("Lead"), Instrument(66), Strip(reverb=50)),
        ),
    ),
    Template(
        "quartet",
        mark("String quartet"),
        _of(
            (mark("Violin I"), Instrument(40), Strip(pan=-45.0, reverb=60)),
            (mark("Violin II"), Instrument(40), Strip(pan=-15.0, reverb=60)),
            (mark("Viola"), Instrument(41), Strip(pan=20.0, reverb=60)),
            (mark("Cello"), Instrument(42), Strip(pan=45.0, reverb=60)),
        ),
    ),
    Template(
        "rhythm",
        mark("Drums and bass"),
        _of((mark("Drums"), _KIT, Strip(reverb=20)), (mark("Bass"), Instrument(33), Strip(gain_db=-1.0, reverb=8))),
    ),
)


def folder() -> Path:
    """Where the user's own templates lie; not created here."""
    return data_folder() / "templates"


def users_own(where: Path | None = None) -> list[Path]:
    """The user's templates by name, which is that of their file."""
    place = folder() if where is None else where
    found = [path for path in place.glob(f"*{SUFFIX}") if path.is_file()] if place.is_dir() else []
    return sorted(found, key=lambda path: path.stem.casefold())


def as_template(song: Song) -> Song:
    """What is kept of a song as a template: all of it but its title."""
    return replace(song, title=empty_song().title)
