"""What a program should have found in an export of ours, and in what it differs."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest

from studio.files.exchange import heard_rows
from studio.files.midi.plan import written_name
from studio.song.song import Song
from tests.clients.programs import Heard, Opened, Part, Program

FACTS = ("count", "starts", "lengths", "pitches", "velocities", "names", "programs", "tempi", "tempo places")
MELODIC = 15


def expected_parts(song: Song) -> list[Part]:
    """The tracks that go out."""
    found = []
    for track in song.tracks:
        if not track.strip.is_muted:
            columns = heard_rows(track)[["start", "length", "pitch", "velocity"]].tolist()
            name = written_name(track.name, False, "")
            found.append(Part(name, track.instrument.program, [Heard(*note) for note in columns]))
    return found


def faults(program: Program, name: str, song: Song, heard: Opened) -> dict[str, object]:
    """Fact -> what differs; empty where all that the program tells is as it was written."""
    meant = expected_parts(song)
    if program.parts == "sound":
        return {fact: each for fact, each in _by_sound(meant, heard).items() if each and program.tells(fact, name)}
    if program.parts == "channel":
        meant = _by_channel(meant)
    parts = [part for part in heard.parts if part.notes]
    found: dict[str, object] = {}
    told = {fact for fact in FACTS if program.tells(fact, name)}
    if "names" in told:
        found["names"] = [
            (a.name, b.name) for a, b in zip_longest(parts, meant, fillvalue=Part()) if not _is_named(program, a, b)
        ]
    if "programs" in told:
        pairs = zip_longest(parts, meant, fillvalue=Part())
        found["programs"] = [(a.program, b.program) for a, b in pairs if a.program != b.program]
    if "count" in told:
        found |= _notes(parts, meant, told, program.slack)
    if "tempi" in told:
        found["tempi"] = _tempi(program, song, heard, exactly="tempo places" in told)
    return {fact: each for fact, each in found.items() if each}


def _is_named(program: Program, heard: Part, meant: Part) -> bool:
    if program.name == "MuseScore":  # «E.Piano, Keys»: what the program is called, then the track
        return heard.name.endswith(f", {meant.name}")
    if program.name == "midi2abc":  # shows the beginning of a name
        return bool(heard.name) and meant.name.startswith(heard.name)
    return heard.name == meant.name


def _notes(parts: list[Part], meant: list[Part], told: set[str], slack: float) -> dict[str, object]:
    """Differences note by note, each part in the order of pitch and start."""
    found: dict[str, object] = {}
    counts = [len(part.notes) for part in parts], [len(part.notes) for part in meant]
    if counts[0] != counts[1]:
        return {"count": counts}
    for part, other in zip(parts, meant, strict=True):
        for a, b in zip(_sorted(part), _sorted(other), strict=True):
            if a.pitch != b.pitch:
                found.setdefault("pitches", (part.name, a, b))
            if "starts" in told and abs(a.start - b.start) > slack:
                found.setdefault("starts", (part.name, a, b))
            if "lengths" in told and abs(a.length - b.length) > slack:
                found.setdefault("lengths", (part.name, a, b))
            if "velocities" in told and abs(a.velocity - b.velocity) > (1 if slack >= 20 else 0):
                found.setdefault("velocities", (part.name, a, b))
    return found


def _sorted(part: Part) -> list[Heard]:
    return sorted(part.notes, key=lambda note: (note.pitch, note.start))


def _by_channel(meant: list[Part]) -> list[Part]:
    """Tracks past the fifteenth go out on further ports, which share the channels."""
    found: list[Part] = []
    for number, part in enumerate(meant):
        if number < MELODIC:
            found.append(Part("", part.program, list(part.notes)))
        else:
            found[number % MELODIC].notes += part.notes
    return found


def _by_sound(meant: list[Part], heard: Opened) -> dict[str, object]:
    """How many notes each program plays; drums by their keys."""
    listed = [part.name for part in heard.parts if part.name]
    missing = [part.name for part in meant if part.name not in listed]
    is_kit = {part.name for part in meant if part.name == "Kit"}
    wanted: Counter[tuple[int, int]] = Counter()
    for part in meant:
        wanted.update((part.program, note.pitch if part.name in is_kit else -1) for note in part.notes)
    found = Counter((part.program, note.pitch) for part in heard.parts for note in part.notes)
    return {"names": missing, "count": (wanted - found, found - wanted) if wanted != found else None}


def _tempi(program: Program, song: Song, heard: Opened, *, exactly: bool) -> object:
    """Tempi in force where notes are, up to the end of the last: what follows it some programs leave out."""
    meant = [(change.tick, change.bpm) for change in song.timeline.tempo_steps if change.tick < song.end_tick]
    told = [(tick, bpm) for tick, bpm in heard.tempi if tick < song.end_tick - 10]
    if exactly:
        is_same = len(told) == len(meant) and all(
            here == tick and abs(found - bpm) <= program.slack_bpm for (here, found), (tick, bpm) in zip(told, meant, strict=True)
        )
        return None if is_same else (told, meant)
    # Each of its tempi is one of ours near that place, and the first holds from the start.
    strays = [
        (tick, bpm)
        for tick, bpm in told[-len(meant) :]
        if not any(abs(tick - here) <= 20 and abs(bpm - wanted) <= program.slack_bpm for here, wanted in meant)
    ]
    return strays or (None if 2 * len(told) >= len(meant) else (told, meant))
