"""Dialogs of the shell: instruments, export, notices, the map of keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from studio.audio.presets import Preset, presets_of
from studio.files.midi.general_midi import PROGRAMS
from studio.jobs.board import InlineRunner
from studio.session import Session
from studio.song.song import Instrument
from tests.desk_parts import StillSound
from tests.fakes import scale_takes
from widgets.dialogs.error import Notice
from widgets.dialogs.instrument import FAMILIES, PER_FAMILY, InstrumentDialog, SoundOffer
from widgets.dialogs.shortcuts import ShortcutsDialog


@pytest.fixture
def sound() -> StillSound:
    return StillSound()


@pytest.fixture
def session(sound: StillSound) -> Session:
    return Session(InlineRunner(), scale_takes, sound)


@pytest.fixture
def dialog(qtbot: QtBot, session: Session) -> InstrumentDialog:
    made = InstrumentDialog(session, 1)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def shown(dialog: InstrumentDialog) -> list[str]:
    return [dialog.sounds.item(at).text().split(maxsplit=1)[1] for at in range(dialog.sounds.count())]


def test_every_program_has_a_family() -> None:
    assert len(FAMILIES) * PER_FAMILY == len(PROGRAMS)


def test_sounds_stand_in_families(qtbot: QtBot, dialog: InstrumentDialog) -> None:
    assert shown(dialog)[0] == "Acoustic Grand Piano"
    dialog.families.setCurrentRow(FAMILIES.index("Bass"))
    assert shown(dialog)[0] == "Acoustic Bass"
    assert len(shown(dialog)) == PER_FAMILY


def test_search_goes_through_all_families(qtbot: QtBot, dialog: InstrumentDialog) -> None:
    qtbot.keyClicks(dialog.search, "violin")
    assert shown(dialog) == ["Violin"]
    dialog.search.setText("reed")
    assert "Oboe" in shown(dialog)


def test_letters_typed_in_the_list_search_and_enter_takes_the_first(
    qtbot: QtBot, dialog: InstrumentDialog, session: Session
) -> None:
    qtbot.keyClick(dialog.sounds, Qt.Key.Key_F)
    qtbot.keyClicks(dialog.search, "lute")
    assert shown(dialog) == ["Flute", "Pan Flute"]
    qtbot.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog.sounds.hasFocus()
    dialog.sounds.setCurrentItem(None)
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert session.song.track(1).instrument.program == PROGRAMS.index("Flute")


def test_arrows_are_heard_and_one_undo_brings_all_back(
    qtbot: QtBot, dialog: InstrumentDialog, session: Session, sound: StillSound
) -> None:
    for _ in range(3):
        qtbot.keyClick(dialog.sounds, Qt.Key.Key_Down)
    assert session.song.track(1).instrument == Instrument(3)
    assert [call[0] for call in sound.previewed] == [1, 1, 1]
    dialog.accept()
    assert len(session.history.labels) == 1
    session.undo()
    assert session.song.track(1).instrument == Instrument(0)


def test_cancel_brings_the_old_sound_back(qtbot: QtBot, dialog: InstrumentDialog, session: Session) -> None:
    qtbot.keyClick(dialog.sounds, Qt.Key.Key_Down)
    dialog.reject()
    assert session.song.track(1).instrument == Instrument(0)


def test_the_switch_makes_a_drum_kit(dialog: InstrumentDialog, session: Session) -> None:
    dialog.is_drum.click()
    assert session.song.track(1).instrument == Instrument(0, 0, True)
    assert "Jazz Drums" in shown(dialog)


def offered(qtbot: QtBot, session: Session, offer: SoundOffer) -> InstrumentDialog:
    made = InstrumentDialog(session, 1, None, offer)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def test_mx05_other_banks_of_the_soundfont_are_offered_and_found(qtbot: QtBot, session: Session) -> None:
    dialog = offered(qtbot, session, SoundOffer((Preset(0, 0, "Big Grand"), Preset(8, 24, "Ukulele"), Preset(128, 1, "My Kit"))))
    dialog.families.setCurrentRow(dialog.families.count() - 1)
    assert shown(dialog) == ["\N{MIDDLE DOT} bank 8   Ukulele"]
    dialog.sounds.setCurrentRow(0)
    assert session.song.track(1).instrument == Instrument(24, 8 * 128)
    dialog.search.setText("uku")
    assert len(shown(dialog)) == 1
    dialog.search.setText("big grand")
    assert shown(dialog) == ["Acoustic Grand Piano"]
    dialog.search.clear()
    dialog.is_drum.click()
    assert "My Kit" in shown(dialog)


def test_mx05_favourites_are_starred_kept_and_listed(qtbot: QtBot, session: Session) -> None:
    kept: list[tuple[Instrument, ...]] = []
    dialog = offered(qtbot, session, SoundOffer(favourites=(Instrument(40),), keep=kept.append))
    dialog.families.setCurrentRow(dialog.families.count() - 1)
    assert [text.split("   ")[0] for text in shown(dialog)] == ["Violin"]
    dialog.sounds.setCurrentRow(0)
    assert dialog.star.isChecked()
    dialog.star.click()
    assert kept == [()]
    assert shown(dialog) == []


def test_mx05_presets_are_read_from_the_list_of_a_soundfont(tmp_path: Path) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)

    def record(name: bytes, program: int, bank: int) -> bytes:
        return name.ljust(20, b"\0") + program.to_bytes(2, "little") + bank.to_bytes(2, "little") + b"\0" * 14

    headers = record(b"Kit", 0, 128) + record(b"Grand", 0, 0) + record(b"EOP", 0, 0)
    lists = chunk(b"LIST", b"sdta" + b"\1" * 7) + chunk(b"LIST", b"pdta" + chunk(b"phdr", headers))
    good, bad = tmp_path / "good.sf2", tmp_path / "bad.sf2"
    good.write_bytes(b"RIFF" + (4 + len(lists)).to_bytes(4, "little") + b"sfbk" + lists)
    bad.write_bytes(good.read_bytes()[:70])
    assert presets_of(good) == (Preset(0, 0, "Grand"), Preset(128, 0, "Kit"))
    assert presets_of(bad) == ()
    assert presets_of(tmp_path / "none.sf2") == ()


def test_a_notice_stays_in_its_corner_and_goes_when_closed(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(900, 600)
    notice = Notice(parent, parent)
    parent.show()
    notice.say("Opened x.mid", "3 events moved.", is_error=False)
    assert notice.isVisible()
    assert parent.rect().contains(notice.geometry())
    parent.resize(700, 500)
    qtbot.waitUntil(lambda: parent.rect().contains(notice.geometry()))
    qtbot.mouseClick(notice.close_button, Qt.MouseButton.LeftButton)
    assert not notice.isVisible()


def test_details_of_a_notice_unfold(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(900, 600)
    parent.show()
    notice = Notice(parent, parent)
    notice.say("Something failed", "One sentence.", "Traceback ...", is_error=True)
    assert not notice.details.isVisible()
    qtbot.mouseClick(notice.more, Qt.MouseButton.LeftButton)
    assert notice.details.isVisible()
    notice.say("Fine again", "No details.")
    assert not notice.more.isVisible()


def test_the_map_of_keys_shows_each(qtbot: QtBot) -> None:
    dialog = ShortcutsDialog([("Edit", [("Undo", "Ctrl+Z")]), ("Play", [("Play", "Space")])])
    qtbot.addWidget(dialog)
    assert {"Undo", "Ctrl+Z", "Space"} <= {label.text() for label in dialog.findChildren(QLabel)}
