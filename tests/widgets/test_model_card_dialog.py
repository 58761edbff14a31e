"""The model card: what it says, and eight samples that are heard by one click."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from studio.errors import ModelUnavailable
from studio.files.primers import primers
from tests.fakes import scale_takes
from tests.generate_parts import KNOBS, GatedModel, bench, listed
from widgets.dialogs.model_card import ModelCardDialog
from widgets.dialogs.samples import SEEDS, sample_request

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def opened(qtbot, put_up):
    def make(one, model=None):
        dialog = ModelCardDialog(one.session, model or listed("folk", "Folk", "GPL v3", False), KNOBS, primers())
        qtbot.addWidget(one.side)
        return put_up(dialog)

    return make


def press(dialog, seed):
    button = dialog.samples.buttons[seed]
    QTest.mouseClick(button, LEFT, pos=QPoint(20, 20))


def test_it_says_what_the_card_says(opened):
    dialog = opened(bench())
    words = " | ".join(label.text() for label in dialog.findChildren(QLabel))
    for piece in ("Folk", "To go on.", "Chords.", "Not answered on this card.", "✓ permissive", "✗ not permissive"):
        assert piece in words
    for piece in ("0.500", "0.600", "40.0 %", "ricercar train", "Tunes (GPL v3)"):
        assert piece in words


def test_eight_seeds_on_a_named_tune_are_heard_by_one_click_each(opened):
    asked = []

    def make(request, progress):
        asked.append(request)
        return scale_takes(request, progress)

    one = bench(make)
    dialog = opened(one)
    assert dialog.samples.primer.name == "twinkle"
    for seed in SEEDS:
        press(dialog, seed)
        assert one.sound.is_playing
        assert dialog.samples.buttons[seed].is_playing
    assert [request.seed for request in asked] == list(range(1, 9))
    twinkle = dialog.samples.primer.song
    assert all(request.song is twinkle and request.count == 1 for request in asked)
    heard = one.sound.loaded[-1]
    assert heard.note_count > twinkle.note_count
    timeline = twinkle.timeline
    assert ("seek", timeline.bar_start(twinkle.bar_count - 1)) in one.sound.calls, "the last two bars of the tune lead in"


def test_a_sample_that_was_made_is_played_again_without_making_it(opened):
    asked = []

    def make(request, progress):
        asked.append(request.seed)
        return scale_takes(request, progress)

    one = bench(make)
    dialog = opened(one)
    press(dialog, 1)
    press(dialog, 2)
    press(dialog, 1)
    assert asked == [1, 2]
    press(dialog, 1)
    assert not one.sound.is_playing, "a second press stops it"
    dialog.samples.tune.setCurrentIndex(0)
    press(dialog, 1)
    assert asked == [1, 2, 1], "another tune, another take"


def test_closing_gives_the_song_its_sound_back(opened):
    one = bench()
    dialog = opened(one)
    press(dialog, 3)
    assert one.sound.loaded[-1] is not one.session.song
    dialog.reject()
    assert one.sound.loaded[-1] is one.session.song
    assert not one.sound.is_playing
    assert len(one.session.said) == 0
    assert one.session.tray.current is None
    assert one.session.history.labels == ()


def test_another_press_replaces_what_is_being_made(opened, runner, qtbot):
    model = GatedModel()
    one = bench(model, runner)
    dialog = opened(one)
    press(dialog, 1)
    qtbot.waitUntil(lambda: len(model.requests) == 1)
    assert dialog.samples.buttons[1].state_words() == "being made …"
    press(dialog, 2)
    assert dialog.samples.buttons[1].state_words() == "not made yet"
    qtbot.waitUntil(lambda: len(model.requests) == 2)
    model.allow()
    qtbot.waitUntil(lambda: dialog.samples.buttons[2].is_playing)
    assert dialog.samples.buttons[1].take is None


def test_closing_while_one_is_made_cancels_it(opened, runner, qtbot):
    model = GatedModel()
    one = bench(model, runner)
    dialog = opened(one)
    press(dialog, 1)
    qtbot.waitUntil(lambda: bool(model.requests))
    dialog.reject()
    qtbot.waitUntil(lambda: not one.session.jobs.active())
    assert one.sound.loaded[-1] is one.session.song


def test_a_failure_is_said_in_the_dialog(opened):
    def fail(request, progress):
        raise ModelUnavailable("The weights are damaged.", "Install the model again.")

    dialog = opened(bench(fail))
    press(dialog, 1)
    assert dialog.problem.text() == "The weights are damaged. Install the model again."
    assert dialog.samples.buttons[1].state_words() == "not made yet"


def test_a_model_that_cannot_be_used_shows_its_reason_and_no_samples(opened):
    dialog = opened(bench(), listed("old", "Old", "CC0", True, "Its weights are missing. Install the model again."))
    assert dialog.samples is None
    assert any("Its weights are missing" in label.text() for label in dialog.findChildren(QLabel))


def test_every_primer_makes_a_request_of_four_bars_after_it():
    for primer in primers():
        request = sample_request("m", primer.song, 1, KNOBS)
        bars = [request.song.timeline.bar_of(tick) for tick in (request.span.start_tick, request.span.end_tick - 1)]
        assert bars == [primer.song.bar_count + 1, primer.song.bar_count + 4]
        assert request.knobs == {knob.name: knob.default for knob in KNOBS}
