"""The comparison with other programs finds one wrong note, name, program or tempo, and nothing where all is equal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from studio.song.song import Song
from tests.clients.compared import expected_parts, faults
from tests.clients.programs import PROGRAMS, Heard, Opened, Part
from tests.midi_songs import reference_songs

EXACT = next(program for program in PROGRAMS if program.name == "midicsv")


def told(song: Song) -> Opened:
    """What a program without faults would tell."""
    return Opened(expected_parts(song), [(change.tick, change.bpm) for change in song.timeline.tempo_steps])


@pytest.mark.parametrize("name", list(reference_songs()))
def test_nothing_is_found_where_all_is_equal(name: str) -> None:
    song = reference_songs()[name]
    assert faults(EXACT, name, song, told(song)) == {}


def _moved(opened: Opened) -> None:
    opened.parts[0].notes[3].start += 1


def _longer(opened: Opened) -> None:
    opened.parts[0].notes[3].length += 1


def _softer(opened: Opened) -> None:
    opened.parts[1].notes[0].velocity -= 1


def _higher(opened: Opened) -> None:
    opened.parts[1].notes[0].pitch += 40


def _fewer(opened: Opened) -> None:
    opened.parts[0].notes.pop()


def _more_parts(opened: Opened) -> None:
    opened.parts.append(Part("More", 0, [Heard(0, 1, 60, 1)]))


def _renamed(opened: Opened) -> None:
    opened.parts[0].name += "!"


def _other_sound(opened: Opened) -> None:
    opened.parts[0].program += 1


def _other_tempo(opened: Opened) -> None:
    opened.tempi[0] = (0, 60.0)


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        (_moved, "starts"),
        (_longer, "lengths"),
        (_softer, "velocities"),
        (_higher, "pitches"),
        (_fewer, "count"),
        (_more_parts, "count"),
        (_renamed, "names"),
        (_other_sound, "programs"),
        (_other_tempo, "tempi"),
    ],
)
def test_one_difference_is_found(change: Callable[[Opened], None], fact: str) -> None:
    song = reference_songs()["band"]
    opened = told(song)
    change(opened)
    assert fact in faults(EXACT, "band", song, opened)


def test_what_a_program_keeps_to_itself_is_not_compared() -> None:
    song = reference_songs()["band"]
    opened = told(song)
    _renamed(opened)
    assert faults(replace(EXACT, silent={"names band": "for once"}), "band", song, opened) == {}
    assert "names" in faults(replace(EXACT, silent={"names ramp": "elsewhere"}), "band", song, opened)


def test_a_program_that_is_not_there_is_known_to_be_absent() -> None:
    missing = replace(EXACT, command="no-such-program-anywhere", needs=("/no/such/file",))
    assert missing.lacks == ["no-such-program-anywhere", "/no/such/file"]
