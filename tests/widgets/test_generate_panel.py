"""The Generate panel by real clicks and keys: what it offers, what it asks, progress, cancel, failure."""

from dataclasses import replace
from time import perf_counter

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from studio.edits import notes
from studio.errors import ModelUnavailable
from studio.generation.tally import Tally
from studio.jobs.job import GENERATE
from studio.song import Note, Span
from studio.song.region import Patch
from tests.fakes import scale_takes
from tests.generate_parts import BAR, GatedModel, Shelf, bench, listed, song_of
from tests.patience import PATIENCE_MS

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def shown(put_up):
    """Makes benches that are on the screen, and closes them afterwards."""

    def make(*args, **kwargs):
        made = bench(*args, **kwargs)
        put_up(made.side).activateWindow()
        return made

    return make


def chip(panel, verb):
    return next(chip for chip in panel.verbs.chips() if chip.objectName() == verb)


def press(widget):
    QTest.mouseClick(widget, LEFT, pos=QPoint(widget.width() // 2, widget.height() // 2))


def test_it_offers_what_the_models_can_and_the_likely_verb(shown):
    made = shown()
    assert [one.text() for one in made.generate.verbs.chips()] == ["Continue", "Fill", "Start"]
    assert chip(made.generate, "continue").isChecked()
    made.session.select(bars=Span(BAR, 2 * BAR))
    assert chip(made.generate, "fill").isChecked()
    made.session.select(track_id=3)
    assert chip(made.generate, "start").isChecked()


def test_a_verb_that_is_not_possible_says_why_when_it_is_pressed(shown):
    made = shown()
    press(chip(made.generate, "fill"))
    assert "which bars" in made.generate.problem.text()
    assert made.generate.problem.isVisible()
    assert chip(made.generate, "continue").isChecked()


def test_a_chosen_verb_holds_as_long_as_it_is_possible(shown):
    made = shown()
    press(chip(made.generate, "start"))
    made.session.select(bars=Span(BAR, 2 * BAR))
    assert chip(made.generate, "start").isChecked()


def test_the_place_follows_selection_and_length(shown):
    made = shown()
    where = made.generate.where
    assert where.place.text() == "Bars 5–8 · the end"
    press(where.length.less)
    assert where.place.text() == "Bars 5–7 · the end"
    made.session.select(bars=Span(BAR, 3 * BAR))
    assert where.place.text() == "Bars 2–3"
    assert not where.length.isVisible()
    press(chip(made.generate, "continue"))
    made.session.select(bars=Span(0, BAR))
    assert where.place.text() == "Bar 2 · after the selection"


def test_selected_notes_say_which_bars_to_fill(shown):
    made = shown()
    made.session.select(frozenset({105, 106}))
    assert chip(made.generate, "continue").isChecked()
    press(chip(made.generate, "fill"))
    assert made.generate.where.place.text() == "Bar 2"


def test_generate_asks_for_what_is_shown_and_the_first_take_is_heard(shown):
    asked = []

    def make(request, progress):
        asked.append(request)
        return scale_takes(request, progress)

    made = shown(make)
    made.generate.form.set_values({"temperature": 0.8})
    press(made.generate.where.hear.chips()[0])
    press(made.generate.button)
    (request,) = asked
    assert (request.capability, request.model, request.seed, request.count) == ("continue", "pop", 7, 4)
    assert request.span == Span(4 * BAR, 8 * BAR)
    assert request.hear == ()
    assert request.knobs["temperature"] == 0.8
    assert len(made.session.tray.current.takes) == 4
    assert ("seek", 3 * BAR) in made.sound.calls
    assert made.sound.calls[-1] == ("play", None)
    assert made.session.loop == Span(4 * BAR, 8 * BAR)


def test_the_first_take_waits_when_it_should_not_play_at_once(shown):
    made = shown()
    press(made.generate.hear_at_once)
    press(made.generate.button)
    assert ("play", None) not in made.sound.calls


def test_the_same_again_takes_the_next_seed_unless_it_is_held(shown):
    asked = []

    def make(request, progress):
        asked.append(request.seed)
        return scale_takes(request, progress)

    made = shown(make)
    made.generate.generate()
    made.generate.generate()
    made.generate.again()
    press(made.generate.seed.lock)
    made.generate.generate()
    assert asked == [7, 8, 9, 9]


@pytest.mark.parametrize("height", [560, 720, 950])
def test_takes_and_seed_stay_in_sight_however_little_room_there_is(shown, qtbot, height):
    made = shown()
    made.side.resize(360, height)
    made.generate.generate()
    qtbot.waitUntil(lambda: len(made.takes.cards) == 4 and made.takes.cards[3].y() > 0)
    for row in (made.generate.count, made.generate.seed, made.generate.button):
        assert row.visibleRegion().boundingRect() == row.rect()
        assert made.generate.rect().contains(row.geometry())


def test_takes_arrive_one_by_one_with_progress(shown, runner, qtbot):
    model = GatedModel()
    made = shown(model, runner)
    made.generate.setFocus()
    QTest.keyClick(made.generate, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: made.generate.progress.words.text() == "Take 1 of 4, bar 1")
    assert made.generate.progress.isVisible()
    for count in (1, 2, 3):
        model.allow()
        qtbot.waitUntil(lambda count=count: len(made.takes.cards) == count)
        assert made.generate.is_running
    assert made.takes.cards[0].is_active
    model.allow()
    qtbot.waitUntil(lambda: not made.generate.is_running)
    assert len(made.takes.cards) == 4
    assert not made.generate.progress.isVisible()
    assert "s a take here" in made.generate.models.second_line


@pytest.mark.parametrize("way", ["escape", "link", "takes panel"])
def test_cancel_is_acknowledged_at_once_and_keeps_what_came(shown, runner, qtbot, way):
    model = GatedModel()
    made = shown(model, runner)
    made.generate.generate()
    model.allow()
    qtbot.waitUntil(lambda: len(made.takes.cards) == 1)
    if way == "escape":
        QTest.keyClick(made.generate, Qt.Key.Key_Escape)
    elif way == "link":
        press(made.generate.progress.link)
    else:
        QTest.keyClick(made.takes, Qt.Key.Key_Escape)
    assert made.generate.progress.words.text() == "Stopping …"
    qtbot.waitUntil(lambda: not made.generate.is_running)
    assert len(made.takes.cards) == 1
    assert not made.generate.problem.isVisible()


def test_cancel_before_the_first_take_leaves_everything_as_it_was(shown, runner, qtbot):
    model = GatedModel()
    made = shown(model, runner)
    before = made.session.song
    made.generate.generate()
    qtbot.waitUntil(lambda: bool(model.requests))
    made.generate.cancel()
    qtbot.waitUntil(lambda: not made.generate.is_running)
    assert made.session.tray.current is None
    assert made.session.song is before


def test_a_new_request_replaces_the_one_that_runs(shown, runner, qtbot):
    model = GatedModel()
    made = shown(model, runner)
    made.generate.generate()
    qtbot.waitUntil(lambda: len(model.requests) == 1)
    made.generate.again()
    qtbot.waitUntil(lambda: len(model.requests) == 2)
    model.allow(4)
    qtbot.waitUntil(lambda: not made.session.jobs.active(GENERATE))
    assert made.session.tray.current.request.seed == 8
    assert len(made.session.tray.current.takes) == 4
    assert not made.generate.is_running


def test_a_failure_is_one_sentence_by_the_button(shown, runner, qtbot):
    def fail(request, progress):
        raise ModelUnavailable("The weights of «pop» are damaged.", "Install the model again.")

    made = shown(fail, runner)
    press(made.generate.button)
    qtbot.waitUntil(made.generate.problem.isVisible)
    assert made.generate.problem.text() == "The weights of «pop» are damaged. Install the model again."
    assert made.generate.button.isEnabled()
    assert made.session.tray.current is None


def test_no_takes_at_all_is_said(shown):
    made = shown(lambda request, progress: iter(()))
    made.generate.generate()
    assert "wrote no notes" in made.generate.problem.text()


def test_models_are_listed_with_reasons_and_the_permissive_switch(shown, qtbot):
    made = shown()
    panel, told = made.generate, []
    panel.permissive_turned.connect(told.append)
    assert panel.models.text() == "Pop", "the permissive one is the default"
    press(panel.models)
    popup = panel.models.popup
    assert popup.isVisible()
    assert [row.text() for row in popup.rows] == ["Pop", "Folk", "Old"]
    assert popup.rows[2].second_line == "Its weights are missing. Install the model again."
    press(popup.rows[2])
    assert popup.isVisible(), "a model that cannot be used is not chosen"
    QTest.keyClick(popup.rows[0], Qt.Key.Key_Down)
    assert popup.focusWidget() is popup.rows[1]
    QTest.keyClick(popup.rows[1], Qt.Key.Key_Return)
    assert panel.models.text() == "Folk"
    assert "GPL v3" in panel.models.second_line
    press(panel.models)
    press(popup.switch)
    assert told == [True]
    assert [row.text() for row in popup.rows] == ["Pop", "Old"]
    assert panel.models.text() == "Pop"


def test_its_card_is_asked_for(shown):
    made = shown()
    asked = []
    made.generate.card_wanted.connect(asked.append)
    press(made.generate.about)
    assert asked == ["pop"]


@pytest.mark.parametrize(
    ("shelf", "only", "words"),
    [
        (Shelf(listed("old", "Old", "CC0", True, "It is damaged.")), False, "«Old»: It is damaged."),
        (Shelf(listed("folk", "Folk", "GPL", False)), True, "permissively licensed data alone"),
    ],
)
def test_without_a_usable_model_the_button_says_why(shown, shelf, only, words):
    made = shown(shelf=shelf)
    press(made.generate.models)
    made.generate.models.popup.switch.setChecked(only)
    made.generate.models.popup.close()
    assert words in made.generate.problem.text()
    assert not made.generate.button.isEnabled()
    made.generate.generate()
    assert made.session.tray.current is None


def test_letters_in_a_number_field_are_keys_of_the_panel(shown):
    made = shown()
    field = made.generate.form.row("temperature").field
    QTest.keyClicks(field, "g")
    assert field.text() == "1.00"
    assert made.session.tray.current is not None


def test_another_song_forgets_what_was_chosen_for_the_one_before(shown):
    made = shown()
    press(chip(made.generate, "start"))
    press(made.generate.where.hear.chips()[0])
    assert made.generate.where.heard == frozenset()
    made.session.open(song_of(2))
    assert chip(made.generate, "continue").isChecked()
    assert made.generate.where.heard == {2}


def test_every_control_has_a_name_and_tab_reaches_the_button(shown):
    made = shown()
    made.generate.verbs.chips()[0].setFocus()
    reached = set()
    for _ in range(60):
        widget = made.side.focusWidget()
        assert widget.accessibleName() or getattr(widget, "text", lambda: "")(), f"{widget} has no name"
        reached.add(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    assert {made.generate.button, made.generate.models, made.generate.seed.field, made.generate.where.place} <= reached


def test_closing_drops_every_listener_and_a_late_take_does_no_harm(shown, runner, qtbot):
    model = GatedModel()
    made = shown(model, runner)
    signals = (made.session.song_changed, made.session.tray.changed, made.session.jobs.changed, made.session.selection_changed)
    made.generate.generate()
    qtbot.waitUntil(lambda: bool(model.requests))
    made.generate.close()
    made.takes.close()
    assert [len(signal) for signal in signals] == [0, 1, 0, 0], "the session's own listener is all that is left"
    model.allow(4)
    qtbot.waitUntil(lambda: not made.session.jobs.active(GENERATE))


def test_closing_while_it_makes_takes_leaves_no_thread(shown, runner, qtbot):
    model = GatedModel()
    made = shown(model, runner)
    made.generate.generate()
    model.allow()
    qtbot.waitUntil(lambda: len(made.takes.cards) == 1)
    made.session.jobs.cancel_all()
    made.side.close()
    assert runner.shutdown(PATIENCE_MS)
    assert runner.thread_count == 0


def test_an_edit_far_away_keeps_the_panel_as_it_is(shown):
    made = shown()
    chips = made.generate.verbs.chips()
    made.session.do(notes.add(2, [Note(0, 960, 30)]))
    assert made.generate.verbs.chips() == chips, "chips are not made anew at every edit"


def test_an_empty_song_offers_start(shown):
    made = shown(song=song_of(0))
    assert chip(made.generate, "start").isChecked()
    assert made.generate.where.place.text() == "Bars 1–4"
    assert made.generate.button.isEnabled()


def test_gn_6_1_a_change_of_selection_costs_no_more_in_a_long_song(shown):
    def least_s(bars):
        made = shown(song=song_of(bars))
        found = []
        for at in range(12):
            began = perf_counter()
            made.session.select(bars=Span(at * BAR, (at + 2) * BAR))
            found.append(perf_counter() - began)
        return min(found)

    short = least_s(16)
    assert least_s(12_000) <= 3 * short + 0.001, "96 000 notes"


def test_gn_6_1_the_loop_is_the_place_when_nothing_is_selected(shown):
    made = shown()
    made.session.set_loop(Span(BAR, 3 * BAR))
    where = made.generate.where
    assert where.place.text() == "Bars 2–3 · the loop"
    assert chip(made.generate, "fill").isChecked()
    made.session.select(bars=Span(0, BAR))
    assert where.place.text() == "Bar 1"
    made.session.select(bars=None, keep_bars=False)
    assert where.place.text() == "Bars 2–3 · the loop"
    made.session.set_loop(Span(0, 4 * BAR))
    assert where.place.text() == "Bars 5–8 · the end", "never the whole piece"


def test_gn_6_1_the_loop_of_an_audition_is_no_place(shown):
    made = shown()
    made.generate.generate()
    assert made.session.loop == Span(4 * BAR, 8 * BAR)
    assert made.generate.where.place.text() == "Bars 5–8 · the end"


def test_gn_6_1_painted_parts_are_the_place(shown):
    made = shown()
    made.session.select(patches=(Patch(2, Span(BAR + 10, 2 * BAR - 7), 40, 80),))
    assert made.generate.where.place.text() == "Bar 2 · painted"
    assert made.generate.where.track.text() == "Bass"
    made.generate.generate()
    assert made.session.tray.current.request.mask.patches == (Patch(2, Span(BAR + 10, 2 * BAR - 7), 40, 80),)


def test_gn_6_1_models_that_do_not_suit_say_why_in_the_list_and_cannot_be_chosen(shown):
    drums = replace(listed("kit", "Kit", "CC0", True), capabilities=("start", "groove"))
    made = shown(shelf=Shelf(listed("pop", "Pop", "CC0", True), drums))
    made.session.select(track_id=3)
    rows = {row.text(): row for row in made.generate.models.listed()}
    assert rows["Kit"].is_dim
    assert not rows["Kit"].is_broken
    assert rows["Kit"].second_line == "It writes drums: choose a drum track."
    press(made.generate.models)
    press(made.generate.models.popup.rows[1])
    assert made.generate.models.text() == "Pop"


def test_gn_6_1_counts_stand_in_the_list_and_are_cleared(shown, tmp_path):
    made = shown()
    tally = Tally(tmp_path / "takes.json")
    made.generate.offer_tally(tally)
    made.generate.generate()
    take = replace(made.session.tray.current.takes[0], origin=replace(made.session.tray.current.takes[0].origin, model="pop"))
    for deed in ("heard", "kept"):
        tally.count(take, deed)
    rows = {row.text(): row for row in made.generate.models.listed()}
    assert rows["Pop"].figures == "1 kept 1 heard"
    assert rows["Folk"].figures == ""
    said = []
    made.session.said.listen(lambda words, _is_error: said.append(words))
    press(made.generate.models)
    press(made.generate.models.popup.clear)
    assert tally.counts == {}
    assert "Forgotten" in said[-1]
    assert {row.figures for row in made.generate.models.listed()} == {""}
