"""The export window: what is chosen, what is said before and after, what is written where (EX-05, EX-11 to EX-14, EX-16)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from studio import languages, words
from studio.app import outlets, parts
from studio.app.desk import Desk
from studio.app.sound_order import Bounce
from studio.edits import notes, tracks
from studio.errors import UnwritableFile
from studio.files import format as formats
from studio.files import project
from studio.generation.contract import Request
from studio.jobs.progress import Cancelled, Progress
from studio.song.notes import Note
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import Span
from studio.song.timeline import Marker, Timeline
from tests.desk_parts import Answers
from widgets.dialogs.export import ExportDialog
from widgets.theme import TARGET_PX

BAR = 3840


def band(desk: Desk, count: int = 2) -> None:
    """A song of some tracks with four bars each, in two sections."""
    timeline = Timeline(markers=(Marker(0, "Verse", True), Marker(2 * BAR, "Chorus", True)))
    parts_ = tuple(Track(number, f"Part {number}", number, Instrument(number % 128)) for number in range(1, count + 1))
    song = Song("Blue", parts_, timeline, next_id=count + 1)
    for track in parts_:
        song = notes.add(track.id, [Note(beat * 960, 960, 60, 90) for beat in range(16)]).apply(song)
    desk.session.open(song)


def opened(desk: Desk, command: str = "export") -> ExportDialog:
    desk.actions.by_id[command].trigger()
    found = desk.window.findChildren(ExportDialog)[-1]
    for _ in range(100):
        if found.isVisible():
            break
        QApplication.processEvents()
    assert found.isVisible(), command
    return found


def choose(dialog: ExportDialog, kind: Callable[[str], bool]) -> None:
    """A part whose label this says yes to."""
    box = dialog.part.scope
    box.setCurrentIndex(next(row for row in range(box.count()) if kind(box.itemText(row))))
    box.activated.emit(box.currentIndex())
    dialog.look()


def choose_way(dialog: ExportDialog, way_id: str) -> None:
    dialog.ways.choose(way_id)
    dialog.look()


def export(qtbot: QtBot, desk: Desk, dialog: ExportDialog) -> None:
    dialog.go.click()
    qtbot.waitUntil(lambda: not desk.session.jobs.active())


def said(desk: Desk) -> str:
    return desk.window.status.words.text()


def test_it_opens_with_the_whole_song_as_midi_and_says_what_that_is(desk: Desk) -> None:
    band(desk)
    dialog = opened(desk)
    assert dialog.ways.way.id == outlets.MIDI
    assert dialog.part.words.text() == "4 bars · 8 s, 2 tracks, 32 notes"
    assert (dialog.name.text(), dialog.suffix_words.text()) == ("Blue", ".mid")
    assert dialog.part.tracks.count() == 2
    dialog.reject()


def test_the_whole_song_becomes_a_file_and_the_status_line_offers_its_folder(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    band(desk)
    export(qtbot, desk, opened(desk))
    assert formats.open_song(tmp_path / "Blue.mid").song.note_count == 32
    assert said(desk) == "Exported Blue.mid."
    assert (desk.window.status.offer.text(), desk.window.status.offer.isVisible()) == ("Show in folder", True)
    assert desk.carrying.last == tmp_path / "Blue.mid"


@pytest.mark.parametrize("way", [outlets.MIDI, outlets.SCORE, outlets.DAWPROJECT, outlets.ARRAYS, outlets.PICTURE])
def test_every_way_writes_its_file(desk: Desk, qtbot: QtBot, tmp_path: Path, way: str) -> None:
    band(desk)
    dialog = opened(desk)
    choose_way(dialog, way)
    target = dialog.target
    export(qtbot, desk, dialog)
    assert target.parent == tmp_path
    assert target.stat().st_size > 100
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".toml" and not path.is_dir()] == [target.name]


def test_ex_14_a_section_goes_out_from_its_first_bar_under_its_name(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    band(desk)
    dialog = opened(desk)
    choose(dialog, lambda label: "Chorus" in label)
    assert dialog.part.words.text().startswith("2 bars")
    export(qtbot, desk, dialog)
    song = formats.open_song(tmp_path / "Blue - Chorus.mid").song
    assert (song.note_count, song.bar_count) == (16, 2)


def test_the_command_for_the_selection_has_it_chosen(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    band(desk)
    assert not desk.actions.by_id["export selection"].isEnabled()
    desk.session.select(frozenset(desk.session.song.track(1).notes.rows["id"][4:6].tolist()), track_id=1)
    dialog = opened(desk, "export selection")
    assert dialog.part.tracks.count() == 1
    export(qtbot, desk, dialog)
    assert formats.open_song(tmp_path / "Blue - Part 1 - bar 2.mid").song.note_count == 2


def test_the_shown_take_goes_out_though_nothing_is_kept(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    band(desk)
    session = desk.session
    session.select(frozenset(), track_id=1, bars=Span(0, BAR))
    session.generate(Request("variations", "mel", session.song, session.target("variations"), count=2))
    qtbot.waitUntil(lambda: not session.jobs.active())
    session.tray.show(1)
    dialog = opened(desk)
    choose(dialog, lambda label: label.startswith("Take 2"))
    assert "mel" in dialog.models.text()
    export(qtbot, desk, dialog)
    exported = formats.open_song(tmp_path / "Blue - Part 1 - bar 1 - take 2.mid").song
    assert exported.tracks[0].notes.rows["pitch"].tolist() == session.tray.current.takes[1].parts[0][1]["pitch"].tolist()
    assert session.song.note_count == 32


def test_tracks_are_left_out_by_the_space_key(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    band(desk, 3)
    dialog = opened(desk)
    dialog.part.tracks.setFocus()
    dialog.part.tracks.setCurrentRow(1)
    QTest.keyClick(dialog.part.tracks, Qt.Key.Key_Space)
    dialog.look()
    assert "2 tracks, 32 notes" in dialog.part.words.text()
    export(qtbot, desk, dialog)
    assert [track.name for track in formats.open_song(tmp_path / "Blue.mid").song.tracks] == ["Part 1", "Part 3"]


def test_without_tracks_there_is_nothing_to_export(desk: Desk) -> None:
    band(desk)
    dialog = opened(desk)
    dialog.part.none.click()
    dialog.look()
    assert not dialog.go.isEnabled()
    assert "no notes" in dialog.problem.text()
    dialog.part.every.click()
    dialog.look()
    assert dialog.go.isEnabled()
    dialog.reject()


def test_what_this_song_loses_is_said_before_it_is_written(desk: Desk) -> None:
    band(desk)
    ids = desk.session.song.track(1).notes.rows["id"][:3].tolist()
    desk.session.do(notes.set_muted(ids, True))
    dialog = opened(desk)
    assert "3 muted notes are left out." in dialog.losses.text()
    dialog.ways.form.set_values({"muted": True})
    dialog.look()
    assert "muted" not in dialog.losses.text()
    choose_way(dialog, outlets.SCORE)
    assert "draft score" in dialog.losses.text()
    dialog.reject()


def test_ex_05_when_channels_run_short_a_file_for_each_track_is_offered(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    band(desk, 17)
    dialog = opened(desk)
    assert dialog.short.isVisibleTo(dialog)
    dialog.short_button.click()
    dialog.look()
    assert not dialog.short.isVisibleTo(dialog)
    assert dialog.suffix_words.text() == "(a folder)"
    export(qtbot, desk, dialog)
    names = sorted(path.name for path in (tmp_path / "Blue").iterdir())
    assert (len(names), names[0], names[-1]) == (17, "01 - Part 1.mid", "17 - Part 17.mid")
    assert said(desk) == "Exported 17 files to «Blue»."


def test_what_is_there_is_replaced_only_when_a_person_says_so(desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    band(desk)
    (tmp_path / "Blue.mid").write_bytes(b"mine")
    dialog = opened(desk)
    dialog.go.click()
    assert dialog.isVisible()
    assert answers.asked == ["replace Blue.mid"]
    assert (tmp_path / "Blue.mid").read_bytes() == b"mine"
    answers.replaces = True
    export(qtbot, desk, dialog)
    assert (tmp_path / "Blue.mid").read_bytes()[:4] == b"MThd"


def test_settings_of_each_format_the_folder_and_the_format_are_remembered(
    desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    band(desk)
    answers.writes = tmp_path / "out"
    answers.writes.mkdir()
    dialog = opened(desk)
    dialog.ways.form.set_values({"preset": "GM playback"})
    choose_way(dialog, outlets.ARRAYS)
    dialog.ways.form.set_values({"resolution": 12})
    dialog.choose_folder.click()
    export(qtbot, desk, dialog)
    assert (tmp_path / "out" / "Blue.npz").is_file()
    again = opened(desk)
    assert (again.ways.way.id, again.ways.options(), again.folder) == (outlets.ARRAYS, {"resolution": 12}, tmp_path / "out")
    choose_way(again, outlets.MIDI)
    assert again.ways.options()["preset"] == "GM playback"
    again.reject()


def test_export_again_writes_the_song_as_it_is_now_to_the_same_place(
    desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    band(desk)
    assert not desk.actions.by_id["export again"].isEnabled()
    dialog = opened(desk)
    choose(dialog, lambda label: "Chorus" in label)
    export(qtbot, desk, dialog)
    desk.session.do(notes.add(1, [Note(2 * BAR, 960, 72, 90)]))
    desk.actions.by_id["export again"].trigger()
    qtbot.waitUntil(lambda: not desk.session.jobs.active())
    assert answers.asked == []
    assert formats.open_song(tmp_path / "Blue - Chorus.mid").song.note_count == 17
    desk.session.open(Song("Other", (Track(1, "Bass"),), next_id=2))
    desk.actions.refresh()
    assert not desk.actions.by_id["export again"].isEnabled()


def test_export_again_says_when_what_it_wrote_is_gone(desk: Desk, qtbot: QtBot) -> None:
    band(desk)
    desk.session.set_loop(Span(0, BAR))
    dialog = opened(desk)
    choose(dialog, lambda label: label.startswith("The loop"))
    export(qtbot, desk, dialog)
    desk.session.set_loop(None)
    desk.actions.by_id["export again"].trigger()
    assert "no longer there" in said(desk)


def test_ex_26_the_mark_is_a_switch_that_is_always_seen(desk: Desk, qtbot: QtBot) -> None:
    band(desk)
    dialog = opened(desk)
    assert dialog.marked.isVisible()
    assert dialog.marked.isChecked()
    assert dialog.models.text() == "Nothing in what is chosen is from a model."
    dialog.marked.click()
    export(qtbot, desk, dialog)
    assert not desk.store.settings.marks_exports


def test_a_render_gets_the_stretch_the_tracks_and_the_rate(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    made: list[Bounce] = []

    def render(bounce: Bounce, progress: Progress) -> str:
        made.append(bounce)
        return "Two samples were cut."

    desk.exporting.render = render
    band(desk, 3)
    dialog = opened(desk, "export wav")
    choose(dialog, lambda label: "Chorus" in label)
    dialog.ways.form.set_values({"rate": "44100", "samples": "16 bit"})
    export(qtbot, desk, dialog)
    (bounce,) = made
    assert (bounce.rate, bounce.bits, bounce.span, bounce.is_stems) == (44_100, 16, Span(2 * BAR, 4 * BAR), False)
    assert (len(bounce.song.tracks), bounce.path.name) == (3, "Blue - Chorus.wav")
    assert desk.window.notice.text.text() == "Two samples were cut."


def test_ex_21_stems_go_into_a_folder(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    made: list[Bounce] = []
    desk.exporting.render = lambda bounce, progress: made.append(bounce) or ""
    band(desk, 3)
    dialog = opened(desk, "export stems")
    assert (dialog.ways.way.id, dialog.ways.is_separate) == (outlets.WAV, True)
    export(qtbot, desk, dialog)
    assert (made[0].is_stems, made[0].path, made[0].suffix) == (True, tmp_path / "Blue", ".wav")


def test_mx_09_a_track_is_exported_by_itself_though_it_is_muted(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    made: list[Bounce] = []
    desk.exporting.render = lambda bounce, progress: made.append(bounce) or ""
    band(desk, 3)
    strip = desk.session.song.track(2).strip
    desk.session.do(tracks.set_strip(2, type(strip)(gain_db=-6.0, is_muted=True)))
    desk.session.select(track_id=2)
    export(qtbot, desk, opened(desk, "export stem"))
    (track,) = made[0].song.tracks
    assert (track.strip.gain_db, track.strip.is_muted, made[0].song.is_limited) == (-6.0, False, False)
    assert made[0].path.name == "Blue - Part 2.wav"


def test_ex_16_what_cannot_be_written_is_told_in_a_card_and_leaves_nothing(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    def render(bounce: Bounce, progress: Progress) -> str:
        raise UnwritableFile("«Blue.wav» could not be written: reading back gave 3 notes.", "Choose another place.")

    desk.exporting.render = render
    band(desk)
    export(qtbot, desk, opened(desk, "export wav"))
    assert desk.window.notice.isVisible()
    assert "reading back" in desk.window.notice.heading.text()
    assert not (tmp_path / "Blue.wav").exists()
    assert not desk.actions.by_id["export again"].isEnabled()


def test_a_cancelled_export_leaves_nothing_and_says_so(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    def render(bounce: Bounce, progress: Progress) -> str:
        raise Cancelled

    desk.exporting.render = render
    band(desk)
    export(qtbot, desk, opened(desk, "export wav"))
    assert said(desk) == "Stopped: Blue.wav was not written."
    assert not (tmp_path / "Blue.wav").exists()


def test_by_keyboard_alone(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    band(desk)
    dialog = opened(desk)
    qtbot.waitUntil(dialog.isActiveWindow)
    assert dialog.ways.list.hasFocus()
    QTest.keyClick(dialog.ways.list, Qt.Key.Key_Down)
    assert dialog.ways.way.id == outlets.SCORE
    QTest.keyClick(dialog.ways.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not desk.session.jobs.active() and (tmp_path / "Blue.musicxml").is_file())


@pytest.mark.parametrize("way", [outlets.MIDI, outlets.SCORE, outlets.WAV, outlets.PICTURE])
def test_tab_goes_as_the_eye_does(desk: Desk, qtbot: QtBot, way: str) -> None:
    band(desk)
    dialog = opened(desk, f"export {way}")
    qtbot.waitUntil(dialog.isActiveWindow)
    if len(dialog.ways.way.suffixes) > 1:
        dialog.ways.form.set_values({"suffix": dialog.ways.way.suffixes[-1]})
    dialog.part.scope.setFocus()
    seen: list[str] = []
    for _ in range(60):
        at = QApplication.focusWidget()
        assert at is not None
        panels = {"part": dialog.part, "form": dialog.ways.form}
        own = {"list": dialog.ways.list, "name": dialog.name, "folder": dialog.choose_folder, "mark": dialog.marked,
               "cancel": dialog.cancel, "go": dialog.go}  # fmt: skip
        where = next((name for name, widget in own.items() if widget is at), None)
        where = where or next(name for name, panel in panels.items() if panel.isAncestorOf(at))
        if seen and where == "part" and seen[-1] == "go":
            break
        if not seen or seen[-1] != where:
            seen.append(where)
        QTest.keyClick(at, Qt.Key.Key_Tab)
    assert seen == ["part", "list", "form", "name", "folder", "mark", "cancel", "go"]
    dialog.reject()


def test_everything_that_takes_the_keyboard_has_a_name(desk: Desk) -> None:
    band(desk)
    dialog = opened(desk)
    seen: set[str] = set()
    for way in outlets.outlets():
        choose_way(dialog, way.id)
        first = at = dialog.ways.list
        while (at := at.nextInFocusChain()) is not first:
            if at.isVisibleTo(dialog) and at.focusPolicy() & Qt.FocusPolicy.TabFocus and at.window() is dialog:
                name = at.accessibleName() or getattr(at, "text", str)()
                assert name, type(at).__name__
                seen.add(name)
    assert {"What is exported", "Tracks that are exported", "Name of the file", "Choose a folder", "Export"} <= seen
    assert QApplication.focusWidget() is not None
    dialog.reject()


def test_a_project_that_is_saved_gives_exports_its_name(desk: Desk, tmp_path: Path) -> None:
    band(desk)
    path = tmp_path / "Night piece.ricercar"
    project.write(project.new_document(desk.session.song), path)
    desk.session.mark_saved(desk.session.song, path)
    dialog = opened(desk)
    assert dialog.name.text() == "Night piece"
    dialog.name.setText("Mine")
    choose(dialog, lambda label: "Verse" in label)
    assert dialog.target == tmp_path / "Mine.mid"
    dialog.reject()


def test_parts_are_listed_once_each(desk: Desk) -> None:
    band(desk)
    desk.session.set_loop(Span(0, BAR))
    dialog = opened(desk)
    box = dialog.part.scope
    assert [box.itemText(row) for row in range(box.count())] == [scope.label for scope in parts.parts(desk.session)]
    dialog.reject()


def small_targets(dialog: ExportDialog) -> list[str]:
    kinds = QAbstractButton | QComboBox | QLineEdit
    seen = [widget for widget in dialog.findChildren(QWidget) if isinstance(widget, kinds) and widget.isVisible()]
    return [f"{each.accessibleName()} {each.size().toTuple()}" for each in seen if min(each.size().toTuple()) < TARGET_PX]


@pytest.mark.parametrize("code", ["en", "de"])
def test_it_fits_the_smallest_window_and_every_target_has_room(code: str, request: pytest.FixtureRequest, qtbot: QtBot) -> None:
    words.use(languages.catalogue(code))
    try:
        desk = request.getfixturevalue("desk")
        band(desk, 20)
        dialog = opened(desk)
        for way in outlets.outlets():
            choose_way(dialog, way.id)
            least = dialog.minimumSizeHint()
            assert least.width() <= 1000, way.id
            assert least.height() <= 660, way.id
            qtbot.waitUntil(lambda: not small_targets(dialog))
        dialog.reject()
    finally:
        words.use({})


@pytest.mark.parametrize("way", [way.id for way in outlets.outlets()])
def test_every_format_has_a_command_of_its_own(desk: Desk, way: str) -> None:
    band(desk)
    dialog = opened(desk, f"export {way}")
    assert dialog.ways.way.id == way
    dialog.reject()
