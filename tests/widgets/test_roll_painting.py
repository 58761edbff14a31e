"""Painting: what is seen is right, and costs only what is seen."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from studio.edits import notes
from studio.song.notes import Note, Notes, ends, rows_of
from studio.song.song import Song, Track
from studio.song.ticks import Span
from tests.canvas_songs import BAR, many_notes, point, shown_roll, small_song
from widgets import theme as themes
from widgets.panels.roll import Roll
from widgets.piano_roll.backdrop import mixed
from widgets.piano_roll.notes import contrast, readable_on
from widgets.piano_roll.overview import occupancy, tinted
from widgets.piano_roll.shapes import BANDS, Scale, bands, draw, opacity, rectangles
from widgets.piano_roll.state import RollState, ShownTake
from widgets.piano_roll.tiles import Tiles
from widgets.viewport import Viewport

VIEW = Viewport(1000, 500, 0.0, 20.0, 96.0, 16.0)


def paint(tiles: Tiles, size: QRect = QRect(0, 0, 1000, 500)) -> QImage:  # noqa: B008 - a value never changed
    image = QImage(size.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    while not tiles.paint(painter, size):
        pass
    painter.end()
    return image


def settle(tiles: Tiles) -> None:
    """The first paint at a new scale is made at once; the second makes the tiles that later ones reuse."""
    paint(tiles)
    paint(tiles)


def test_rectangles_lie_where_the_viewport_says() -> None:
    rows = rows_of([Note(960, 480, 72), Note(0, 1, 127)])
    shapes = rectangles(rows, Scale(12.0, 16.0, 0.0, 0.0))
    assert shapes[0].tolist() == [80.0, (127 - 72) * 16.0, 39.0, 15.0]
    assert shapes[1, 2] >= 2.0


def test_an_array_is_drawn_in_one_call(qtbot: QtBot) -> None:
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    painter.setPen(QColor(0, 0, 0, 0))
    painter.setBrush(QColor("red"))
    draw(painter, np.array([[2.0, 2, 4, 4], [20, 10, 5, 5]]))
    painter.end()
    assert [image.pixelColor(x, y).name() for x, y in ((3, 3), (22, 12), (10, 10))] == ["#ff0000", "#ff0000", "#000000"]


def test_louder_notes_are_more_opaque_and_soft_ones_stay_visible() -> None:
    rows = rows_of([Note(0, 1, 60, velocity) for velocity in (1, 64, 127)])
    assert bands(rows).tolist() == [0, 4, BANDS - 1]
    assert opacity(0) > 0.5
    assert opacity(BANDS - 1) == 1.0


@pytest.mark.parametrize("count", [1_000, 20_000])
def test_cost_follows_what_is_visible(qtbot: QtBot, count: int) -> None:
    song = many_notes(count)
    state = RollState(song=song, track_id=song.tracks[0].id, viewport=VIEW)
    tiles = Tiles(state)
    settle(tiles)
    seen = song.tracks[0].notes.sounding_in(Span(0, 2 * 512 * 20 + 100))
    assert 0 < tiles.rows_drawn <= 4 * len(seen)


def test_a_new_scale_is_painted_at_once_and_looks_like_its_tiles(qtbot: QtBot) -> None:
    song = many_notes(2_000)
    state = RollState(song=song, track_id=song.tracks[0].id, viewport=VIEW)
    tiles = Tiles(state)
    at_once = paint(tiles)
    assert tiles.tiles_drawn == 0
    assert np.abs(pixels(paint(tiles)) - pixels(at_once)).max() <= 16, "more than a rounded corner differs"
    assert tiles.tiles_drawn > 0


def pixels(image: QImage) -> NDArray[np.int64]:
    return np.frombuffer(image.constBits(), np.uint8).astype(np.int64)


def test_an_edit_repaints_only_the_tiles_it_touches(qtbot: QtBot) -> None:
    song = many_notes(2_000)
    state = RollState(song=song, track_id=song.tracks[0].id, viewport=VIEW)
    tiles = Tiles(state)
    settle(tiles)
    before = tiles.tiles_drawn
    first = int(song.tracks[0].notes.rows["id"][0])
    state.show(song=notes.set_velocities({first: 5}).apply(song))
    paint(tiles)
    assert 0 < tiles.tiles_drawn - before <= 2
    far = int(song.tracks[0].notes.rows["id"][-1])
    before = tiles.tiles_drawn
    state.show(song=notes.set_velocities({far: 5}).apply(state.song))
    paint(tiles)
    assert tiles.tiles_drawn == before


def test_scrolling_back_paints_nothing_anew(qtbot: QtBot) -> None:
    song = many_notes(2_000)
    state = RollState(song=song, track_id=song.tracks[0].id, viewport=VIEW)
    tiles = Tiles(state)
    settle(tiles)
    state.look(state.viewport.scrolled(600))
    paint(tiles)
    before = tiles.tiles_drawn
    state.look(state.viewport.scrolled(-600))
    paint(tiles)
    assert tiles.tiles_drawn == before


def test_tiles_ahead_are_painted_one_at_a_time_and_then_rest(qtbot: QtBot) -> None:
    song = many_notes(4_000)
    state = RollState(song=song, track_id=song.tracks[0].id, viewport=VIEW)
    tiles = Tiles(state)
    assert not tiles.paint_ahead(), "nothing is seen yet"
    state.look(state.viewport.scrolled(2000))
    settle(tiles)
    before = tiles.tiles_drawn
    assert tiles.paint_ahead()
    assert tiles.tiles_drawn == before + 1
    for _ in range(20):
        tiles.paint_ahead()
    assert not tiles.paint_ahead()
    drawn = tiles.tiles_drawn
    state.look(state.viewport.scrolled(300))
    paint(tiles)
    assert tiles.tiles_drawn == drawn


def test_notes_ghosts_and_selection_are_seen_in_their_colours(qtbot: QtBot) -> None:
    roll = shown_roll(qtbot)
    canvas = roll.view.canvas
    image = canvas.grab().toImage()
    theme = themes.current()
    note = image.pixelColor(point(canvas, 300, 72))
    assert abs(note.hueF() - theme.track(0).hueF()) < 0.03
    ghost, row = image.pixelColor(point(canvas, 3000, 67)), image.pixelColor(point(canvas, BAR + 3000, 67))
    assert ghost != row
    assert contrast(ghost, row) < contrast(note, row)
    roll.session.select(frozenset((10,)))
    edge = canvas.grab().toImage().pixelColor(point(canvas, 480, 72).x(), round(canvas_top(roll, 72)))
    assert edge.lightnessF() > 0.7


def canvas_top(roll: Roll, pitch: int) -> float:
    return roll.state.viewport.y_of(pitch)


def test_drums_are_no_ghosts_of_pitched_tracks(qtbot: QtBot) -> None:
    roll = shown_roll(qtbot)
    shown = roll.view.canvas.grab().toImage()
    roll.state.show(song=without(roll.session.song, 3))
    assert roll.view.canvas.grab().toImage() == shown
    roll.toggle_ghosts()
    assert roll.view.canvas.grab().toImage() != shown


def without(song: Song, track_id: int) -> Song:
    return Song(song.title, tuple(t for t in song.tracks if t.id != track_id), song.timeline, next_id=song.next_id)


def test_a_take_is_violet_and_hides_what_it_replaces(qtbot: QtBot) -> None:
    roll = shown_roll(qtbot)
    canvas, violet = roll.view.canvas, themes.current().colour("proposed")
    before = canvas.grab().toImage().pixelColor(point(canvas, 2300, 75))
    take = ShownTake(((1, rows_of([Note(0, 1900, 80)])),), Span(0, BAR), "Take 1 of 4", (1,))
    roll.state.show(take=take)
    image = canvas.grab().toImage()
    assert abs(image.pixelColor(point(canvas, 900, 80)).hueF() - violet.hueF()) < 0.06
    assert image.pixelColor(point(canvas, 2300, 75)) != before
    assert roll.view.take_bar.isVisible()
    roll.state.show(take=None)
    assert not roll.view.take_bar.isVisible()


def test_an_overview_shows_a_single_short_note_and_how_full_places_are() -> None:
    rows = rows_of([Note(1000, 10, 60), *(Note(5000 + i * 10, 10, 64) for i in range(500))])
    share = occupancy(rows, Scale(100.0, 1.0, 0.0, 0.0), 128)
    assert share[60, 10] == pytest.approx(0.1)
    assert share[64, 50:100] == pytest.approx(1.0)
    assert share[:, 101:].sum() == 0
    image = tinted(share, QColor("red"))
    assert image.pixelColor(10, 127 - 60).alphaF() > 0.25
    assert image.pixelColor(11, 127 - 60).alphaF() == 0


def test_thousands_of_visible_notes_become_an_overview(qtbot: QtBot) -> None:
    song = many_notes(30_000)
    state = RollState(song=song, track_id=song.tracks[0].id, viewport=VIEW)
    state.look(state.viewport.fitted(Span(0, song.end_tick)))
    image = paint(Tiles(state))
    row = state.viewport.y_of(66) + state.viewport.row_px / 2
    colours = {image.pixelColor(x, int(row)).name() for x in range(0, 1000, 7)}
    assert len(colours) > 3


@pytest.mark.parametrize("theme", themes.THEMES.values(), ids=themes.THEMES.keys())
def test_names_inside_notes_can_be_read_in_every_theme(theme: themes.Theme) -> None:
    for colour in theme.tracks:
        for band in range(BANDS):
            fill = mixed(theme.colour("bg"), QColor(colour), opacity(band))
            assert contrast(readable_on(fill, theme), fill) >= 4.5


def test_long_notes_seen_from_inside_are_drawn(qtbot: QtBot) -> None:
    held = Song("Held", (Track(1, "Pad", notes=Notes.of([Note(0, 400 * BAR, 70, 100, 5)])),), next_id=9)
    state = RollState(song=held, track_id=1, viewport=VIEW)
    state.look(state.viewport.shown_from(300 * BAR))
    image = paint(Tiles(state))
    y = round(state.viewport.y_of(70) + 8)
    assert abs(image.pixelColor(500, y).hueF() - themes.current().track(0).hueF()) < 0.03
    assert ends(held.tracks[0].notes.rows)[0] == 400 * BAR


def test_a_small_song_in_another_theme_looks_different(qtbot: QtBot) -> None:
    roll = shown_roll(qtbot, small_song())
    dark = roll.view.grab().toImage()
    themes.use(themes.LIGHT)
    try:
        roll.restyle()
        light = roll.view.grab().toImage()
    finally:
        themes.use(themes.DARK)
    assert light != dark
    assert light.pixelColor(500, 300).lightnessF() > 0.8
