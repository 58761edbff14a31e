"""The palette by keys, clicks and drops: phrases gather, go onto corners, are heard, removed and put back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from studio.files import format as formats
from studio.generation.contract import Request
from studio.song import Region, Span
from studio.song.region import Mask
from tests.generate_parts import BAR, song_of
from tests.pad_parts import PHRASES, explorer_of, filled, phrase
from widgets.panels.palette import Palette
from widgets.panels.palette_card import PaletteCard, colour_of, is_generated
from widgets.phrase_drag import MIME, PALETTE, SELECTION, TAKE, Grab, accepts, payload, phrase_of_drop

LEFT = Qt.MouseButton.LeftButton


class Bench:
    """A shown palette with three phrases."""

    def __init__(self, qtbot: QtBot) -> None:
        self.explorer = explorer_of()
        for source in ("Bars 1–2 · Lead", "Take 2 · Pop", "Teapot.mid"):
            self.explorer.add_to_palette(phrase(source, 60, 64))
        self.phrases = list(self.explorer.palette)
        self.said: list[str] = []
        self.explorer.session.said.listen(lambda text, _is_error: self.said.append(text))
        self.palette = Palette(self.explorer)
        qtbot.addWidget(self.palette)
        self.palette.resize(300, 700)
        self.palette.show()
        self.palette.activateWindow()
        qtbot.waitUntil(self.palette.isActiveWindow)
        self.palette.setFocus()

    def key(self, *codes: Qt.Key) -> None:
        for code in codes:
            QTest.keyClick(self.palette, code)

    @property
    def on_corners(self) -> list[str | None]:
        return [anchor.label if anchor else None for anchor in self.explorer.pad.anchors]

    @property
    def names(self) -> list[str]:
        return [card.phrase.source for card in self.palette.cards]


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def drop(target: QWidget, mime: QMimeData) -> bool:
    """What Qt sends for a drag that comes in and is let go; whether it was taken."""
    args = (Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    entering = QDragEnterEvent(QPoint(50, 50), *args)
    entering.ignore()
    QApplication.sendEvent(target, entering)
    if not entering.isAccepted():
        return False
    event = QDropEvent(QPointF(50, 50), *args)
    event.ignore()
    QApplication.sendEvent(target, event)
    return event.isAccepted()


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def test_cards_show_name_and_notes_in_the_colour_of_where_they_came_from(bench: Bench) -> None:
    assert bench.names == ["Bars 1–2 · Lead", "Take 2 · Pop", "Teapot.mid"]
    assert "16 notes over 8 beats" in bench.palette.cards[0].accessibleName()
    song = bench.explorer.session.song
    assert [colour_of(one, song) for one in bench.phrases] == [song.tracks[0].colour, None, None]
    assert [is_generated(one) for one in bench.phrases] == [False, True, False]
    assert not bench.palette.nothing.isVisible()


def test_enter_fills_the_corners_one_after_another_and_says_when_all_are_taken(bench: Bench) -> None:
    down, enter = Qt.Key.Key_Down, Qt.Key.Key_Return
    bench.key(enter, down, enter, down, enter, Qt.Key.Key_Home, enter)
    assert bench.on_corners == ["Bars 1–2 · Lead", "Take 2 · Pop", "Teapot.mid", "Bars 1–2 · Lead"]
    assert bench.said == []
    bench.key(enter)
    assert bench.said[-1].startswith("Every corner of the pad is taken.")


def test_letters_name_the_corner(bench: Bench) -> None:
    bench.key(Qt.Key.Key_End, Qt.Key.Key_D, Qt.Key.Key_Up, Qt.Key.Key_A)
    assert bench.on_corners == ["Take 2 · Pop", None, None, "Teapot.mid"]
    bench.key(Qt.Key.Key_H)
    assert bench.on_corners == ["Take 2 · Pop", None, None, "Teapot.mid"], "four corners end with D"
    bench.explorer.set_mode("anchors")
    bench.key(Qt.Key.Key_H)
    assert bench.on_corners[7] == "Take 2 · Pop"


def test_double_click_hears_in_a_loop_and_again_stops(bench: Bench) -> None:
    QTest.mouseDClick(bench.palette.cards[1], LEFT, pos=QPoint(60, 45))
    assert bench.explorer.heard_phrase is bench.phrases[1]
    assert [card.is_heard for card in bench.palette.cards] == [False, True, False]
    QTest.mouseClick(bench.palette.cards[1].play, LEFT)
    assert bench.explorer.heard_phrase is None
    bench.key(Qt.Key.Key_P)
    assert bench.explorer.heard_phrase is bench.phrases[bench.palette.current]


def test_a_click_chooses_a_card_and_gives_the_palette_the_keyboard(bench: Bench) -> None:
    bench.palette.clearFocus()
    QTest.mouseClick(bench.palette.cards[2], LEFT, pos=QPoint(60, 45))
    assert [card.is_current for card in bench.palette.cards] == [False, False, True]
    assert bench.palette.hasFocus()


def test_delete_removes_and_a_line_puts_it_back_where_it_was(bench: Bench) -> None:
    kept = bench.palette.cards[2]
    bench.key(Qt.Key.Key_Down, Qt.Key.Key_Delete)
    assert bench.names == ["Bars 1–2 · Lead", "Teapot.mid"]
    assert bench.palette.cards[1] is kept, "the card of a phrase that stays is not drawn anew"
    assert bench.palette.removed_words.text() == "«Take 2 · Pop» removed"
    QTest.mouseClick(bench.palette.put_back, LEFT)
    assert bench.names == ["Bars 1–2 · Lead", "Take 2 · Pop", "Teapot.mid"]
    assert not bench.palette.put_back.isVisible()


def test_the_last_phrase_can_go_and_the_keys_do_nothing_then(bench: Bench) -> None:
    bench.key(*[Qt.Key.Key_Delete] * 3)
    assert bench.names == []
    assert bench.palette.nothing.isVisible()
    bench.key(Qt.Key.Key_Return, Qt.Key.Key_P, Qt.Key.Key_Delete, Qt.Key.Key_Down)
    assert bench.on_corners == [None] * 4


def test_the_selection_of_the_roll_is_added_or_refused_in_a_sentence(bench: Bench) -> None:
    QTest.mouseClick(bench.palette.selection_button, LEFT)
    assert bench.said[-1].startswith("Nothing is selected.")
    bench.explorer.session.select(bars=Span(BAR, 3 * BAR))
    QTest.mouseClick(bench.palette.selection_button, LEFT)
    assert bench.names[-1] == "Bars 2–3 · Lead"


def test_a_sample_of_the_model_is_added(bench: Bench) -> None:
    QTest.mouseClick(bench.palette.sample_button, LEFT)
    assert bench.names[-1] == "Sampled · seed 2"
    assert is_generated(bench.explorer.palette[-1])


def test_what_the_pad_sounds_like_is_added(bench: Bench) -> None:
    QTest.mouseClick(bench.palette.heard_button, LEFT)
    assert bench.said[-1].startswith("Nothing is heard at the pointer yet.")
    filled(bench.explorer)
    bench.explorer.move_to(0.5, 0.5)
    QTest.mouseClick(bench.palette.heard_button, LEFT)
    assert bench.names[-1].startswith("Pad · A 25")
    assert is_generated(bench.explorer.palette[-1])
    bench.explorer.move_to(0.0, 0.0)
    QTest.mouseClick(bench.palette.heard_button, LEFT)
    assert bench.names[-1] == PHRASES[0].source, "on a corner it is the phrase itself"


def test_a_chosen_file_is_read_and_added(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "tune.mid"
    formats.write_song(song_of(2), path)
    bench.palette.ask_file = lambda: path
    QTest.mouseClick(bench.palette.file_button, LEFT)
    assert bench.names[-1] == "tune.mid"
    bench.palette.ask_file = lambda: None
    QTest.mouseClick(bench.palette.file_button, LEFT)
    assert len(bench.names) == 4


def test_files_dropped_become_phrases_and_broken_ones_a_sentence(bench: Bench, tmp_path: Path) -> None:
    good, broken, other = tmp_path / "good.mid", tmp_path / "broken.mid", tmp_path / "letter.docx"
    formats.write_song(song_of(2), good)
    broken.write_bytes(b"no music at all")
    other.write_bytes(b"words")
    assert drop(bench.palette, files(good, broken, other))
    assert bench.names[3:] == ["good.mid"]
    assert "«broken.mid»" in bench.said[-1]
    assert not drop(bench.palette, files(other))


def test_takes_are_dropped_onto_the_palette_and_gone_ones_refused(bench: Bench) -> None:
    session = bench.explorer.session
    session.generate(Request("fill", "pop", session.song, Mask(Region((1,), Span(0, BAR))), count=2))
    assert drop(bench.palette, payload(TAKE, 1))
    assert bench.names[-1] == "Take 2 · pop"
    assert not drop(bench.palette, payload(TAKE, 7))
    assert bench.said[-1].startswith("That take is gone.")


def test_a_take_is_added_by_command(bench: Bench) -> None:
    session = bench.explorer.session
    session.generate(Request("fill", "pop", session.song, Mask(Region((1,), Span(0, BAR))), count=2))
    bench.palette.add_take(0)
    assert bench.names[-1] == "Take 1 · pop"
    bench.palette.add_take(9)
    assert bench.said[-1].startswith("That take is gone.")


def test_what_was_removed_is_not_offered_in_another_song(bench: Bench) -> None:
    bench.key(Qt.Key.Key_Delete)
    assert bench.palette.put_back.isVisible()
    bench.explorer.session.open(song_of(1))
    assert not bench.palette.put_back.isVisible()
    bench.palette.put_it_back()
    assert bench.names == []


def test_own_phrases_are_not_dropped_where_they_came_from(bench: Bench) -> None:
    assert not drop(bench.palette, payload(PALETTE, 0))
    assert len(bench.names) == 3


@pytest.mark.parametrize("text", ["palette:3", "palette:-1", "palette:x", "palette", "take:", "nothing:1", "", "palette:²"])
def test_what_no_longer_fits_is_no_phrase(bench: Bench, text: str) -> None:
    mime = QMimeData()
    mime.setData(MIME, text.encode())
    assert phrase_of_drop(bench.explorer, mime) is None


def test_a_drag_from_the_palette_or_the_selection_is_that_phrase(bench: Bench) -> None:
    assert phrase_of_drop(bench.explorer, payload(PALETTE, 2)) is bench.phrases[2]
    bench.explorer.session.select(frozenset((101, 102)))
    found = phrase_of_drop(bench.explorer, payload(SELECTION))
    assert found is not None
    assert found.clip.note_count == 2
    assert accepts(payload(SELECTION))
    assert not accepts(QMimeData())


def test_a_drag_begins_after_some_way_and_once_for_each_press() -> None:
    def mouse(kind: QEvent.Type, x: float, held: Qt.MouseButton = LEFT) -> QMouseEvent:
        return QMouseEvent(kind, QPointF(x, 5), QPointF(x, 5), LEFT, held, Qt.KeyboardModifier.NoModifier)

    grab, far = Grab(), float(QApplication.startDragDistance())
    move = QEvent.Type.MouseMove
    assert not grab.begins(mouse(move, 90)), "without a press"
    grab.press(mouse(QEvent.Type.MouseButtonPress, 5))
    assert not grab.begins(mouse(move, 5 + far - 1)), "a hand that trembles"
    assert not grab.begins(mouse(move, 90, Qt.MouseButton.NoButton)), "nothing is held"
    assert grab.begins(mouse(move, 5 + far))
    assert not grab.begins(mouse(move, 90)), "only once"
    grab.press(mouse(QEvent.Type.MouseButtonPress, 5))
    grab.release()
    assert not grab.begins(mouse(move, 90))


def test_the_menu_of_a_card_places_and_removes(bench: Bench) -> None:
    bench.palette.open_menu(1, bench.palette.mapToGlobal(QPoint(20, 20)))
    menu = bench.palette.findChildren(QMenu)[-1]
    words = [action.text().split("\t")[0] for action in menu.actions() if not action.isSeparator()]
    assert words == ["Hear in a loop", *(f"Put on corner {letter}" for letter in "ABCD"), "Remove"]
    next(action for action in menu.actions() if action.text().startswith("Put on corner C")).trigger()
    assert bench.on_corners == [None, None, "Take 2 · Pop", None]
    menu.close()


def test_a_closed_palette_is_forgotten(bench: Bench) -> None:
    bench.palette.close()
    before = list(bench.palette.cards)
    bench.explorer.add_to_palette(phrase("One", 60))
    assert bench.palette.cards == before


def test_a_card_can_be_hit(bench: Bench) -> None:
    card: PaletteCard = bench.palette.cards[0]
    for part in (card.play, card.close_button, bench.palette.selection_button, bench.palette.file_button):
        assert part.height() >= 24
        assert part.width() >= 24
        assert part.accessibleName() or bench.palette.selection_button.text()
