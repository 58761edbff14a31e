"""Preferences: one frozen value <-> a TOML file; a damaged file means the defaults, never a failed start."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import IO, Any

from studio import note_names
from studio.errors import UnwritableFile
from studio.knobs import KnobValue
from studio.languages import SYSTEM
from studio.paths import config_folder, write_atomically
from studio.words import tr

RECENTS = 20
THEME_NAMES = ("system", "dark", "light", "high contrast")
MOTIONS = ("system", "less", "all")
FOLLOWS = ("off", "page", "middle")
SWAPS = ("now", "beat", "bar")
MOST_COUNT_IN = 4
POLICIES = ("ask", "always", "never")
UNDO_MIBS = (128, 256, 512, 1024, 2048, 4096)
SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)


@dataclass(frozen=True, slots=True)
class Settings:
    """`scale` is the factor of the whole interface; an empty `soundfont` lets the program choose; `keys` holds the keys of
    those commands, by id, that do not have their usual ones."""

    language: str = SYSTEM
    note_letters: str = note_names.ENGLISH
    middle_c: int = 4
    """The octave number of note 60."""
    theme: str = "dark"
    reduced_motion: str = "system"
    follow: str = "page"
    invert_wheel: bool = False
    hear_notes: bool = True
    sound_only: bool = False
    """Stepping from note to note plays them and says nothing."""
    scale: float = 1.0
    soundfont: str = ""
    permissive_only: bool = False
    recents: tuple[str, ...] = ()
    recents_kept: int = RECENTS
    files_in_new_window: bool = False
    """A file opened outside gets a window of its own; else the window used last takes it."""
    undo_mib: int = 1024
    """How much memory the steps that can be undone may take; beyond it the oldest go."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sounds: tuple[str, ...] = ()
    """Favourite sounds as "bank:program", "drums:program" for kits."""
    count_in_bars: int = 1
    metronome: bool = False
    record_replaces: bool = False
    """What was there goes, and passes over a loop become takes; else what is played is added to it."""
    record_quantises: bool = False
    take_swap: str = "beat"
    """When another take is heard while the music plays: "now", "beat" or "bar"."""
    equal_loudness: bool = False
    """Takes are heard as loud as what was there."""
    marks_exports: bool = True
    """Exports say where models helped, and the origins of their notes go beside them."""
    exports: Mapping[str, Mapping[str, KnobValue]] = field(default_factory=dict)
    """Of each way to export the settings that are not as they come."""
    export_way: str = ""
    export_folder: str = ""
    drag_tempo: bool = False
    """Files that are dragged or copied out hold tempo and time signatures: many programs ask about them each time."""
    drag_separately: bool = False
    """A drag makes one file for each track, as it does with Alt held."""
    midi_input: str = "all"
    """"all", "none", or the name of the one MIDI input that is listened to."""

    import_tempo: str = "ask"
    """Whether a file that is merged into the song brings its tempo and meter along."""

    def with_recent(self, path: Path) -> Settings:
        """With this file first among the recent ones, once."""
        name = str(path.absolute())
        others = tuple(recent for recent in self.recents if recent != name)
        return replace(self, recents=(name, *others)[: self.recents_kept])


def settings_file() -> Path:
    return config_folder() / "settings.toml"


def load(path: Path) -> Settings:
    """What the file says, as far as it makes sense; defaults where it does not or is missing."""
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return Settings()
    known = {name: checked for name, value in said.items() if (checked := _checked(name, value)) is not None}
    return replace(Settings(), **known)


def save(settings: Settings, path: Path) -> None:
    """Write the file; a folder that cannot be made is UnwritableFile like any other target."""
    lines = [f"{each.name} = {_as_toml(getattr(settings, each.name))}" for each in fields(settings)]
    content = ("\n".join(lines) + "\n").encode("utf-8", "replace")

    def write(stream: IO[bytes]) -> None:
        stream.write(content)

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise UnwritableFile(
            tr("«{parent}» could not be made: {reason}.", parent=path.parent, reason=problem.strerror),
            tr("Check its permissions."),
        ) from problem
    write_atomically(path, write)


def _checked(name: str, value: object) -> Any:
    """The value as the field wants it, or None."""
    check = _CHECKS.get(name)
    return None if check is None else check(value)


def _checked_recents(value: object) -> tuple[str, ...] | None:
    return tuple(str(entry) for entry in value)[:RECENTS] if isinstance(value, list) else None


def _checked_sounds(value: object) -> tuple[str, ...] | None:
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else None


def _checked_scale(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and float(value) in SCALES else None


def _checked_switch(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _checked_exports(value: object) -> Mapping[str, Mapping[str, KnobValue]] | None:
    """Settings of formats; which there are and whether they fit is looked at where they are shown."""
    if not isinstance(value, dict):
        return None
    kinds = (bool, int, float, str)
    return {
        way: {name: each for name, each in kept.items() if isinstance(each, kinds)}
        for way, kept in value.items()
        if isinstance(kept, dict)
    }


def _checked_keys(value: object) -> Mapping[str, tuple[str, ...]] | None:
    if not isinstance(value, dict):
        return None
    return {name: tuple(keys) for name, keys in value.items() if isinstance(keys, list) and all(isinstance(k, str) for k in keys)}


_CHECKS: Mapping[str, Callable[[object], Any]] = {
    "language": lambda value: value if isinstance(value, str) and value.isalpha() else None,
    "theme": lambda value: value if value in THEME_NAMES else None,
    "note_letters": lambda value: value if value in note_names.LETTERS else None,
    "middle_c": lambda value: value if value in note_names.MIDDLE_CS else None,
    "reduced_motion": lambda value: value if value in MOTIONS else None,
    "follow": lambda value: value if value in FOLLOWS else None,
    "invert_wheel": _checked_switch,
    "hear_notes": _checked_switch,
    "sound_only": _checked_switch,
    "recents_kept": lambda value: value if type(value) is int and 0 <= value <= RECENTS else None,
    "files_in_new_window": _checked_switch,
    "undo_mib": lambda value: value if value in UNDO_MIBS else None,
    "take_swap": lambda value: value if value in SWAPS else None,
    "equal_loudness": _checked_switch,
    "scale": _checked_scale,
    "soundfont": lambda value: value if isinstance(value, str) else None,
    "permissive_only": _checked_switch,
    "recents": _checked_recents,
    "keys": _checked_keys,
    "sounds": _checked_sounds,
    "count_in_bars": lambda value: value if type(value) is int and 0 <= value <= MOST_COUNT_IN else None,
    "metronome": _checked_switch,
    "record_replaces": _checked_switch,
    "record_quantises": _checked_switch,
    "marks_exports": _checked_switch,
    "exports": _checked_exports,
    "export_way": lambda value: value if isinstance(value, str) else None,
    "export_folder": lambda value: value if isinstance(value, str) else None,
    "drag_tempo": _checked_switch,
    "drag_separately": _checked_switch,
    "import_tempo": lambda value: value if value in POLICIES else None,
    "midi_input": lambda value: value if isinstance(value, str) and value else None,
}


def _as_toml(value: object) -> str:
    # a TOML basic string escapes as JSON does, but for DEL, which JSON leaves bare
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(_as_toml(entry) for entry in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_as_toml(name)} = {_as_toml(each)}" for name, each in value.items()) + "}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
