"""What keys do with notes, and notes on the clipboard."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from studio.edits import notes
from studio.generation.contract import Request
from studio.song.clip import Clip
from studio.song.controls import BEND, CONTROLLER, Controls
from studio.song.harmony import Key
from studio.song.notes import Note, Notes, rows_of
from studio.song.song import Song, Track
from studio.song.ticks import Span
from tests.canvas_songs import BAR, STEP, session_with, shown_roll, small_song
from widgets.panels.roll import Roll
from widgets.piano_roll.clipboard import MIME, clip_of, mime_of, summary
from widgets.piano_roll.commands import NoteCommands
from widgets.piano_roll.picking import Picking
from widgets.piano_roll.shaping import Shaping
from widgets.piano_roll.spoken import length_name, spoken_selection
from widgets.piano_roll.state import RollState


class Clock:
    """A time that tests move."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Desk:
    """Commands over a session without a widget, shown as the panel would show it."""

    def __init__(self) -> None:
        self.session = session_with(small_song())
        self.state = RollState(song=self.session.song, track_id=1)
        self.clock = Clock()
        self.commands = NoteCommands(self.session, self.state, self.clock)
        self.picking = Picking(self.session, self.state)
        self.shaping = Shaping(self.session, self.state)
        self.said: list[str] = []
        self.session.said.listen(lambda text, _is_error: self.said.append(text))
        self.session.song_changed.listen(lambda _before, _after: self.follow())
        self.session.selection_changed.listen(self.follow)

    def follow(self) -> None:
        chosen = self.session.selection
        self.state.show(song=self.session.song, selected=chosen.note_ids, cursor_tick=chosen.cursor_tick)

    def select(self, *ids: int) -> None:
        self.session.select(frozenset(ids))

    def note(self, note_id: int) -> Note:
        found = self.state.notes.note(note_id)
        assert found is not None
        return found


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_copy_and_paste_keep_relative_times_and_move_the_cursor_on(desk: Desk) -> None:
    desk.select(11, 12)
    mime = desk.commands.copied()
    assert mime is not None
    desk.session.select(cursor_tick=2 * BAR)
    assert desk.commands.paste(mime)
    assert desk.session.selection.note_ids == {100, 101}
    assert [desk.note(i).start_tick for i in (100, 101)] == [2 * BAR, 2 * BAR + 960]
    assert desk.session.selection.cursor_tick == 2 * BAR + 1920
    assert desk.session.history.labels == ("Paste 2 notes",)


def test_what_was_copied_from_two_tracks_lands_on_two_tracks(desk: Desk) -> None:
    desk.select(10, 20)
    mime = desk.commands.copied()
    assert mime is not None
    desk.session.select(frozenset(), cursor_tick=4 * BAR)
    assert desk.commands.paste(mime)
    assert [len(track.notes) for track in desk.session.song.tracks] == [5, 2, 1]


def test_ex_30_a_clipboard_without_notes_is_refused_in_words(desk: Desk) -> None:
    for data in (b"", b"{}", b"not json", json.dumps({"version": 1, "division": 0, "parts": [], "length": 1}).encode()):
        mime = QMimeData()
        mime.setData(MIME, data)
        assert not desk.commands.paste(mime)
    assert "no notes on the clipboard" in desk.said[-1]


def test_a_clip_survives_the_clipboard_and_reads_as_text() -> None:
    clip = Clip(((0, rows_of([Note(0, 480, 60, 100), Note(480, 480, 64, 90)])),), 960)
    mime = mime_of(clip)
    read = clip_of(mime)
    assert read is not None
    assert read.rows.tobytes() == clip.rows.tobytes()
    assert mime.text() == "2 notes, 1.0 beats: C4 E4"
    assert set(mime.formats()) == {MIME, "text/plain"}
    elsewhere = QMimeData()
    elsewhere.setData(MIME, mime.data(MIME))
    from_elsewhere = clip_of(elsewhere)
    assert from_elsewhere is not None
    assert from_elsewhere.rows.tobytes() == clip.rows.tobytes()
    assert from_elsewhere.length_ticks == clip.length_ticks
    assert summary(clip) == mime.text()


clips = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.lists(
            st.tuples(st.integers(0, 9000), st.integers(1, 4000), st.integers(0, 127), st.integers(1, 127)),
            min_size=1,
            max_size=9,
        ),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda part: part[0],
)
unknown = st.dictionaries(
    st.text(min_size=1, max_size=6).map(lambda name: f"new {name}"), st.integers() | st.text(max_size=4), max_size=3
)


@given(clips, unknown, st.sampled_from((1, 2, 99)), st.sampled_from((96, 480, 960)))
def test_ex_30_a_clipboard_of_any_version_gives_back_the_notes_that_were_put_there(
    parts: list[tuple[int, list[tuple[int, int, int, int]]]], more: dict[str, object], version: int, division: int
) -> None:
    made = [(offset, rows_of(Note(*note) for note in sorted(set(listed)))) for offset, listed in parts]
    clip = Clip(tuple(made), max(int((rows["start"] + rows["length"]).max()) for _, rows in made))
    told = json.loads(bytes(mime_of(clip).data(MIME).data()))
    scale = division / told["division"]
    newer = {
        **told, **more, "version": version, "division": division, "length": told["length"] * scale,
        "parts": [
            {**part, **more, "notes": [[start * scale, length * scale, *rest, "later"] for start, length, *rest in part["notes"]]}
            for part in told["parts"]
        ],
    }  # fmt: skip
    mime = QMimeData()
    mime.setData(MIME, json.dumps(newer).encode())
    read = clip_of(mime)
    assert read is not None
    assert read.length_ticks == clip.length_ticks
    assert [(offset, rows.tobytes()) for offset, rows in read.parts] == [(offset, rows.tobytes()) for offset, rows in made]


def test_ex_30_the_clipboard_tells_version_division_key_and_controllers_to_whoever_reads_it() -> None:
    made = Desk()
    points = Controls.of([(0, CONTROLLER, 64, 127), (BAR, BEND, 0, -5), (9 * BAR, CONTROLLER, 64, 0)])
    song = made.session.song
    tracks = tuple(replace(track, controls=points) if track.id == 1 else track for track in song.tracks)
    made.session.open(replace(song, tracks=tracks, timeline=song.timeline.with_key(0, Key(9, "minor"))))
    made.select(*made.session.song.tracks[0].notes.rows["id"].tolist())
    mime = made.commands.copied()
    assert mime is not None
    told = json.loads(bytes(mime.data(MIME).data()))
    start = int(made.session.song.tracks[0].notes.rows["start"].min())
    assert (told["version"], told["division"], told["key"]) == (1, 960, {"tonic": 9, "scale": "minor"})
    lanes = [[tick - start, *rest] for tick, *rest in ((0, "controller", 64, 127), (BAR, "bend", 0, -5))]
    assert told["parts"][0]["lanes"] == [lane for lane in lanes if 0 <= lane[0] < told["length"]]
    assert clip_of(mime) is not None


def test_what_is_copied_forgets_where_it_came_from() -> None:
    read = clip_of(mime_of(Clip(((0, rows_of([Note(0, 480, 60, 100, id=7, origin=3)])),), 480)))
    assert read is not None
    assert (read.rows["id"].tolist(), read.rows["origin"].tolist()) == ([0], [0])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
hostile_parts = st.lists(
    st.fixed_dictionaries(
        {"track": json_values, "notes": st.lists(st.lists(st.integers() | st.floats(), max_size=7), max_size=4)}
    ),
    max_size=3,
)


@given(st.fixed_dictionaries({"division": json_values, "length": json_values, "parts": hostile_parts | json_values}))
def test_whatever_is_on_the_clipboard_it_is_notes_or_nothing(told: dict[str, object]) -> None:
    mime = QMimeData()
    mime.setData(MIME, json.dumps(told).encode())
    clip = clip_of(mime)
    if clip is not None:
        assert clip.length_ticks >= 1
        assert ((clip.rows["pitch"] <= 127) & (clip.rows["velocity"] >= 1) & (clip.rows["length"] >= 1)).all()


def test_ex_30_a_newer_version_with_more_fields_and_another_division_is_read() -> None:
    mime = QMimeData()
    newer = {
        "version": 9,
        "division": 480,
        "length": 480,
        "key": "D",
        "parts": [{"track": 0, "notes": [[0, 240, 62, 77, 0, "x"]]}],
    }
    mime.setData(MIME, json.dumps(newer).encode())
    clip = clip_of(mime)
    assert clip is not None
    assert clip.rows["length"].tolist() == [480]
    assert clip.length_ticks == 960


def test_duplicate_lands_after_the_grid_rounded_selection(desk: Desk) -> None:
    desk.session.do(notes.set_lengths([12], 900))
    desk.select(10, 11, 12)
    assert desk.commands.duplicate()
    assert [desk.note(i).start_tick for i in (100, 101, 102)] == [2880, 2880 + 960, 2880 + 1920]
    assert desk.session.history.labels[-1] == "Duplicate 3 notes"


def test_quick_repeats_of_a_key_are_one_undo_step_and_slow_ones_are_not(desk: Desk) -> None:
    desk.select(10)
    for _ in range(3):
        desk.commands.nudge(1)
        desk.clock.now_s += 0.1
    assert len(desk.session.history.labels) == 1
    desk.clock.now_s += 1.0
    desk.commands.nudge(1)
    assert desk.note(10).start_tick == 4 * STEP
    desk.session.undo()
    assert desk.note(10).start_tick == 3 * STEP
    desk.session.undo()
    assert desk.note(10).start_tick == 0


def test_transposing_past_the_edge_is_refused_as_a_whole_and_said(desk: Desk) -> None:
    desk.session.do(notes.move([13], 0, 40))
    desk.select(10, 13)
    desk.commands.transpose(12)
    assert [desk.note(10).pitch, desk.note(13).pitch] == [72, 119]
    assert "not moved" in desk.said[-1]


def test_scale_steps_follow_the_key_and_keep_alterations(desk: Desk) -> None:
    desk.session.do(notes.move([11], 0, -1))
    desk.select(10, 11, 12, 13)
    desk.commands.transpose_in_key(1)
    assert [desk.note(i).pitch for i in (10, 11, 12, 13)] == [74, 75, 77, 80]
    desk.commands.transpose_in_key(-1)
    assert [desk.note(i).pitch for i in (10, 12, 13)] == [72, 75, 79]


def test_notes_outside_the_key_are_found(desk: Desk) -> None:
    desk.picking.outside_key()
    assert "outside the key" in desk.said[-1]
    desk.session.do(notes.move([11], 0, -1))
    desk.picking.outside_key()
    assert desk.session.selection.note_ids == {11}


def test_lengths_velocities_and_quantise(desk: Desk) -> None:
    desk.select(10)
    desk.commands.change_length(1)
    assert desk.note(10).length_ticks == 960 + STEP
    desk.select(13)
    desk.commands.change_length(-2)
    assert desk.note(13).length_ticks == 960 - 2 * STEP
    desk.commands.change_velocity(5)
    assert desk.note(13).velocity == 85
    desk.commands.nudge_ticks(37)
    desk.shaping.again("quantise")
    assert desk.note(13).start_tick == BAR


def test_keys_without_a_selection_move_the_cursor_or_say_what_to_do(desk: Desk) -> None:
    desk.commands.nudge(2)
    assert desk.session.selection.cursor_tick == 2 * STEP
    desk.commands.nudge_bars(1)
    assert desk.session.selection.cursor_tick == 2 * STEP + BAR
    desk.commands.delete()
    assert desk.said[-1].startswith("No notes are selected")
    assert desk.session.history.labels == ()


def test_notes_are_written_by_keys_alone(desk: Desk) -> None:
    desk.session.select(cursor_tick=3 * BAR)
    desk.commands.add_at_cursor()
    desk.commands.add_at_cursor()
    assert [desk.note(i).start_tick for i in (100, 101)] == [3 * BAR, 3 * BAR + desk.state.last_length_ticks]


def test_tab_walks_through_notes(desk: Desk) -> None:
    desk.commands.select_next()
    assert desk.session.selection.note_ids == {10}
    desk.commands.select_next()
    desk.commands.select_next()
    assert desk.session.selection.note_ids == {12}
    desk.commands.select_next(-1)
    assert desk.session.selection.note_ids == {11}


def test_escape_lets_go_of_notes_first_then_bars(desk: Desk) -> None:
    desk.session.select(frozenset((10,)), bars=Span(0, BAR))
    desk.commands.select_none()
    assert (desk.session.selection.note_ids, desk.session.selection.bars) == (frozenset(), Span(0, BAR))
    desk.commands.select_none()
    assert desk.session.selection.bars is None


def test_selecting_inverting_muting_locking_splitting_joining(desk: Desk) -> None:
    desk.select(10)
    desk.commands.invert_selection()
    assert desk.session.selection.note_ids == {11, 12, 13}
    desk.commands.toggle_muted()
    assert desk.note(12).is_muted
    desk.commands.toggle_muted()
    assert not desk.note(12).is_muted
    desk.select(10)
    desk.commands.toggle_locked()
    assert desk.note(10).is_locked
    desk.commands.toggle_locked()
    desk.commands.split(480)
    assert [n.length_ticks for n in desk.state.notes if n.pitch == 72] == [480, 480]
    desk.select(10, 100)
    desk.commands.join()
    assert desk.note(10).length_ticks == 960


def test_undo_brings_back_the_selection(desk: Desk) -> None:
    desk.select(10, 11)
    desk.commands.delete()
    assert desk.session.selection.note_ids == frozenset()
    desk.session.undo()
    assert desk.session.selection.note_ids == {10, 11}


def test_selections_in_words(desk: Desk) -> None:
    desk.session.do(notes.set_locked([11], True))
    desk.select(11)
    words = spoken_selection(desk.session.song, desk.session.selection)
    assert words == "Lead, bar 1 beat 2, D5, eighth, velocity 60, locked"
    desk.select(10, 11)
    assert spoken_selection(desk.session.song, desk.session.selection) == "Lead, 2 notes selected"
    assert [length_name(960), length_name(900), length_name(350)] == ["quarter", "quarter", "0.36 beats"]


@pytest.fixture
def roll(qtbot: QtBot) -> Roll:
    return shown_roll(qtbot)


def ask_for_takes(roll: Roll) -> None:
    session = roll.session
    session.select(bars=Span(BAR, 2 * BAR))
    session.generate(Request("fill", "fake-model", session.song, session.target("fill"), count=3))


def test_a_take_is_shown_with_its_words_and_kept_by_the_button(roll: Roll) -> None:
    roll.title_of_model = {"fake-model": "Fake model"}.__getitem__
    ask_for_takes(roll)
    assert roll.view.take_bar.words.text() == "Take 1 of 3 · Fake model · not yet kept"
    assert len(roll.state.track.notes) == 4
    roll.session.tray.step(1)
    assert roll.view.take_bar.words.text().startswith("Take 2 of 3")
    roll.view.take_bar.keep_button.click()
    assert roll.state.take is None
    assert len(roll.state.notes) == 7
    roll.session.undo()
    assert len(roll.state.notes) == 4


def test_a_take_is_discarded_by_its_button(roll: Roll) -> None:
    ask_for_takes(roll)
    roll.view.take_bar.discard_button.click()
    assert roll.state.take is None
    assert roll.session.tray.current is None


def test_another_song_is_framed_and_the_panel_forgets_when_closed(roll: Roll) -> None:
    session = roll.session
    roll.state.look(roll.state.viewport.shown_from(1_000_000))
    song = small_song()
    session.open(song)
    assert roll.state.song is song
    assert roll.state.viewport.left_tick == 0
    assert roll.state.viewport.low_pitch < 72 < roll.state.viewport.high_pitch
    listening = len(session.song_changed)
    roll.close()
    assert len(session.song_changed) == listening - 1


def test_undoing_the_first_edit_leaves_the_view_where_it_is(roll: Roll) -> None:
    roll.session.open(Song("Solo", (Track(1, "Solo", notes=Notes.of([Note(20 * BAR, 960, 60, 90, 5)])),), next_id=9))
    roll.state.look(roll.state.viewport.shown_from(15 * BAR))
    view = roll.state.viewport
    roll.session.do(notes.set_velocities({5: 20}))
    roll.session.undo()
    assert roll.state.viewport == view


def test_zooms_and_snap_by_key(roll: Roll) -> None:
    before = roll.state.viewport
    roll.zoom(1)
    assert roll.state.viewport.ticks_per_px < before.ticks_per_px
    roll.zoom_to_fit()
    assert roll.state.viewport.tick_at(roll.state.viewport.width_px) >= roll.session.song.end_tick
    roll.session.select(frozenset((11, 12)))
    roll.zoom_to_selection()
    assert roll.state.viewport.x_of(960) >= 0
    assert roll.state.viewport.x_of(2880) <= roll.state.viewport.width_px
    rings: list[str] = []
    roll.snap_changed.listen(lambda: rings.append(roll.snap.name))
    roll.finer()
    roll.toggle_triplet()
    roll.toggle_snap()
    roll.toggle_snap()
    assert rings == ["1/32", "1/32T", "Off", "1/32T"]


def test_the_canvas_speaks(roll: Roll) -> None:
    roll.session.select(frozenset((10,)))
    assert roll.view.canvas.accessibleName() == "Piano roll"
    words = "Lead, bar 1 beat 1, C5, quarter, velocity 100"
    assert roll.view.canvas.accessibleDescription() == words
    interface = QAccessible.queryAccessibleInterface(roll.view.canvas)
    assert interface.role() == QAccessible.Role.Canvas
    assert interface.text(QAccessible.Text.Value) == words
