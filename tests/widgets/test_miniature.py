"""Phrases drawn small."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from studio.song.notes import ROW, Note, rows_of
from studio.song.ticks import Span
from widgets import theme as themes
from widgets.miniature import Miniature, miniature_shapes, pitch_range

notes = st.lists(st.builds(Note, st.integers(0, 10_000), st.integers(1, 4000), st.integers(0, 127)), min_size=1, max_size=40)


@given(notes)
def test_every_note_stays_inside_and_can_be_seen(listed: list[Note]) -> None:
    rows = rows_of(listed)
    place = QRectF(5, 3, 200, 40)
    shapes = miniature_shapes(rows, place, Span(0, 14_000), pitch_range(rows))
    assert (shapes[:, 0] >= 5).all()
    assert (shapes[:, 1] >= 3 - 1e-9).all()
    assert (shapes[:, 1] + shapes[:, 3] <= 43 + 1e-6).all()
    assert (shapes[:, 2:] >= 1.0).all()


def test_higher_notes_are_higher_and_an_octave_is_the_least_range() -> None:
    rows = rows_of([Note(0, 10, 60), Note(0, 10, 62)])
    low, high = pitch_range(rows)
    assert high - low == 12
    shapes = miniature_shapes(rows, QRectF(0, 0, 100, 50), Span(0, 10), (low, high))
    assert shapes[1, 1] < shapes[0, 1]


def test_a_miniature_draws_in_the_proposed_colour_or_a_tracks(qtbot: QtBot) -> None:
    widget = Miniature()
    qtbot.addWidget(widget)
    widget.resize(100, 28)
    rows = rows_of([Note(0, 4000, 60)])
    for colour, options in ((themes.current().colour("proposed"), {}), (themes.current().track(2), {"track_colour": 2})):
        widget.show_rows(rows, Span(0, 4000), **options)
        image = widget.grab().toImage()
        boldest = max((image.pixelColor(50, y) for y in range(28)), key=lambda seen: seen.saturationF() * seen.valueF())
        assert boldest.saturationF() > 0.2
        assert abs(boldest.hueF() - colour.hueF()) < 0.05


def test_nothing_to_draw_is_drawn_too(qtbot: QtBot) -> None:
    widget = Miniature()
    qtbot.addWidget(widget)
    widget.show_rows(np.zeros(0, ROW))
    widget.set_progress(0.5)
    assert not widget.grab().isNull()
