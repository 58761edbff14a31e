"""The grid of a sweep in the takes panel: cells, axes, arrows that are heard, Enter, star."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.generation.contract import Axis
from studio.jobs.progress import Progress
from tests.fakes import scale_takes
from tests.generate_parts import bench

LEFT = Qt.MouseButton.LeftButton


def all_but_the_last(request, progress):
    """One take for each cell but the last, which came out empty."""
    for take in scale_takes(request, Progress()):
        if not request.sweep or take.number < request.count:
            yield take


@pytest.fixture
def made(put_up):
    found = bench(all_but_the_last)
    put_up(found.side).activateWindow()
    found.generate.open_sweep()
    sweep = found.generate.sweep
    sweep.rows[1].box.setCurrentIndex(sweep.rows[1].box.findData("temperature"))
    sweep.rows[1].box.activated.emit(0)
    sweep.rows[1].field.setText("0.5 1.5")
    sweep.rows[1].field.textEdited.emit("")
    found.generate.generate()
    return found


def active(made):
    take_set = made.session.tray.current
    return take_set.cell(take_set.active)


def press(grid, cell, place=None):
    QTest.mouseClick(grid, LEFT, pos=(place or grid.place(cell).center()).toPoint())


def test_gn_6_1_takes_of_a_sweep_lie_in_a_grid(made):
    grid = made.takes.grid
    assert made.session.tray.current.request.sweep[0] == Axis("temperature", (0.5, 1.5))
    assert grid.isVisible()
    assert sorted(grid.cells) == [1, 2, 3, 4, 5]
    assert grid.words(1).startswith("How surprising 0.5, How busy -1, take 1")
    assert grid.words(6) == "How surprising 1.5, How busy 1, no take"
    assert grid.place(4).top() > grid.place(3).bottom()
    assert grid.place(6).right() <= grid.width() + 1
    assert not any(card.isVisible() for card in made.takes.cards)


def test_gn_6_1_arrows_go_from_cell_to_cell_and_are_heard(made):
    grid = made.takes.grid
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert active(made) == 2
    assert made.sound.calls[-1] == ("play", None)
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert active(made) == 5
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert active(made) == 5, "an empty cell has nothing to show"
    assert "no take" in grid.accessibleName()
    QTest.keyClick(grid, Qt.Key.Key_Up)
    assert active(made) == 3
    QTest.keyClick(grid, Qt.Key.Key_Up)
    assert active(made) == 3


def test_gn_6_1_the_panel_itself_hands_its_arrows_to_the_grid(made):
    made.takes.setFocus()
    QTest.keyClick(made.takes, Qt.Key.Key_Right)
    assert active(made) == 2


def test_gn_6_1_a_star_and_enter_keep(made):
    grid = made.takes.grid
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_S)
    assert made.session.tray.current.starred == {1}
    assert "starred" in grid.words(2)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert made.session.tray.current is None
    assert made.session.history.labels
    assert not grid.isVisible()


def test_gn_6_1_cells_are_pressed_and_starred_with_the_mouse(made):
    grid = made.takes.grid
    press(grid, 4)
    assert active(made) == 4
    press(grid, 3, grid._star_place(3).center())
    assert made.session.tray.current.starred == {2}
    press(grid, 6)
    assert active(made) == 4


def test_gn_6_1_another_request_brings_the_cards_back(made):
    made.session.tray.star(0)
    QTest.keyClick(made.generate.sweep.fold, Qt.Key.Key_Return)
    made.generate.generate()
    assert not made.takes.grid.isVisible()
    assert [card.isVisible() for card in made.takes.cards] == [True] * 5


def test_gn_6_1_a_star_carried_into_a_sweep_stays_a_card(made):
    made.session.tray.star(1)
    made.generate.generate()
    assert len(made.takes.grid.cells) == 5
    assert [card.index for card in made.takes.cards if card.isVisible()] == [0]


def test_gn_6_1_the_cells_give_way_where_there_is_little_room(made, qtbot):
    grid = made.takes.grid
    tall = grid.place(1).height()
    made.side.resize(300, 480)
    qtbot.waitUntil(lambda: grid.place(1).height() < tall)
    assert grid.place(6).bottom() <= grid.height()
    assert made.takes.keep_button.geometry().bottom() <= made.takes.height()
