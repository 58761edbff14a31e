"""The lecture window by its gestures: it learns when shown, cells are heard and put, beta goes on from where things stand."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.errors import ModelUnavailable
from studio.generation.lecture import (
    MAP_SIDE,
    Figures,
    Kind,
    Lesson,
    LessonAnswer,
    Material,
    Side,
    SpaceMap,
    Standing,
    Stretch,
)
from studio.jobs.board import InlineRunner
from studio.jobs.progress import Progress
from studio.session import Session
from studio.song.song import Instrument, Song, Track
from tests.fakes import SilentSound, scale_takes
from widgets.dialogs.lecture import LectureWindow, teaching

PITCHES = (36, 38, 42, 46, 43, 47, 50, 49, 51)
MATERIAL = Material(
    np.eye(4, 144, dtype=np.uint8).reshape(4, 16, 9), np.arange(4) % 2, ("rock", "samba"), ("a 1", "b 1", "a 2", "b 2"),
    tuple(f"voice {at}" for at in range(9)), PITCHES, "Four bars.",
)  # fmt: skip


def side(kind: Kind, deviation: float) -> Side:
    """A map on which the column says which step the kick is on, and the uppermost row is silent."""
    odds = np.full((MAP_SIDE, MAP_SIDE, 16, 9), -5, np.float16)
    for column in range(MAP_SIDE):
        odds[1:, column, column % 16, 0] = 5
    means = np.array([[-1, -1], [1, 1], [0, 0], [2, -2]], np.float32)
    figures = Figures(0.9, 0.98, 0.5, deviation, None if kind == "AE" else 5.0)
    return Side(means, np.full((4, 2), deviation, np.float32), SpaceMap(3.0, odds), figures, {"w": np.zeros(2, np.float32)})


class Teacher:
    """Answers at once; remembers the lessons it was given."""

    def __init__(self) -> None:
        self.lessons: list[Lesson] = []

    def __call__(self, lesson: Lesson, progress: Progress) -> Iterator[LessonAnswer]:
        self.lessons.append(lesson)
        if lesson.material is None:
            yield MATERIAL
        before = lesson.before.stretches if lesson.before else ()
        sides: dict[Kind, Side] = {"AE": side("AE", 0.0), "VAE": side("VAE", 0.1 * lesson.beta)}
        yield Standing(lesson.shape, lesson.seed, (*before, Stretch(lesson.beta, lesson.steps)), sides, 1.5)


@pytest.fixture
def session() -> Session:
    drums = Track(1, "Kit", instrument=Instrument(is_drum=True))
    return Session(InlineRunner(), scale_takes, SilentSound(), Song(tracks=(drums,), next_id=2))


@pytest.fixture
def teacher() -> Teacher:
    return Teacher()


@pytest.fixture
def window(qtbot: QtBot, session: Session, teacher: Teacher) -> LectureWindow:
    made = LectureWindow(session, teacher)
    qtbot.addWidget(made)
    made.show()
    made.start()
    return made


def click(qtbot: QtBot, window: LectureWindow, kind: Kind, row: int, column: int) -> None:
    drawn = window.maps[kind]
    assert window.room.standing is not None
    spot = drawn.spot(*window.room.standing.sides[kind].map.centre(row, column)).toPoint()
    qtbot.mouseClick(drawn, Qt.MouseButton.LeftButton, pos=spot)


def loaded(session: Session) -> Song:
    assert isinstance(session.sound, SilentSound)
    return session.sound.loaded[-1]


def test_it_learns_the_song_that_is_open(window: LectureWindow, teacher: Teacher, session: Session) -> None:
    assert teacher.lessons[0].song is session.song
    assert teacher.lessons[0].shape == "dense"
    assert window.values["AE", "mean deviation"].text() == "none"
    assert window.values["VAE", "mean deviation"].text() == "0.100"
    assert "Four bars" in window.about.text()
    assert "seed 1" in window.state.text()


def test_a_click_is_heard_as_the_bar_of_that_cell(qtbot: QtBot, window: LectureWindow, session: Session) -> None:
    click(qtbot, window, "VAE", 5, 6)
    rows = loaded(session).tracks[0].notes.rows
    assert rows["start"].tolist() == [6 * 240]
    assert rows["pitch"].tolist() == [36]
    assert session.is_previewing
    qtbot.mouseClick(window.hear, Qt.MouseButton.LeftButton)
    assert not session.is_previewing


def test_dragging_and_arrow_keys_go_from_bar_to_bar(qtbot: QtBot, window: LectureWindow) -> None:
    click(qtbot, window, "AE", 10, 10)
    qtbot.keyClick(window.maps["AE"], Qt.Key.Key_Right)
    qtbot.keyClick(window.maps["AE"], Qt.Key.Key_Up)
    assert window.maps["AE"].cell == (9, 11)
    assert window.room.choice is not None
    assert np.flatnonzero(window.room.choice.hits[:, 0]).tolist() == [11]
    assert window.maps["VAE"].cell is None


def test_a_bar_becomes_a_take_that_says_where_it_is_from(qtbot: QtBot, window: LectureWindow, session: Session) -> None:
    click(qtbot, window, "VAE", 5, 2)
    qtbot.mouseClick(window.put, Qt.MouseButton.LeftButton)
    take = session.tray.active_take
    assert take is not None
    assert take.rows["start"].tolist() == [480, 4320, 8160, 12000]
    assert take.origin.model == "lecture-vae"
    assert take.origin.seed == 1
    assert '"course": "400 steps at beta 1"' in take.origin.request
    assert '"z": "' in take.origin.request
    assert not session.is_previewing
    assert session.keep()
    assert session.song.note_count == 4


def test_a_song_without_drums_gets_a_drum_track(qtbot: QtBot, window: LectureWindow, session: Session) -> None:
    session.open(Song(tracks=(Track(1, "Piano"),), next_id=2))
    click(qtbot, window, "AE", 5, 2)
    qtbot.mouseClick(window.put, Qt.MouseButton.LeftButton)
    assert session.song.tracks[1].instrument.is_drum


def test_a_silent_bar_is_refused_in_a_sentence(qtbot: QtBot, window: LectureWindow, session: Session) -> None:
    click(qtbot, window, "AE", 0, 2)
    qtbot.mouseClick(window.put, Qt.MouseButton.LeftButton)
    assert session.tray.current is None
    assert "without a note" in window.problem.text()


def test_beta_goes_on_from_the_present_weights(qtbot: QtBot, window: LectureWindow, teacher: Teacher) -> None:
    before = window.room.standing
    window.beta.set_value(4.0)
    qtbot.waitUntil(lambda: len(teacher.lessons) == 2)
    assert teacher.lessons[1].before is before
    assert teacher.lessons[1].material is MATERIAL
    assert teacher.lessons[1].beta == 4.0
    assert window.values["VAE", "mean deviation"].text() == "0.400"


def test_networks_and_seed_begin_anew(window: LectureWindow, teacher: Teacher) -> None:
    window.shape.set_text("Recurrent")
    window.seed.set_value(77)
    assert [(lesson.shape, lesson.seed, lesson.before) for lesson in teacher.lessons[1:]] == [
        ("recurrent", 1, None),
        ("recurrent", 77, None),
    ]


def test_temperature_draws_and_the_same_seed_draws_the_same(qtbot: QtBot, window: LectureWindow) -> None:
    click(qtbot, window, "VAE", 5, 6)
    assert window.room.choice is not None
    likeliest = window.room.choice.hits
    window.temperature.set_value(2.0)
    drawn = window.room.choice.hits
    assert not np.array_equal(drawn, likeliest)
    window.temperature.set_value(0.0)
    window.temperature.set_value(2.0)
    assert np.array_equal(window.room.choice.hits, drawn)


def test_a_failed_lesson_is_said(qtbot: QtBot, session: Session) -> None:
    def broken(lesson: Lesson, progress: Progress) -> Iterator[LessonAnswer]:
        raise ModelUnavailable("The model host is gone.")
        yield MATERIAL

    window = LectureWindow(session, broken)
    qtbot.addWidget(window)
    window.start()
    assert window.problem.text() == "The model host is gone."
    assert not window.room.is_learning


def test_closing_gives_the_song_its_sound_back(qtbot: QtBot, window: LectureWindow, session: Session) -> None:
    click(qtbot, window, "VAE", 5, 6)
    window.close()
    assert not session.is_previewing


def test_the_tip_of_a_point_is_the_bar_it_stands_for(window: LectureWindow) -> None:
    drawn = window.maps["AE"]
    assert drawn.nearest_bar(drawn.spot(1, 1)) == 1
    assert drawn.nearest_bar(drawn.spot(-2.5, 2.5)) is None


def test_what_beta_does_is_said_with_the_measured_deviation() -> None:
    assert "shrink" in teaching(0.0, 0.004)
    assert "0.004" in teaching(0.0, 0.004)
    assert "grow" in teaching(4.0, 0.3)
