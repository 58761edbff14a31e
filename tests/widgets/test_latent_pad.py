"""The pad under mouse and keys: what is heard, drawn, dragged, dropped and pinned."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.explore.explorer import Explorer
from studio.explore.mixing import Place
from studio.generation.latent import Phrase
from tests.pad_parts import PHRASES, UNREADABLE, explorer_of, filled, phrase
from widgets import style, theme
from widgets.controls.latent_pad import LatentPad
from widgets.controls.pad_geometry import PadGeometry
from widgets.controls.pad_marks import name_of
from widgets.controls.pad_menu import Spot, pad_menu
from widgets.panels.latent import Latent
from widgets.phrase_drag import PALETTE, payload


@pytest.fixture
def explorer() -> Explorer:
    return filled(explorer_of())


@pytest.fixture
def panel(put_up: Callable[..., Latent], explorer: Explorer) -> Latent:
    return put_up(Latent(explorer), 1000, 900)


@pytest.fixture
def pad(panel: Latent) -> LatentPad:
    return panel.pad


def at(pad: LatentPad, x: float, y: float) -> QPoint:
    return pad.geometry_.point((x, y)).toPoint()


def drag(qtbot: QtBot, pad: LatentPad, *places: Place, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, modifier, at(pad, *places[0]))
    for place in places[1:]:
        qtbot.mouseMove(pad, at(pad, *place))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, modifier, at(pad, *places[-1]))


@pytest.mark.parametrize("width", [320, 640, 1000, 2400])
@pytest.mark.parametrize("place", [(0.0, 0.0), (1.0, 1.0), (0.3, 0.7)])
def test_a_place_and_its_pixel_are_one_whatever_the_size(width: int, place: Place) -> None:
    geometry = PadGeometry.within(QSize(width, 500), 7)
    back = geometry.place(geometry.point(place))
    assert back == pytest.approx(place)
    assert geometry.place(QPointF(-900, -900)) == (0.0, 0.0)
    assert geometry.field.contains(geometry.cell(6, 6))
    assert not geometry.cell(2, 2).intersects(geometry.cell(3, 2))


def test_a_drag_moves_the_pointer_and_is_heard(qtbot: QtBot, pad: LatentPad, explorer: Explorer) -> None:
    assert not explorer.is_playing
    drag(qtbot, pad, (0.2, 0.2), (0.4, 0.4), (0.6, 0.5))
    assert (explorer.x, explorer.y) == pytest.approx((0.6, 0.5), abs=0.01)
    assert explorer.is_playing
    assert not explorer.is_own


def test_the_badge_of_a_corner_is_the_corner_itself(qtbot: QtBot, pad: LatentPad, explorer: Explorer) -> None:
    qtbot.mouseClick(pad, Qt.MouseButton.LeftButton, pos=at(pad, 1, 0) + QPoint(-9, 8))
    assert (explorer.x, explorer.y) == (1.0, 0.0)
    assert explorer.is_own
    assert explorer.phrase is not None
    assert explorer.phrase.rows.tobytes() == PHRASES[1].clip.rows.tobytes()


def test_shift_and_drag_draws_a_path_whose_points_can_be_dragged(qtbot: QtBot, pad: LatentPad, explorer: Explorer) -> None:
    drag(qtbot, pad, (0.1, 0.1), (0.3, 0.5), (0.6, 0.5), (0.9, 0.9), modifier=Qt.KeyboardModifier.ShiftModifier)
    path = explorer.pad.path
    assert path[0] == pytest.approx((0.1, 0.1), abs=0.01)
    assert path[-1] == pytest.approx((0.9, 0.9), abs=0.01)
    drag(qtbot, pad, path[0], (0.1, 0.4), (0.05, 0.5))
    assert explorer.pad.path[0] == pytest.approx((0.05, 0.5), abs=0.01)
    assert explorer.pad.path[1:] == path[1:]


def test_a_point_of_the_path_is_heard_on_its_way_and_can_be_taken_back(qtbot: QtBot, pad: LatentPad, explorer: Explorer) -> None:
    explorer.set_path(((0.1, 0.1), (0.5, 0.9), (0.9, 0.1)))
    path, before = explorer.pad.path, (explorer.x, explorer.y)
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=at(pad, 0.5, 0.9))
    qtbot.mouseMove(pad, at(pad, 0.4, 0.6))
    assert (explorer.x, explorer.y) == pytest.approx((0.4, 0.6), abs=0.01)
    assert explorer.is_playing
    assert explorer.pad.path == path, "kept only when it is let go"
    pad.cancel()
    assert (explorer.x, explorer.y) == before
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=at(pad, 0.4, 0.6))
    assert explorer.pad.path == path


def test_an_anchor_is_heard_on_its_way_at_the_place_of_the_pointer(qtbot: QtBot, pad: LatentPad, explorer: Explorer) -> None:
    explorer.set_mode("anchors")
    explorer.move_to(0.5, 0.5)
    explorer.stop()
    before, shares = explorer.pad, explorer.weights_words()
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=at(pad, 0, 0))
    qtbot.mouseMove(pad, at(pad, 0.3, 0.3))
    qtbot.mouseMove(pad, at(pad, 0.45, 0.45))
    assert explorer.is_playing
    assert explorer.weights_words() != shares
    assert (explorer.x, explorer.y) == (0.5, 0.5)
    assert explorer.pad is before
    pad.cancel()
    assert explorer.weights_words() == shares
    drag(qtbot, pad, (0, 0), (0.2, 0.3), (0.5, 0.5))
    moved = explorer.pad.anchors[0]
    assert moved is not None
    assert (moved.x, moved.y) == pytest.approx((0.5, 0.5), abs=0.01)
    assert explorer.is_own


def test_drawing_lasts_for_one_path_and_a_click_is_none(qtbot: QtBot, panel: Latent, pad: LatentPad, explorer: Explorer) -> None:
    pad.set_drawing(True)
    assert panel.tools.draw_path.isChecked()
    qtbot.mouseClick(pad, Qt.MouseButton.LeftButton, pos=at(pad, 0.5, 0.2))
    assert explorer.pad.path == ()
    assert not panel.tools.draw_path.isChecked()
    qtbot.mouseClick(panel.tools.draw_path, Qt.MouseButton.LeftButton)
    assert pad.is_drawing
    drag(qtbot, pad, (0.2, 0.2), (0.8, 0.2))
    assert len(explorer.pad.path) >= 2
    assert not pad.is_drawing


def test_what_is_being_done_can_be_taken_back(qtbot: QtBot, pad: LatentPad, explorer: Explorer) -> None:
    before = (explorer.x, explorer.y)
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=at(pad, 0.2, 0.2))
    qtbot.mouseMove(pad, at(pad, 0.3, 0.9))
    pad.cancel()
    assert (explorer.x, explorer.y) == before
    qtbot.mouseMove(pad, at(pad, 0.9, 0.9))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=at(pad, 0.9, 0.9))
    assert (explorer.x, explorer.y) == before
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, at(pad, 0.2, 0.2))
    qtbot.mouseMove(pad, at(pad, 0.8, 0.8))
    pad.cancel()
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=at(pad, 0.8, 0.8))
    assert explorer.pad.path == ()


def test_a_dropped_phrase_lands_on_the_nearest_corner(qtbot: QtBot, pad: LatentPad, explorer: Explorer) -> None:
    explorer.add_to_palette(phrase("Dropped", 65))
    mime = payload(PALETTE, len(explorer.palette) - 1)
    pad.dropEvent(drop_at(pad, 0.9, 0.7, mime))
    anchor = explorer.pad.anchors[3]
    assert anchor is not None
    assert anchor.phrase.source == "Dropped"


def test_what_is_no_phrase_is_not_taken(pad: LatentPad, explorer: Explorer) -> None:
    mime, before = QMimeData(), explorer.pad
    mime.setText("words")
    event = drop_at(pad, 0.1, 0.1, mime)
    pad.dropEvent(event)
    assert explorer.pad is before


def test_free_anchors_are_dropped_dragged_and_clicked_where_they_are(qtbot: QtBot, panel: Latent, explorer: Explorer) -> None:
    pad = panel.pad
    panel.tools.mode.set_text("Anchors")
    assert explorer.pad.mode == "anchors"
    explorer.add_to_palette(phrase("Fifth", 65))
    mime = payload(PALETTE, len(explorer.palette) - 1)
    pad.dropEvent(drop_at(pad, 0.5, 0.4, mime))
    anchor = explorer.pad.anchors[4]
    assert anchor is not None
    assert (anchor.x, anchor.y) == pytest.approx((0.5, 0.4), abs=0.01)
    drag(qtbot, pad, (0.5, 0.4), (0.4, 0.3), (0.25, 0.6))
    moved = explorer.pad.anchors[4]
    assert moved is not None
    assert (moved.x, moved.y) == pytest.approx((0.25, 0.6), abs=0.01)
    qtbot.mouseClick(pad, Qt.MouseButton.LeftButton, pos=at(pad, moved.x, moved.y))
    assert (explorer.x, explorer.y) == (moved.x, moved.y)
    assert explorer.is_own


def test_the_menu_offers_what_can_be_done_there(qtbot: QtBot, pad: LatentPad, explorer: Explorer) -> None:
    explorer.set_path(((0.1, 0.1), (0.5, 0.9), (0.9, 0.1)))
    menu = pad_menu(pad, explorer, Spot(None, 1, (0.5, 0.9)), pad.commands, lambda: pad.set_drawing(True))
    words = {action.text(): action for action in menu.actions()}
    words["Remove this point"].trigger()
    assert explorer.pad.path == ((0.1, 0.1), (0.9, 0.1))
    menu = pad_menu(pad, explorer, Spot(2, None, (0.0, 1.0)), pad.commands, lambda: pad.set_drawing(True))
    next(action for action in menu.actions() if action.text() == "Take C off the pad").trigger()
    assert explorer.pad.anchors[2] is None


def test_a_phrase_that_the_model_cannot_place_says_so(qtbot: QtBot, pad: LatentPad, explorer: Explorer) -> None:
    explorer.place_anchor(1, Phrase(phrase("Strange", 60).clip, UNREADABLE))
    assert explorer.refusal(1)
    qtbot.mouseMove(pad, at(pad, 1, 0))
    assert explorer.refusal(1) in pad.toolTip()
    words, colour = name_of(1, explorer.pad.anchors[1], is_refused=True)
    assert words == f"{UNREADABLE} (not used)"
    assert colour == theme.current().colour("warn")


def test_a_drag_repaints_little(qtbot: QtBot, pad: LatentPad, explorer: Explorer) -> None:
    """Only what the pointer covered and covers: the picture under it is kept."""
    pad.grab()
    scene = pad._scene
    drag(qtbot, pad, (0.2, 0.2), (0.25, 0.2), (0.3, 0.2))
    explorer.move_to(0.31, 0.2)
    field, marked = pad.geometry_.field, pad._marked
    assert marked.width() * marked.height() < 0.35 * field.width() * field.height()
    assert scene is not None


@pytest.mark.parametrize("name", list(theme.THEMES))
def test_every_theme_shows_badges_path_and_pointer(qtbot: QtBot, panel: Latent, explorer: Explorer, name: str) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    tokens = theme.THEMES[name]
    style.apply(application, tokens)
    panel.restyle()
    explorer.set_path(((0.2, 0.8), (0.8, 0.8)))
    explorer.move_to(0.5, 0.3)
    image = panel.pad.grab().toImage()
    for place, colour in (((0.5, 0.8), "accent"), ((0.5, 0.3), "text")):
        assert image.pixelColor(at(panel.pad, *place)) == tokens.colour(colour)
    style.apply(application, theme.DARK)


def drop_at(pad: LatentPad, x: float, y: float, mime: QMimeData) -> QDropEvent:
    return QDropEvent(
        pad.geometry_.point((x, y)), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
