"""The analogy beside the pad, by keys, choices and drops: two phrases, an amount, and what the pad then holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.explore.pad import Analogy
from tests.pad_parts import PHRASES, UNREADABLE, explorer_of, phrase
from widgets.panels.analogy import AnalogyBox, EndBox
from widgets.phrase_drag import PALETTE, payload


@pytest.fixture
def box(qtbot: QtBot) -> AnalogyBox:
    explorer = explorer_of()
    explorer.place_anchor(3, PHRASES[3])
    for listed in PHRASES[:3]:
        explorer.add_to_palette(listed)
    made = AnalogyBox(explorer)
    explorer.pad_changed.listen(made.refresh)
    explorer.palette_changed.listen(made.refresh)
    made.refresh()
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def choose(end: EndBox, words: str) -> None:
    """As somebody does who opens the list and takes an entry."""
    at = end.findText(words)
    assert at >= 0
    end.setCurrentIndex(at)
    end.activated.emit(at)


def test_two_phrases_chosen_by_keys_make_an_analogy(box: AnalogyBox) -> None:
    assert not box.amount.isVisible()
    assert "two phrases" in box.words.text()
    box.start.setFocus()
    QTest.keyClick(box.start, Qt.Key.Key_Down)
    assert box.start.currentText() == f"D · {PHRASES[3].source}"
    box.goal.setFocus()
    for _ in range(3):
        QTest.keyClick(box.goal, Qt.Key.Key_Down)
    assert box.explorer.pad.analogy == Analogy(PHRASES[3], PHRASES[1], 1.0)
    assert box.amount.isVisible()
    assert box.words.text() == ""
    box.amount.groove.setFocus()
    QTest.keyClick(box.amount.groove, Qt.Key.Key_Right)
    assert box.explorer.pad.analogy.amount == pytest.approx(1.1)
    assert box.amount.field.text() == "1.10 ×"
    choose(box.start, "none")
    assert not box.amount.isVisible()


def test_a_phrase_is_dropped_on_either_end(box: AnalogyBox) -> None:
    mime = payload(PALETTE, 2)
    where, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, where, keys)
    box.goal.dragEnterEvent(enter)
    assert enter.isAccepted()
    box.goal.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, where, keys))
    assert box.explorer.pad.analogy.goal is PHRASES[2]
    assert box.goal.currentText() == PHRASES[2].source


def test_what_is_not_in_the_palette_stays_in_sight(box: AnalogyBox) -> None:
    held = phrase("Elsewhere", 50)
    box.explorer.set_analogy_phrase("start", held)
    assert box.start.currentText() == "Elsewhere"
    choose(box.start, "Elsewhere")
    assert box.start.phrase is held
    box.explorer.add_to_palette(held)
    assert [box.start.itemText(at) for at in range(box.start.count())].count("Elsewhere") == 1
    assert box.start.currentText() == "Elsewhere"


def test_what_is_heard_and_what_is_selected_can_be_taken_and_their_lack_is_said(box: AnalogyBox) -> None:
    said: list[str] = []
    box.explorer.session.said.listen(lambda text, _is_error: said.append(text))
    choose(box.start, "the selected notes or bars")
    assert said[-1].startswith("Nothing is selected.")
    assert box.start.currentText() == "none"
    box.explorer.move_to(1, 1)
    choose(box.start, "what is heard at the pointer")
    assert box.start.phrase is PHRASES[3]
    assert box.start.currentText() == f"D · {PHRASES[3].source}"


def test_a_file_is_read_for_an_end(box: AnalogyBox) -> None:
    primer = Path(__file__).parents[2] / "resources" / "primers" / "twinkle.abc"
    box.goal.ask_file = lambda: primer
    choose(box.goal, "a file …")
    assert box.goal.currentText() == "twinkle.abc"


def test_a_phrase_that_the_model_cannot_read_is_told_of(box: AnalogyBox) -> None:
    box.explorer.set_analogy_phrase("start", PHRASES[0])
    box.explorer.set_analogy_phrase("goal", phrase(UNREADABLE, 60))
    assert "no room for it" in box.words.text()


def test_showing_tells_nothing_back_and_nonsense_is_refused(box: AnalogyBox) -> None:
    for end, held in (("start", PHRASES[0]), ("goal", PHRASES[1])):
        box.explorer.set_analogy_phrase(end, held)  # type: ignore[arg-type]
    said: list[str] = []
    box.explorer.session.said.listen(lambda text, _is_error: said.append(text))
    box.explorer.set_analogy_amount(-0.7)
    assert box.explorer.pad.analogy.amount == pytest.approx(-0.7)
    box.amount.field.setFocus()
    QTest.keyClicks(box.amount.field, "99")
    QTest.keyClick(box.amount.field, Qt.Key.Key_Return)
    assert said
    assert box.explorer.pad.analogy.amount == pytest.approx(-0.7)
