"""Vary, morph and groove in the Generate panel: what they need, and what they may name."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from studio.events import Signal
from studio.files import format as formats
from studio.generation.latent import Phrase
from studio.generation.library import ListedModel
from studio.generation.offer import WAY
from studio.knobs import Knob
from studio.song import Clip, Note, Notes, Span, Track
from studio.song.notes import rows_of
from studio.song.song import Instrument, Song
from tests.fakes import scale_takes
from tests.generate_parts import BAR, FAMILIES, Bench, Shelf, bench, listed, song_of
from tests.plain_space import FAMILY, SPACE, plain_card
from widgets.dialogs.model_card import ModelCardDialog
from widgets.piano_roll import clipboard

LEFT = Qt.MouseButton.LeftButton
TUNE = Clip(((0, rows_of([Note(0, 480, 64), Note(480, 480, 67)])),), BAR)


def model(model_id: str, parts: tuple[str, ...] = ("melody",), *, experimental: bool = False) -> ListedModel:
    card = plain_card(model_id, settings={"space": SPACE | {"parts": list(parts)}}, experimental=experimental)
    verbs = ("start", "vary", "morph") if parts != ("drums",) else FAMILY.capabilities
    return ListedModel(model_id, Path(), card, verbs)


def song() -> Song:
    """Lead and bass in bars 1 to 4, drums in bars 1 and 2."""
    made = song_of()
    hits = Notes.of([Note(beat * 960, 100, 36, id=900 + beat) for beat in range(8)])
    kit = Track(4, "Kit", instrument=Instrument(is_drum=True)).with_notes(hits)
    return replace(made, tracks=(*made.tracks, kit))


@pytest.fixture
def shown(qtbot) -> Iterator[Bench]:
    QGuiApplication.clipboard().clear()
    made = bench(scale_takes, song=song())
    shelf = Shelf(listed("pop", "Pop", "CC0", True), model("mel"), model("beat", ("drums",)))
    made.generate.offer_models(shelf, {**FAMILIES, FAMILY.name: FAMILY})  # type: ignore[arg-type]
    qtbot.addWidget(made.side)
    made.side.show()
    qtbot.waitExposed(made.side)
    yield made
    QGuiApplication.clipboard().clear()


def choose(made: Bench, verb: str) -> None:
    chip = next(chip for chip in made.generate.verbs.chips() if chip.objectName() == verb)
    QTest.mouseClick(chip, LEFT, pos=QPoint(chip.width() // 2, chip.height() // 2))


def select(made: Bench, first: int, last: int, track_id: int = 1) -> None:
    made.session.select(frozenset(), track_id=track_id, bars=Span((first - 1) * BAR, last * BAR))


def entries(made: Bench) -> list[str]:
    box = made.generate.towards.first.box
    return [box.itemText(at) for at in range(box.count())]


def pick(made: Bench, words: str) -> None:
    box = made.generate.towards.first.box
    box.setCurrentIndex(entries(made).index(words))
    box.activated.emit(box.currentIndex())


def requested(made: Bench):
    made.generate.generate()
    return made.session.tray.current.request


def test_the_verbs_of_a_latent_model_are_offered_and_say_what_they_need(shown: Bench) -> None:
    chips = [chip.text() for chip in shown.generate.verbs.chips()]
    assert chips == ["Continue", "Fill", "Start", "Vary", "Morph", "Groove"]
    choose(shown, "vary")
    assert "which bars" in shown.generate.problem.text()
    select(shown, 1, 2)
    choose(shown, "groove")
    assert "no drum track" in shown.generate.problem.text()
    choose(shown, "vary")
    assert requested(shown).capability == "vary"
    assert requested(shown).model == "mel"


def test_selected_notes_are_varied_in_their_bars(shown: Bench) -> None:
    shown.session.select(frozenset({104, 105}), track_id=1)
    choose(shown, "vary")
    assert shown.generate.where.place.text() == "Bar 2"
    assert requested(shown).span == Span(BAR, 2 * BAR)


def test_a_morph_goes_to_the_bars_beside_it(shown: Bench) -> None:
    select(shown, 2, 3)
    choose(shown, "morph")
    assert shown.generate.towards.isVisible()
    assert shown.generate.towards.first.label.text() == "Towards"
    assert entries(shown) == ["the bars after", "the bars before", "a file …"]
    (after,) = requested(shown).clips
    assert (after.note_count, after.length_ticks) == (4, 2 * BAR), "bar 4 has notes, bar 5 none"
    pick(shown, "the bars before")
    (before,) = requested(shown).clips
    assert (before.note_count, before.length_ticks) == (4, BAR), "there is one bar before"
    assert int(before.rows["start"].min()) == 0
    choose(shown, "vary")
    assert not shown.generate.towards.isVisible()
    assert requested(shown).clips == ()


def test_a_morph_goes_to_the_clipboard_or_to_a_phrase_of_the_palette(shown: Bench) -> None:
    palette: list[Phrase] = []
    changed: Signal[()] = Signal()
    shown.generate.offer_palette(lambda: tuple(palette), changed)
    select(shown, 1, 4)
    choose(shown, "morph")
    assert entries(shown) == ["a file …"]
    palette += [Phrase(TUNE, "Bars 5–8 · Lead"), Phrase(TUNE, "Hats", drums=(0,))]
    changed.emit()
    assert entries(shown) == ["Bars 5–8 · Lead", "Hats", "a file …"]
    QGuiApplication.clipboard().setMimeData(clipboard.mime_of(TUNE))
    assert entries(shown)[0] == "the clipboard"
    pick(shown, "the clipboard")
    assert requested(shown).clips[0].rows["pitch"].tolist() == [64, 67]
    pick(shown, "Hats")
    assert "Hats has no notes other than drums" in shown.generate.problem.text()
    assert not shown.generate.button.isEnabled()
    QGuiApplication.clipboard().clear()
    assert "the clipboard" not in entries(shown)


def test_a_morph_goes_to_a_file_and_a_dialog_given_up_changes_nothing(shown: Bench, tmp_path: Path) -> None:
    path = tmp_path / "far.mid"
    formats.write_song(song_of(2), path)
    select(shown, 1, 4)
    choose(shown, "morph")
    assert "towards what" in shown.generate.problem.text()
    shown.generate.towards.first.ask_file = lambda: None
    pick(shown, "a file …")
    assert shown.generate.towards.first.box.currentIndex() == -1
    shown.generate.towards.first.ask_file = lambda: path
    pick(shown, "a file …")
    assert shown.generate.towards.first.box.currentText() == "far.mid"
    assert requested(shown).clips[0].note_count == 16, "the lead and the bass of two bars"


def test_a_groove_may_take_its_feel_from_elsewhere(shown: Bench) -> None:
    select(shown, 1, 1, track_id=4)
    choose(shown, "groove")
    assert shown.generate.towards.first.label.text() == "Feel of"
    assert entries(shown)[0] == "the model's own"
    assert requested(shown).clips == ()
    pick(shown, "the bars after")
    (feel,) = requested(shown).clips
    assert feel.rows["pitch"].tolist() == [36] * 4


def test_to_vary_may_name_two_phrases_and_how_far_to_go(shown: Bench) -> None:
    select(shown, 1, 1)
    choose(shown, "vary")
    named = shown.generate.towards
    assert not named.isVisible(), "this model cannot"
    with_way = replace(FAMILY, knobs=(*FAMILY.knobs, Knob(WAY, "Amount", 1.0, -2.0, 2.0)))
    shown.generate.offer_models(Shelf(model("mel")), {**FAMILIES, FAMILY.name: with_way})  # type: ignore[arg-type]
    choose(shown, "vary")
    assert named.first.label.text() == "As from"
    assert not named.second.isVisible()
    assert requested(shown).clips == ()
    assert WAY not in shown.generate.form.values()
    pick(shown, "the bars after")
    assert named.second.isVisible()
    assert named.second.label.text() == "to"
    assert shown.generate.problem.text() == "An analogy leads from one phrase to another: choose both, or none."
    assert not shown.generate.button.isEnabled()
    shown.generate.offer_palette(lambda: (Phrase(TUNE, "Tune"),), Signal())
    choose(shown, "vary")
    at = named.second.box.findText("Tune")
    named.second.box.setCurrentIndex(at)
    named.second.box.activated.emit(at)
    assert shown.generate.form.values()[WAY] == 1.0
    start, goal = requested(shown).clips
    assert start.note_count
    assert goal.rows["pitch"].tolist() == [64, 67]
    pick(shown, "none")
    assert not named.second.isVisible()
    assert requested(shown).clips == ()
    pick(shown, "the bars after")
    choose(shown, "morph")
    assert not named.second.isVisible()
    assert named.first.label.text() == "Towards"


def test_a_drum_track_gets_the_drum_model_and_a_choice_made_there_holds(shown: Bench) -> None:
    select(shown, 1, 2)
    choose(shown, "vary")
    assert shown.generate.models.text() == "Plain mel"
    select(shown, 1, 2, track_id=4)
    assert shown.generate.models.text() == "Plain beat"
    shown.generate.models.chosen.emit("mel")
    assert shown.generate.models.text() == "Plain mel"
    assert shown.generate.problem.text().startswith("Plain mel writes no drums.")
    select(shown, 1, 1, track_id=4)
    assert shown.generate.models.text() == "Plain mel"
    select(shown, 1, 1)
    assert shown.generate.models.text() == "Plain mel"


def test_each_verb_has_its_best_model_until_one_is_picked(shown: Bench) -> None:
    select(shown, 1, 2)
    choose(shown, "vary")
    assert shown.generate.models.text() == "Plain mel"
    choose(shown, "start")
    assert shown.generate.models.text() == "Pop"
    shown.generate.models.chosen.emit("mel")
    assert shown.generate.models.text() == "Plain mel"
    choose(shown, "continue")
    assert shown.generate.models.text() == "Pop", "the one picked cannot do it"
    choose(shown, "start")
    assert shown.generate.models.text() == "Plain mel"


def test_the_line_is_asked_for_only_where_notes_sound_together(shown: Bench) -> None:
    select(shown, 1, 2)
    choose(shown, "vary")
    assert "line" not in shown.generate.form.values()
    chord = shown.session.song.track(1).with_notes(Notes.of([Note(0, 960, pitch, id=pitch) for pitch in (60, 64)]))
    shown.session.open(shown.session.song.with_track(chord))
    select(shown, 1, 2)
    choose(shown, "vary")
    assert shown.generate.form.values()["line"] == "skyline"


def test_a_trio_writes_on_the_tracks_that_suit_its_parts(shown: Bench) -> None:
    shelf = Shelf(model("trio", ("melody", "bass", "drums")))
    shown.generate.offer_models(shelf, {FAMILY.name: FAMILY})  # type: ignore[arg-type]
    made = shown.session.song
    bass = replace(made.track(2), instrument=Instrument(33))
    shown.session.open(made.with_track(bass))
    select(shown, 1, 2)
    choose(shown, "vary")
    assert set(requested(shown).mask.region.track_ids) == {1, 2, 4}


def test_experimental_models_are_marked_and_come_last(shown: Bench) -> None:
    shelf = Shelf(model("new", experimental=True), model("old"))
    shown.generate.offer_models(shelf, {FAMILY.name: FAMILY})  # type: ignore[arg-type]
    select(shown, 1, 2)
    assert shown.generate.models.text() == "Plain old"
    lines = {row.text(): row.second_line for row in shown.generate.models.listed()}
    assert lines["Plain new"].startswith("experimental · ")
    assert "experimental" not in lines["Plain old"]


def test_an_experimental_model_is_never_the_default_but_can_be_chosen(shown: Bench) -> None:
    shelf = Shelf(model("beat", ("drums",), experimental=True), model("mel"))
    shown.generate.offer_models(shelf, {FAMILY.name: FAMILY})  # type: ignore[arg-type]
    select(shown, 1, 2, track_id=4)
    choose(shown, "groove")
    assert shown.generate.models.text() == "Choose one"
    assert "Only experimental models" in shown.generate.problem.text()
    assert not shown.generate.button.isEnabled()
    shown.generate.models.chosen.emit("beat")
    assert shown.generate.models.text() == "Plain beat"
    assert shown.generate.button.isEnabled()


@pytest.mark.parametrize("is_experimental", [True, False])
def test_the_card_says_that_a_model_is_experimental(shown: Bench, qtbot, is_experimental: bool) -> None:
    dialog = ModelCardDialog(shown.session, model("new", experimental=is_experimental), FAMILY.knobs, (), shown.side)
    qtbot.addWidget(dialog)
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("Experimental: it missed a figure" in words for words in said) == is_experimental
