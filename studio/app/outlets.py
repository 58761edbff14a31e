"""Outlets: every way in which music leaves the program as files, for the export window and the terminal alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from studio.errors import UnwritableFile
from studio.files import format as formats
from studio.files.sound_file import INTEGER_16, INTEGER_24
from studio.knobs import Knob
from studio.words import mark, tr

MIDI, SCORE, DAWPROJECT, ARRAYS, WAV, FLAC, PICTURE = "midi", "score", "dawproject", "arrays", "wav", "flac", "picture"
"""What outlets are called in the settings and in commands."""

OUR_OWN_KNOBS = ("bars",)
"""Set from the part, not by a person."""
RATES = ("44100", "48000", "96000")
BITS = {mark("16 bit"): 16, mark("24 bit"): 24, mark("32 bit float"): 32}
"""As `studio/files/sound_file.py` calls them."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One of them. `about` says what it is for; `separates`: tracks may go out as a file each (of sound: stems)."""

    id: str
    name: str
    about: str
    suffixes: tuple[str, ...]
    knobs: tuple[Knob, ...] = ()
    separates: bool = False

    @property
    def is_sound(self) -> bool:
        return self.id in (WAV, FLAC)


@cache
def outlets() -> tuple[Outlet, ...]:
    """All of them, in the order in which they are offered."""
    # Imported here: what paints needs Qt, which the terminal does not load for other formats.
    from widgets.piano_roll import picture

    about = mark("The roll as it would be printed.")
    return (*_without_pictures(), Outlet(PICTURE, mark("Picture"), about, picture.SUFFIXES, picture.KNOBS))


@cache
def _without_pictures() -> tuple[Outlet, ...]:
    sound = (
        Knob("rate", mark("Sample rate (Hz)"), "48000", choices=RATES),
        Knob("samples", mark("Depth"), INTEGER_24, choices=tuple(BITS), help=mark("16 bit is dithered.")),
    )
    flat = (sound[0], replace(sound[1], choices=(INTEGER_16, INTEGER_24)))
    hosts = mark("Tracks, mixer and tempo for Bitwig, Studio One and Cubase.")
    packed = mark("The mix as sound, packed without loss.")
    return (
        _of_format(MIDI, "MIDI", mark("Notes, tempo and controllers for other music programs."), ".mid"),
        _of_format(SCORE, mark("Score (MusicXML)"), mark("A draft score for notation programs."), ".musicxml", ".mxl"),
        _of_format(DAWPROJECT, "DAWproject", hosts, ".dawproject"),
        _of_format(ARRAYS, mark("Piano-roll arrays"), mark("Arrays for Python, as pypianoroll reads them."), ".npz"),
        Outlet(WAV, "WAV", mark("The mix as sound, as it is."), (".wav",), sound, separates=True),
        Outlet(FLAC, "FLAC", packed, (".flac",), flat, separates=True),
    )


def _of_format(id_: str, name: str, about: str, *suffixes: str) -> Outlet:
    entry = formats.for_path(Path(f"song{suffixes[0]}"))
    assert entry is not None
    knobs = tuple(knob for knob in entry.format.knobs if knob.name not in OUR_OWN_KNOBS)
    return Outlet(id_, name, about, suffixes, knobs, separates=id_ in (MIDI, SCORE))


def outlet(id_: str) -> Outlet:
    return next(each for each in outlets() if each.id == id_)


def outlet_for(path: Path) -> Outlet:
    """That of a file's suffix, whether it is offered in the window or not; UnwritableFile where there is none."""
    suffix = path.suffix.lower()
    found = next((each for each in _without_pictures() if suffix in each.suffixes), None)
    entry = formats.for_path(path)
    if found is None and entry is not None and entry.can_write and suffix in entry.format.suffixes:
        alike = (each for each in _without_pictures() if formats.for_path(Path(f"song{each.suffixes[0]}")) is entry)
        other = Outlet(entry.format.name, entry.format.name, "", (suffix,), entry.format.knobs)
        found = replace(next(alike, other), suffixes=(suffix,))
    found = found or next((each for each in outlets() if suffix in each.suffixes), None)
    if found is None:
        known = ", ".join(sorted({one for each in outlets() for one in each.suffixes} | set(_written())))
        raise UnwritableFile(
            tr("«{path}» has a suffix that cannot be written.", path=path.name), tr("Use one of: {known}.", known=known)
        )
    return found


def _written() -> tuple[str, ...]:
    return formats.suffixes(formats.writable(), for_writing=True)
