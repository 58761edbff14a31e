"""The sliders beside the pad by real keys and clicks: attributes, temperature, line, key, taste, snapshots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.explore.explorer import Explorer
from studio.explore.pad import Pad
from studio.generation.latent import Phrase
from studio.generation.library import ListedModel
from studio.jobs.board import Answers
from studio.jobs.progress import Progress
from studio.song.clip import Clip
from studio.song.notes import Note, rows_of
from tests.generate_parts import Shelf
from tests.pad_parts import explorer_of, melody_space, phrase, roomy, session_of
from widgets.panels.attributes import Attributes, DeviationRow, has_several_lines
from widgets.panels.snapshots import place_words

LEFT = Qt.MouseButton.LeftButton


def model(model_id: str, part: str = "melody", **attributes: str) -> ListedModel:
    """A model with these attributes, help by name."""
    made = roomy(model_id)
    assert made.card is not None
    listed = [{"name": name, "label": name.capitalize(), "help": words} for name, words in attributes.items()]
    space = {"bars": 2, "dimensions": 16, "parts": [part], "attributes": listed}
    return replace(made, card=replace(made.card, settings={"space": space}))


MODELS = (model("mel-2bar", density="How many notes", range="How far apart"), model("drums", "drums", swing=""), model("bare"))


def shown(qtbot: QtBot, explorer: Explorer) -> Attributes:
    made = Attributes(explorer)
    qtbot.addWidget(made)
    made.resize(300, 800)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.fixture
def panel(qtbot: QtBot) -> Attributes:
    return shown(qtbot, explorer_of(None, *MODELS))


def type_into(row: DeviationRow, text: str) -> None:
    row.field.selectAll()
    QTest.keyClicks(row.field, text)
    QTest.keyClick(row.field, Qt.Key.Key_Return)


def changes(panel: Attributes) -> list[Pad]:
    """The pads that follow one another from now on."""
    pads: list[Pad] = []
    panel.explorer.pad_changed.listen(lambda: pads.append(panel.explorer.pad))
    return pads


def held(source: str, length: int, starts: tuple[int, ...] = (0, 960, 1920)) -> Phrase:
    rows = rows_of(Note(start, length, 60 + at) for at, start in enumerate(starts))
    return Phrase(Clip(((0, rows),), 7680), source)


def test_there_is_a_slider_for_each_attribute_of_the_space(panel: Attributes) -> None:
    assert list(panel.sliders) == ["density", "range"]
    assert panel.sliders["density"].field.text() == "0 σ"
    assert panel.sliders["density"].groove.accessibleDescription() == "How many notes"
    panel.explorer.choose_model("drums")
    assert list(panel.sliders) == ["swing"]
    panel.explorer.choose_model("bare")
    assert panel.nothing.isVisible()


def test_a_slider_pushes_in_deviations_and_a_double_click_resets_it(panel: Attributes) -> None:
    row = panel.sliders["density"]
    row.groove.setFocus()
    for _ in range(8):
        QTest.keyClick(row.groove, Qt.Key.Key_Right)
    assert panel.explorer.pad.attributes == {"density": pytest.approx(0.8)}
    assert row.field.text() == "+0.8 σ"
    QTest.mouseDClick(row.groove, LEFT, pos=QPoint(5, 8))
    assert panel.explorer.pad.attributes == {}
    assert row.field.text() == "0 σ"


def test_the_ends_are_two_deviations(panel: Attributes) -> None:
    row = panel.sliders["range"]
    QTest.mouseClick(row.groove, LEFT, pos=QPoint(row.groove.width() - 1, 8))
    assert panel.explorer.pad.attributes == {"range": 2.0}
    QTest.mouseClick(row.groove, LEFT, pos=QPoint(0, 8))
    assert panel.explorer.pad.attributes == {"range": -2.0}
    assert row.field.text() == "-2.0 σ"


def test_a_value_can_be_typed_and_nonsense_is_refused_in_a_sentence(panel: Attributes) -> None:
    said: list[str] = []
    panel.session.said.listen(lambda text, _is_error: said.append(text))
    row = panel.sliders["range"]
    type_into(row, "+1.2")
    assert panel.explorer.pad.attributes == {"range": 1.2}
    type_into(row, "7")
    assert panel.explorer.pad.attributes == {"range": 1.2}
    assert "from -2 to 2" in said[-1]


def test_what_the_pad_says_is_shown_and_not_told_back(panel: Attributes) -> None:
    explorer, pads = panel.explorer, changes(panel)
    explorer.set_attribute("range", -0.3)
    explorer.set_attribute("density", 2.9)
    explorer.set_temperature(0.7)
    explorer.set_strictness("on")
    assert panel.sliders["range"].field.text() == "-0.3 σ"
    assert panel.sliders["density"].field.text() == "+2.0 σ", "beyond the slider's end it stands at its end"
    assert panel.form.values()["temperature"] == 0.7
    assert panel.form.values()["in_key"] == "on"
    assert len(pads) == 4
    assert pads[-1].attributes == {"range": -0.3, "density": 2.9}


def test_temperature_key_and_line_change_the_pad_once_each(panel: Attributes) -> None:
    pads = changes(panel)
    panel.form.set_values({"temperature": 0.9})
    panel.form.set_values({"in_key": "off"})
    panel.form.set_values({"line": "lowest notes"})
    assert [(pad.temperature, pad.in_key, pad.line) for pad in pads] == [
        (0.9, "soft", "skyline"),
        (0.9, "off", "skyline"),
        (0.9, "off", "lowest"),
    ]


def test_the_line_is_asked_only_where_there_is_a_choice(panel: Attributes) -> None:
    row = panel.form.row("line")
    panel.explorer.place_anchor(0, held("One", 480))
    assert not row.isVisible()
    panel.explorer.place_anchor(1, held("Two", 1000))
    assert row.isVisible()
    panel.explorer.choose_model("drums")
    assert not row.isVisible()
    assert not panel.form.row("in_key").isVisible(), "drums have no key"


def test_several_lines_are_parts_or_notes_together_but_no_drums() -> None:
    one, other = held("", 480).clip.rows, held("", 480, (0, 480)).clip.rows
    two_parts = Clip(((0, one), (1, other)), 7680)
    assert has_several_lines(Phrase(two_parts))
    assert not has_several_lines(Phrase(two_parts, drums=(1,)))
    assert not has_several_lines(Phrase(Clip(((0, one), (1, one[:0])), 7680)))
    assert not has_several_lines(Phrase(Clip((), 7680)))
    assert not has_several_lines(held("", 480, (0, 480))), "notes that touch are one line"


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), max_size=8))
def test_notes_sound_together_when_any_two_overlap(places: list[tuple[int, int]]) -> None:
    rows = rows_of(Note(start, length, 60 + at) for at, (start, length) in enumerate(places))
    overlap = any(a[0] < b[0] + b[1] and b[0] < a[0] + a[1] for at, a in enumerate(places) for b in places[at + 1 :])
    assert has_several_lines(Phrase(Clip(((0, rows),), 7680))) == overlap


# Taste


def test_taste_is_learned_from_the_palette_and_switched(panel: Attributes) -> None:
    explorer, box = panel.explorer, panel.taste
    assert not box.learn.isEnabled()
    assert not box.switch.isVisible()
    for source in ("One", "Two", "Three"):
        explorer.add_to_palette(phrase(source, 60))
    assert "3 phrases" in box.words.text()
    QTest.mouseClick(box.learn, LEFT)
    assert box.words.text() == "Learned from 3 phrases in 0.0 s"
    assert box.switch.isChecked() == explorer.taste_on
    was_on = explorer.taste_on
    assert not box.progress.isVisible()
    QTest.mouseClick(box.switch, LEFT)
    assert explorer.taste_on is not was_on


class Held:
    """A runner whose work stays half done until it is let go."""

    def __init__(self) -> None:
        self.cancelled = False
        self.let_go: Callable[[], None] = lambda: None

    def run(self, work: Callable[[Progress], object], answers: Answers) -> Callable[[], None]:
        answers.reported(1, 4, "Learning from 2 phrases")
        self.let_go = lambda: answers.finished(work(Progress()))

        def cancel() -> None:
            self.cancelled = True

        return cancel


def test_learning_shows_how_far_it_is_and_can_be_cancelled(qtbot: QtBot) -> None:
    runner = Held()
    explorer = Explorer(session_of(runner), melody_space)
    explorer.offer_models(Shelf(*MODELS))  # type: ignore[arg-type]
    explorer.add_to_palette(phrase("One", 60))
    explorer.add_to_palette(phrase("Two", 72))
    panel = shown(qtbot, explorer)
    box = panel.taste
    box.learn.setFocus()
    QTest.keyClick(box.learn, Qt.Key.Key_Space)
    assert box.progress.isVisible()
    assert box.progress.link.hasFocus(), "the keyboard stays with the learning"
    assert not box.learn.isVisible()
    assert box.progress.words.text() == "Learning from 2 phrases"
    assert box.progress.line.share == 0.25
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert runner.cancelled
    assert box.progress.words.text() == "Stopping …"
    runner.let_go()
    assert not box.progress.isVisible()
    assert box.learn.isVisible()


# Snapshots


def test_snapshots_are_taken_restored_and_removed(panel: Attributes) -> None:
    explorer, list_ = panel.explorer, panel.snapshots
    explorer.move_to(0.25, 0.75)
    explorer.set_temperature(0.5)
    QTest.mouseClick(list_.take, LEFT)
    explorer.set_temperature(0.9)
    explorer.move_to(0.5, 0.5)
    QTest.mouseClick(list_.take, LEFT)
    assert [row.text() for row in list_.rows] == ["Snapshot 1", "Snapshot 2"]
    assert list_.rows[0].accessibleName() == "Snapshot 1, 25 % / 75 %"
    QTest.mouseClick(list_.rows[0], LEFT, pos=QPoint(40, 15))
    assert (explorer.pad.temperature, explorer.x, explorer.y) == (0.5, 0.25, 0.75)
    list_.rows[0].setFocus()
    QTest.keyClick(list_.rows[0], Qt.Key.Key_Delete)
    assert [row.text() for row in list_.rows] == ["Snapshot 2"]
    assert list_.rows[0].hasFocus(), "the keyboard stays in the list"
    QTest.mouseClick(list_.take, LEFT)
    assert [row.text() for row in list_.rows] == ["Snapshot 2", "Snapshot 1"], "a free name, never one twice"
    QTest.mouseClick(list_.rows[0].close_button, LEFT)
    assert [row.text() for row in list_.rows] == ["Snapshot 1"]


def test_a_place_is_named_from_the_left_and_from_the_top() -> None:
    assert place_words(0.412, 0.6349) == "41 % / 63 %"


def test_targets_are_large_enough(panel: Attributes) -> None:
    panel.snapshots.take.click()
    row = panel.snapshots.rows[0]
    for part in (row, row.close_button, panel.taste.learn, panel.snapshots.take):
        assert part.height() >= 24
