"""MX-05 and MX-10: the picker of a track with a SoundFont of its own; favourites of such sounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.app.favourites import _read, _written
from studio.audio.presets import Preset
from studio.edits import freezing, tracks
from studio.session import Session
from studio.song.mixing import SoundFontFile
from studio.song.song import Instrument
from widgets.dialogs.instrument import InstrumentDialog, SoundOffer

FONT = SoundFontFile("/music/grand:old.sf2", 77, "ab" * 32)
OWN = (Preset(0, 4, "Old grand"), Preset(8, 4, "Older grand"), Preset(128, 0, "Old kit"))


def shown(dialog: InstrumentDialog) -> list[str]:
    return [dialog.sounds.item(row).text().split("   ")[1] for row in range(dialog.sounds.count())]


@pytest.fixture
def dialog(put_up: Callable[..., InstrumentDialog], session: Session) -> InstrumentDialog:
    asked: list[int] = []
    offer = SoundOffer((Preset(0, 0, "Grand"),), (), lambda _: None, lambda _: OWN, asked.append, "usual.sf2")
    made = put_up(InstrumentDialog(session, 1, None, offer))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.asked = asked  # type: ignore[attr-defined]
    return made


def test_mx_10_a_font_of_the_track_lists_its_own_sounds_by_bank(qtbot: QtBot, dialog: InstrumentDialog, session: Session) -> None:
    assert "usual.sf2" in dialog.font_words.text()
    qtbot.mouseClick(dialog.choose_font, Qt.MouseButton.LeftButton)
    assert dialog.asked == [1]  # type: ignore[attr-defined]
    session.do(tracks.set_instrument(1, replace(session.song.track(1).instrument, font=FONT)))
    assert "grand:old.sf2" in dialog.font_words.text()
    assert shown(dialog) == ["Old grand", "Older grand"]
    assert [dialog.families.item(row).text() for row in range(dialog.families.count())] == [
        "All sounds", "Bank 0", "Bank 8", "Favourites",
    ]  # fmt: skip
    dialog.families.setCurrentRow(2)
    assert shown(dialog) == ["Older grand"]
    dialog.sounds.setCurrentRow(0)
    assert session.song.track(1).instrument == Instrument(4, 8 * 128, False, FONT)
    dialog.search.setText("kit")
    assert shown(dialog) == []
    dialog.is_drum.setChecked(True)
    assert shown(dialog) == ["Old kit"]


def test_mx_10_the_usual_soundfont_comes_back_and_cancel_brings_all_back(
    qtbot: QtBot, dialog: InstrumentDialog, session: Session
) -> None:
    before = session.song.track(1).instrument
    session.do(tracks.set_instrument(1, replace(before, font=FONT)))
    qtbot.mouseClick(dialog.usual_font, Qt.MouseButton.LeftButton)
    assert session.song.track(1).instrument.font is None
    assert dialog.usual_font.isHidden()
    dialog.reject()
    assert session.song.track(1).instrument == before
    assert session.history.labels == ()


def test_mx_05_cancel_undoes_nothing_that_came_before(dialog: InstrumentDialog, session: Session) -> None:
    dialog.reject()
    session.do(tracks.rename_track(1, "Solo"))
    dialog.reject()
    assert session.history.labels == ("Rename track to Solo",)


def test_mx_09_a_frozen_track_keeps_its_sound_in_the_picker(dialog: InstrumentDialog, session: Session) -> None:
    session.do(freezing.freeze(1))
    before = session.song.track(1).instrument
    dialog.families.setCurrentRow(0)
    dialog.sounds.setCurrentRow(3)
    assert session.song.track(1).instrument == before


@pytest.mark.parametrize(
    "sound", [Instrument(5, 3 * 128), Instrument(8, 0, True), Instrument(4, 8 * 128, False, FONT), Instrument(0, 0, True, FONT)]
)
def test_mx_05_favourites_are_remembered_with_their_soundfont(sound: Instrument) -> None:
    assert _read(_written(sound)) == sound


@pytest.mark.parametrize("text", ["", "1:200", "99999:1", "0:1@x:y:z", "drums", "0:1@5:" + "g" * 64 + ":a.sf2"])
def test_mx_05_odd_favourites_are_passed_over(text: str) -> None:
    assert _read(text) is None
