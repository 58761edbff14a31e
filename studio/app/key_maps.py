"""Key maps: the keys of other programs for our commands, and maps in files; whatever clashes is settled and told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, TypeVar

from PySide6.QtGui import QKeySequence

from studio.app.actions import Entry, Keys, bound, rivals, unfit
from studio.errors import UnreadableFile
from studio.paths import write_atomically
from studio.strict_json import FaultyJson, dumped, parsed
from studio.words import mark, tr

On = TypeVar("On")

KIND = "ricercar keys"
SUFFIX = ".keys.json"
MOST_BYTES = 1 << 20

USUAL = "Ricercar"
_LIVE = {
    "lock bars": ("Ctrl+Shift+K",),
    "repeat dialog": ("Ctrl+Alt+R",),
    "quantise": ("Ctrl+U",),
    "quantise dialog": ("Ctrl+Shift+U",),
    "loop selection": ("Ctrl+L",),
    "rename track": ("Ctrl+R",),
    "record": ("F9",),
    "add track": ("Ctrl+Shift+T",),
    "delete bars": ("Ctrl+Shift+Del",),
    "duplicate bars": ("Ctrl+Shift+D",),
    "insert bars": ("Ctrl+Shift+Ins",),
    "follow": ("Ctrl+Shift+F",),
    "fold used": ("F",),
    "fold scale": ("K",),
    "lock notes": ("Shift+K",),
    "mute notes": ("0",),
    "grid finer": ("Ctrl+1",),
    "grid coarser": ("Ctrl+2",),
    "grid triplet": ("Ctrl+3",),
    "snap": ("Ctrl+4",),
    "workspace compose": ("Ctrl+Alt+1",),
    "workspace explore": ("Ctrl+Alt+2",),
    "workspace mix": ("Ctrl+Alt+3",),
    "notes octave up": ("Shift+Up",),
    "notes octave down": ("Shift+Down",),
}
_FL = {
    "chords": ("Shift+D",),
    "grid triplet": ("Ctrl+Alt+Shift+T",),
    "add to palette": ("Ctrl+Alt+P",),
    "toggle draw": ("Shift+B",),
    "tool draw": ("P",),
    "tool paint": ("B",),
    "tool erase": ("D",),
    "tool mute": ("T",),
    "tool slice": ("C",),
    "tool select": ("E",),
    "duplicate": ("Ctrl+B",),
    "select none": ("Ctrl+D", "Esc"),
    "join": ("Ctrl+G",),
    "quantise": ("Ctrl+Q",),
    "quantise dialog": ("Alt+Q",),
    "cut dialog": ("Ctrl+U",),
    "notes up": ("Shift+Up",),
    "notes down": ("Shift+Down",),
    "notes octave up": ("Ctrl+Up",),
    "notes octave down": ("Ctrl+Down",),
    "notes louder": ("Alt+Shift+Up",),
    "notes softer": ("Alt+Shift+Down",),
    "record": ("R",),
    "metronome": ("Ctrl+M",),
    "generate": ("Ctrl+Return",),
    "keep": ("Ctrl+Alt+Return",),
    "quit": ("Alt+F4",),
    "zoom all": ("Shift+5",),
}
_LOGIC = {
    "loop": ("C",),
    "metronome": ("K",),
    "to start": ("Return", "Home"),
    "play from cursor": ("Shift+Return",),
    "add note": ("Ctrl+Shift+Return",),
    "repeat dialog": ("Ctrl+R",),
    "split": ("Ctrl+T",),
    "add track": ("Ctrl+Alt+N",),
    "notes up": ("Alt+Up",),
    "notes down": ("Alt+Down",),
    "notes octave up": ("Alt+Shift+Up",),
    "notes octave down": ("Alt+Shift+Down",),
    "notes scale step up": ("Up",),
    "notes scale step down": ("Down",),
    "lock notes": ("Alt+K",),
    "mute notes": ("Ctrl+M",),
    "record": ("R",),
    "follow": ("Ctrl+`",),
    "legato": ("Shift+L",),
    "quantise": ("Q",),
}
PRESETS: Mapping[str, Keys] = {USUAL: {}, mark("Live-like"): _LIVE, mark("FL-like"): _FL, mark("Logic-like"): _LOGIC}
"""What each map gives other keys than the usual ones. A command that is left without one keeps its place in the menus."""


def settled(table: Iterable[Entry[On]], wanted: Keys) -> dict[str, tuple[str, ...]]:
    """Keys by command so that these have the wanted ones and nobody else does. Unknown commands are passed over; of two that
    want one key in one scope the first has it."""
    rows = tuple(table)
    keys: dict[str, tuple[str, ...]] = {}
    taken: list[tuple[str, str]] = []
    for name, asked in wanted.items():
        if not any(entry.id == name for entry in rows):
            continue
        free = [key for key in asked if not unfit(rows, name, key) and not _held(rows, name, key, taken)]
        taken += [(name, key) for key in free]
        keys[name] = tuple(free)
    for name, key in taken:
        for rival in rivals(bound(rows, keys), name, key):
            keys[rival.id] = tuple(own for own in rival.keys if QKeySequence(own) != QKeySequence(key))
    return {name: given for name, given in keys.items() if given != _usual(rows, name)}


def _held(rows: tuple[Entry[On], ...], name: str, key: str, taken: list[tuple[str, str]]) -> bool:
    """Whether another command that was dealt with before has this key where both would act."""
    earlier = {other for other, its_key in taken if QKeySequence(its_key) == QKeySequence(key)}
    return any(entry.id in earlier for entry in rivals(bound(rows, dict.fromkeys(earlier, (key,))), name, key))


def _usual(rows: tuple[Entry[On], ...], name: str) -> tuple[str, ...]:
    return next(entry.keys for entry in rows if entry.id == name)


def preset_of(table: Iterable[Entry[On]], keys: Keys) -> str:
    """Which map these keys are; empty when none."""
    rows = tuple(table)
    known = {entry.id for entry in rows}
    own = {name: tuple(each) for name, each in keys.items() if name in known and tuple(each) != _usual(rows, name)}
    return next((name for name, wanted in PRESETS.items() if settled(rows, wanted) == own), "")


def save(path: Path, table: Iterable[Entry[On]]) -> None:
    """Write every command's keys."""
    content = dumped({"kind": KIND, "keys": {entry.id: list(entry.keys) for entry in table}})

    def write(stream: IO[bytes]) -> None:
        stream.write(content)

    write_atomically(path, write)


def load(path: Path, table: Iterable[Entry[On]]) -> tuple[dict[str, tuple[str, ...]], int]:
    """The keys of a file, settled for these commands, and how many of its lines could not be followed."""
    rows = tuple(table)
    try:
        held = parsed(path.read_bytes(), MOST_BYTES)
    except OSError as problem:
        raise UnreadableFile(
            tr("«{name}» could not be read: {reason}.", name=path.name, reason=problem.strerror), tr("Choose another file.")
        ) from problem
    except FaultyJson as problem:
        raise UnreadableFile(
            tr("«{name}» holds no key map ({problem}).", name=path.name, problem=problem), tr("Choose another file.")
        ) from problem
    listed = held.get("keys") if isinstance(held, dict) and held.get("kind") == KIND else None
    if not isinstance(listed, dict):
        raise UnreadableFile(
            tr("«{name}» holds no key map.", name=path.name), tr("Choose a file that was saved from the settings.")
        )
    wanted = {name: tuple(map(str, keys)) for name, keys in listed.items() if isinstance(keys, list)}
    found = settled(rows, wanted)
    in_force = {entry.id: entry.keys for entry in bound(rows, found)}
    return found, sum(in_force.get(name) != keys for name, keys in wanted.items())
