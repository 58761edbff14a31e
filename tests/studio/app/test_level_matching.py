"""Takes that are heard equally loud: measured on what is really rendered (MX-11)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from studio.app.bounce import Bounce
from studio.app.level_matching import LevelMatching
from studio.audio.loudness import loudness_lufs
from studio.audio.render import render
from studio.edits import notes
from studio.errors import UnwritableFile
from studio.files.formats.audio import write_blocks
from studio.generation.contract import Request, Take
from studio.generation.tray import BEFORE, SILENT_LUFS
from studio.jobs.board import InlineRunner
from studio.jobs.progress import Progress
from studio.session import Session
from studio.song.mixing import Strip
from studio.song.notes import Note, Notes, rows_of
from studio.song.region import Mask, Region
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import Span
from tests.fakes import SilentSound, origin_of

BAR = 3840
RATE = 44_100
WAYS = ((40, 960), (110, 480), (70, 240), (100, 3840))
"""Velocity and length of the notes of each take: sparse and soft, dense and loud."""


def font() -> Path:
    spec = find_spec("pretty_midi")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "TimGM6mb.sf2"


def takes(request: Request, progress: Progress) -> Iterator[Take]:
    for number, (velocity, length) in enumerate(WAYS, start=1):
        starts = range(request.span.start_tick, request.span.end_tick, length)
        rows = rows_of([Note(start, length, 55 + 3 * number + at % 5, velocity) for at, start in enumerate(starts)])
        yield Take(number, request.span, ((1, rows),), origin_of(request, number))


def rendered(bounce: Bounce, progress: Progress) -> str:
    with contextlib.closing(render(bounce.song, bounce.rate, font(), progress)) as blocks:
        return write_blocks(bounce.path, blocks, bounce.rate, {"samples": f"{bounce.bits} bit"}, progress).warning


def proposed(instrument: Instrument, there: bool) -> Session:
    there_notes = [Note(at * 960, 960, 64, 90, id=at + 1) for at in range(16)] if there else []
    band = Track(2, "Band", 1, Instrument(48), notes=Notes.of([Note(0, 4 * BAR, 52, 60, id=99)]))
    song = Song("Two", (Track(1, "Lead", 0, instrument, Strip(-6.0, 20.0), Notes.of(there_notes)), band), next_id=1000)
    session = Session(InlineRunner(), takes, SilentSound(), song)
    LevelMatching(session, rendered, lambda: None)
    session.generate(Request("fill", "scales", song, Mask(Region((1,), Span(BAR, 3 * BAR)))))
    return session


def heard_lufs(session: Session) -> float:
    """What comes out of the loudspeaker in the bars of the takes, the other track left out."""
    song = session.proposing.sounding(session.song)
    alone = replace(song, tracks=tuple(track for track in song.tracks if track.id == 1), is_limited=False)
    sound = np.concatenate(list(render(alone, RATE, font())))
    start, end = (int(song.timeline.seconds_at(tick) * RATE) for tick in (BAR, 3 * BAR))
    return loudness_lufs(sound[start:end], RATE)


@pytest.mark.parametrize("instrument", [Instrument(0), Instrument(80)])
def test_mx_11_takes_are_within_one_unit_of_what_was_there(instrument: Instrument) -> None:
    session = proposed(instrument, there=True)
    take_set = session.tray.current
    assert take_set is not None
    assert take_set.levels == {}, "nothing is measured before somebody wants it"
    session.tray.show(None)
    wanted = heard_lufs(session)
    apart = []
    for index in range(len(WAYS)):
        session.tray.show(index)
        apart.append(abs(heard_lufs(session) - wanted))
    assert max(apart) > 4, "without it the loud one wins"
    session.proposing.match_loudness(True)
    assert set(take_set.levels) == {BEFORE, 0, 1, 2, 3}
    for index in range(len(WAYS)):
        session.tray.show(index)
        assert heard_lufs(session) == pytest.approx(wanted, abs=1.0)
    assert session.song.track(1).strip == Strip(-6.0, 20.0), "the mixer is the composer's"
    session.proposing.match_loudness(False)
    assert session.proposing.sounding(session.song) is session.heard_song()


def test_mx_11_where_nothing_was_takes_are_as_loud_as_each_other() -> None:
    session = proposed(Instrument(0), there=False)
    take_set = session.tray.current
    assert take_set is not None
    session.proposing.match_loudness(True)
    assert take_set.levels[BEFORE] <= SILENT_LUFS
    heard = []
    for index in range(len(WAYS)):
        session.tray.show(index)
        heard.append(heard_lufs(session))
    assert max(heard) - min(heard) < 2.0


def test_mx_11_a_take_that_is_edited_is_measured_again_and_faults_are_said() -> None:
    session = proposed(Instrument(0), there=True)
    session.proposing.match_loudness(True)
    take_set = session.tray.current
    assert take_set is not None
    before = dict(take_set.levels)
    rows = session.heard_song().track(1).notes.rows
    session.do(notes.set_velocities({int(id_): 120 for id_ in rows["id"][rows["id"] > 1000]}))
    assert take_set.levels[4] > before[0] + 3

    def broken(bounce: Bounce, progress: Progress) -> str:
        raise UnwritableFile("The disk is full.")

    said: list[str] = []
    other = Session(InlineRunner(), takes, SilentSound(), session.song)
    other.said.listen(lambda text, _is_error: said.append(text))
    LevelMatching(other, broken, lambda: None)
    other.proposing.match_loudness(True)
    other.generate(Request("fill", "scales", other.song, Mask(Region((1,), Span(BAR, 3 * BAR)))))
    assert said == ["Takes could not be made equally loud: The disk is full."]
    assert not other.proposing.matches_loudness
