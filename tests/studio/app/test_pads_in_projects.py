"""Pads travel with the project: saved, opened, saved again, and cleared by another song."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from studio.app.desk import Desk
from studio.explore import storage
from studio.explore.pad import KeptTaste, Pad, Shelf
from studio.files import project
from studio.generation.latent import Taste
from studio.song.song import empty_song
from tests.desk_parts import Answers
from tests.generate_parts import Shelf as Models
from tests.plane_space import CORNER_PHRASES, MELODY, model_of
from widgets.dialogs.asks import Fate


def explored(desk: Desk) -> Shelf:
    """A palette, a pad with a path, a snapshot."""
    explorer = desk.explorer
    explorer.offer_models(Models(model_of(MELODY)))
    explorer.add_to_palette(CORNER_PHRASES[2])
    for slot in range(3):
        explorer.place_anchor(slot, CORNER_PHRASES[slot])
    explorer.set_path([(0, 0), (0.5, 0.2), (1, 0)])
    explorer.take_snapshot("Here")
    shelf = desk.session.beside["pads"]
    assert isinstance(shelf, Shelf)
    return shelf


def saved(desk: Desk, qtbot: QtBot, answers: Answers, path: Path) -> dict[str, bytes]:
    answers.writes = path
    desk.documents.save()
    qtbot.waitUntil(lambda: desk.session.is_clean and not desk.documents.is_saving)
    return dict(project.read(path).extras)


def test_pads_survive_saving_opening_and_saving_again(desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    path = tmp_path / "song.ricercar"
    shelf = explored(desk)
    assert not desk.session.is_clean
    first = saved(desk, qtbot, answers, path)
    assert set(first) == {storage.PADS, storage.PHRASES}
    desk.documents.new()
    assert desk.explorer.pad.is_blank
    assert desk.explorer.palette == ()
    assert desk.session.is_clean
    desk.documents.open_file(path)
    qtbot.waitUntil(lambda: desk.session.path == path)
    explorer = desk.explorer
    assert desk.session.is_clean
    assert explorer.pad.path == shelf.pad.path
    assert explorer.pad.slots == (0, 1, 2)
    assert [item.name for item in explorer.snapshots] == ["Here"]
    assert explorer.palette[0] is explorer.pad.anchors[2].phrase, "one phrase, as it was"
    explorer.set_hold(4)
    assert not desk.session.is_clean
    assert saved(desk, qtbot, answers, path) != first
    explorer.set_hold(shelf.pad.hold_bars)
    assert saved(desk, qtbot, answers, path) == first


def test_a_song_that_never_saw_a_pad_is_saved_without_one(desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    assert saved(desk, qtbot, answers, tmp_path / "plain.ricercar") == {}


def test_what_a_later_program_kept_is_said_and_saved_as_it_is(desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    path = tmp_path / "later.ricercar"
    extras = {storage.PADS: b'{"format":9}', storage.PHRASES: b'{"phrases":[]}'}
    document = project.new_document(empty_song("Later"))
    project.write(project.Document(document.song, document.uuid, extras=extras), path)
    told: list[str] = []
    desk.documents.noticed.listen(lambda _heading, text, _is_error: told.append(text))
    desk.documents.open_file(path)
    qtbot.waitUntil(lambda: desk.session.path == path)
    assert "could not be read; its notes are all there" in told[0]
    assert desk.session.song.title == "Later"
    desk.documents.save()
    qtbot.waitUntil(lambda: not desk.documents.is_saving)
    assert project.read(path).extras == extras


def test_closing_asks_about_pads_too(desk: Desk, answers: Answers) -> None:
    explored(desk)
    answers.fate = Fate.CANCEL
    desk.documents.new()
    assert answers.asked
    assert desk.explorer.palette


def test_a_taste_travels_with_the_pads_that_name_it(desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    path = tmp_path / "song.ricercar"
    weights = {"centre": np.linspace(-1, 1, 7, dtype=np.float32)}
    kept = KeptTaste(3, Taste("plane", weights, 4, 2.0), "", ("Bars 1–2",))
    desk.session.keep_beside("pads", Shelf(Pad(model="plane", taste=3), tastes=(kept,)))
    saved(desk, qtbot, answers, path)
    desk.documents.new()
    desk.documents.open_file(path)
    qtbot.waitUntil(lambda: desk.session.path == path)
    desk.explorer.offer_models(Models(model_of(MELODY)))
    assert desk.explorer.taste_on
    assert desk.explorer.taste is not None
    assert desk.explorer.taste.sources == ("Bars 1–2",)
    assert desk.explorer.taste.taste.weights["centre"].tolist() == weights["centre"].tolist()
