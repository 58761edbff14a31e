"""Roll: the piano roll of the track in front, wired to the session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, Literal, Protocol, runtime_checkable

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout

from studio.events import Signal
from studio.explore.committing import place_of
from studio.recording.recorder import Recorder
from studio.session import Session
from studio.song.notes import notes_of
from studio.song.painting import hull
from studio.song.region import Patch
from studio.song.song import Song, span_of
from studio.song.ticks import Span
from studio.words import mark, tr
from widgets import motion
from widgets.drag_out import NOWHERE, SELECTION, Carried, GoingOut
from widgets.panel import Area, Panel
from widgets.piano_roll.asking import Asking
from widgets.piano_roll.chord_palette import ChordPalette
from widgets.piano_roll.colouring import Colouring
from widgets.piano_roll.commands import NoteCommands
from widgets.piano_roll.keyboard_piano import KeyboardPiano
from widgets.piano_roll.lane_commands import LaneCommands
from widgets.piano_roll.lane_kinds import EXPRESSION
from widgets.piano_roll.mask_commands import MaskCommands
from widgets.piano_roll.menu import note_menu
from widgets.piano_roll.picking import Picking
from widgets.piano_roll.punch_brace import PunchBrace
from widgets.piano_roll.recording import RecordedNotes
from widgets.piano_roll.shaping import Shaping
from widgets.piano_roll.shown_takes import ShownTakes
from widgets.piano_roll.spoken import spoken_selection
from widgets.piano_roll.state import Folding, RollState, Tool
from widgets.piano_roll.step_input import StepInput
from widgets.piano_roll.view import RollView
from widgets.snap import Snap
from widgets.viewport import NOTCH

PREVIEW_MS = 1000
"""A note heard on a click stops by itself after this long."""
FOLLOW_RESTS_MS = 3000
"""After scrolling by hand while playing, the view stays where the user put it for this long."""


Following = Literal["off", "page", "middle"]
_FOLLOW_WORDS: dict[Following, str] = {
    "off": mark("The view stays where it is while playing."),
    "page": mark("The view follows the playhead page by page."),
    "middle": mark("The view follows the playhead, which stays in the middle."),
}


@runtime_checkable
class Previewing(Protocol):
    """A sound port that can play one note at once beside the song (studio.audio.sound.Sound can)."""

    def preview(self, track_id: int, pitch: int, velocity: int = 90, length_ms: int = PREVIEW_MS) -> None: ...
    def stop_preview(self) -> None: ...


class Roll(Panel):
    """Draws the session's song and turns gestures into edits. Actions call its methods and those of `commands`."""

    title: ClassVar[str] = mark("Piano roll")
    area: ClassVar[Area] = "centre"

    def build(self, session: Session) -> None:
        self.state = RollState(song=session.song, track_id=session.selection.track_id)
        self.takes = ShownTakes(session, self.state, self._title)
        self.commands = NoteCommands(session, self.state)
        self.picking = Picking(session, self.state)
        self.masks = MaskCommands(session, self.state)
        self.shaping = Shaping(session, self.state)
        self.view = RollView(self.state, place_of, self)
        self.chords = ChordPalette(self.commands, self.view.canvas)
        self.steps = StepInput(self.commands, self.view.canvas)
        self.recorded = RecordedNotes(self.state, self.view.canvas)
        self.piano = KeyboardPiano(self.view.canvas, self._touched)
        self._recorder: Recorder | None = None
        self.asking = Asking(self.shaping, self.view.canvas, self)
        self.lane_commands = LaneCommands(session, self.view.lanes)
        self.place_wanted = self.view.intents.place_wanted
        self.palette_wanted: Signal[()] = Signal()
        """What is selected is to be put on the palette."""
        self.following: Following = "page"
        self.previews = True
        self.previews_playing = False
        """Whether notes that are touched are heard while the music plays, too."""
        self.sound_only = False
        """Stepping from note to note plays them and says nothing."""
        self.going_out: GoingOut = NOWHERE
        """Set by the window: what carries notes to other programs."""
        self.title_of_model: Callable[[str], str] = str
        """Set by the window: the title of a model by its id."""
        self.view.origins.title_of_model = self._title
        self.snap_changed: Signal[()] = Signal()
        self.more_wanted: Signal[()] = Signal()
        """Past the last take: one more of the same request."""
        self.take_acted: Signal[str, int] = Signal()
        """Something to be done with a take, by its index, in its lane: "star", "trash", "name", "rate 3"."""
        self._is_playing = False
        self._revealed: object = None
        self._is_heard = False
        self._preview_timer = QTimer(self, singleShot=True, interval=PREVIEW_MS)
        self._preview_timer.timeout.connect(self._hush)
        self._follow_timer = QTimer(self, singleShot=True, interval=FOLLOW_RESTS_MS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view.canvas)
        self._listen_to_session(session)
        self._listen_to_hands()
        self._show_session()

    def _listen_to_session(self, session: Session) -> None:
        self.listen(session.song_changed, self._song_changed)
        self.listen(session.selection_changed, self._show_session)
        self.listen(session.document_changed, self._show_session)
        self.listen(session.tray.changed, self._tray_changed)

    def _listen_to_hands(self) -> None:
        intents, commands, session = self.view.intents, self.commands, self.session
        self.listen(intents.selected, session.select)
        self.listen(intents.row_picked, lambda pitch, adds: self.picking.row(pitch, adds=adds))
        self.listen(intents.drawn, commands.draw)
        self.listen(intents.moved, commands.move)
        self.listen(intents.copied, commands.copy_to)
        self.listen(intents.resized, commands.resize)
        self.listen(intents.removed, commands.remove)
        self.listen(intents.reshaped, commands.reshape)
        self.listen(intents.loudened, commands.louden)
        self.listen(intents.painted, commands.paint)
        self.listen(intents.patched, self.masks.show)
        self.listen(intents.sliced, commands.slice)
        self.listen(intents.joined, commands.glue)
        self.listen(intents.flagged, commands.flag)
        self.listen(intents.velocities_set, commands.set_velocities)
        self.listen(intents.cursor_placed, lambda tick: session.select(cursor_tick=tick))
        self.listen(intents.sought, self._seek)
        self.listen(intents.looped, session.set_loop)
        self.listen(intents.bars_selected, lambda span: session.select(bars=span, keep_bars=False))
        self.listen(intents.sounded, self._sound)
        self.listen(intents.hushed, lambda _: self._hush())
        self.listen(intents.track_chosen, self._choose_track)
        self.listen(intents.menu_asked, self._open_menu)
        self.listen(intents.refused, lambda sentence: session.say(sentence, is_error=True))
        self.listen(intents.scrolled, lambda _: self._follow_timer.start() if self._is_playing else None)
        self.view.take_bar.kept.connect(self.session.keep)
        self.view.take_bar.discarded.connect(self.session.discard)
        self.view.take_bar.stepped.connect(self.step_take)
        self.view.take_bar.fold_turned.connect(self.toggle_take_lanes)
        canvas, grip = self.view.canvas, self.view.tools.grip
        canvas.carry_out = lambda keys: self.going_out.carry(canvas, SELECTION, keys)
        grip.carried.connect(self._carry_by_grip)
        grip.copied.connect(lambda: self.going_out.copy(SELECTION))
        cells = self.view.take_cells
        cells.carry_out = lambda index, keys: self.going_out.carry(cells, Carried("take", index), keys)
        lanes = self.view.take_lanes
        self.listen(lanes.shown, session.tray.show)
        self.listen(lanes.heard, session.hear_take)
        self.listen(lanes.bars_taken, session.tray.take_bars)
        self.listen(lanes.acted, self.take_acted.emit)

    # What the session shows

    def _song_changed(self, before: Song, after: Song) -> None:
        old, history = {track.id: track for track in before.tracks}, self.session.history
        shares_nothing = all(old.get(track.id) is not track for track in after.tracks)
        is_another = shares_nothing and history.undo_label is None and history.redo_label is None
        self._show_session()
        if is_another:
            self.frame()

    def _tray_changed(self) -> None:
        """A first take is brought into view, the notes that lead to it as well where there is room."""
        self._show_session()
        take_set, take = self.session.tray.current, self.state.take
        if take_set is None or take is None or take_set is self._revealed:
            return
        self._revealed = take_set
        self.state.look(self.state.viewport.revealing(take.span))
        rows, view = take.rows_on(self.state.track_id), self.state.viewport
        if len(rows) and not ((rows["pitch"] >= view.low_pitch) & (rows["pitch"] <= view.high_pitch)).all():
            self.state.look(view.centred_on_pitch(round(float(rows["pitch"].astype(float).mean()))))

    def _show_session(self) -> None:
        session, chosen = self.session, self.session.selection
        previous_track = self.state.track_id
        self.state.show(
            song=session.song,
            proposal=session.heard_song() if session.heard_song() is not session.song else None,
            track_id=chosen.track_id,
            selected=chosen.note_ids,
            region=self._region(),
            patches=self._patches(),
            cursor_tick=chosen.cursor_tick,
            loop=session.loop,
            loop_is_on=session.loop is not None,
            take=self.takes.shown(),
        )
        self.view.show_takes(session.tray.current, self.takes.before_words())
        if chosen.track_id != previous_track:
            self._reveal_pitches()
        self._describe()

    def _region(self) -> Span | None:
        take_set = self.session.tray.current
        if take_set is not None:
            return take_set.request.span
        return hull(self.session.selection.patches) or self.session.selection.bars

    def _patches(self) -> tuple[Patch, ...]:
        take_set = self.session.tray.current
        return self.session.selection.patches if take_set is None else take_set.request.mask.patches

    def step_take(self, by: int) -> None:
        """Another take by the arrows; past the last one more is made."""
        if not self.takes.step(by):
            self.more_wanted.emit()

    def toggle_take_lanes(self) -> None:
        """Open the lanes of takes under the notes, or fold them; opened they have the keyboard."""
        self.view.fold_takes()
        self._show_session()
        if self.view.take_lanes.isVisible():
            self.view.take_lanes.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.view.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _title(self, model_id: str) -> str:
        return self.title_of_model(model_id)

    def _describe(self) -> None:
        """Say in words, for screen readers, what is selected."""
        words = spoken_selection(self.session.heard_song(), self.session.selection)
        if self.sound_only and len(self.session.selection.note_ids) == 1:
            self.view.canvas.setAccessibleDescription(words)  # to be asked for, not to be told
        else:
            self.view.canvas.speak(words)

    def step_note(self, by: int) -> None:
        """To the next note or the one before; where only sound tells of it, it is played."""
        self.commands.select_next(by)
        sound, track = self.session.sound, self.state.track
        if self.sound_only and track is not None and isinstance(sound, Previewing):
            note = next(notes_of(track.notes.with_ids(self.session.selection.note_ids)), None)
            if note is not None:
                sound.preview(track.id, note.pitch, note.velocity)
                self._preview_timer.start()

    def _reveal_pitches(self) -> None:
        """Another track: its notes are brought into view when none of them is."""
        view = self.state.viewport
        rows = self.state.notes.sounding_in(view.span)
        if not len(rows):
            rows = self.state.notes.rows[:200]
        if len(rows) and not ((rows["pitch"] >= view.low_pitch) & (rows["pitch"] <= view.high_pitch)).any():
            self.state.look(view.centred_on_pitch(round(float(rows["pitch"].astype(float).mean()))))

    # Recording

    def follow_recorder(self, recorder: Recorder) -> None:
        """Show what this one records, and let keyboards write step by step."""
        self._recorder = recorder
        self.recorded.follow(recorder)
        self.punch = PunchBrace(self.state, recorder, self.view.ruler)
        self.listen(recorder.played, lambda event: self.steps.heard(event.touch))

    def _touched(self, kind: int, a: int, b: int, time_s: float) -> None:
        if self._recorder is not None:
            self._recorder.sound_touch(kind, a, b, time_s)

    # Transport

    def show_playing(self, tick: int, is_playing: bool) -> None:
        """Where the playhead is heard now; called by the window as often as it moves."""
        self._is_playing = is_playing
        self.state.move_playhead(tick)
        if is_playing and self.following != "off" and not self._follow_timer.isActive() and not self.view.canvas.is_busy:
            view = self.state.viewport
            pages = self.following == "page" or motion.is_reduced()
            self.state.look(view.paged_to(tick) if pages else view.centred_on(tick))

    def _seek(self, tick: int) -> None:
        self.session.sound.seek(tick)
        self.session.select(cursor_tick=tick)
        self.state.move_playhead(tick)

    def _sound(self, pitch: int, velocity: int) -> None:
        sound = self.session.sound
        is_wanted = self.previews and (self.previews_playing or not self._is_playing)
        if is_wanted and isinstance(sound, Previewing):
            sound.preview(self.state.track_id, pitch, velocity)
            self._is_heard = True
            self._preview_timer.start()

    def _hush(self) -> None:
        sound = self.session.sound
        if self._is_heard and isinstance(sound, Previewing):
            sound.stop_preview()
        self._is_heard = False
        self._preview_timer.stop()

    def _choose_track(self, track_id: int) -> None:
        self.session.select(frozenset(), track_id=track_id)

    def _open_menu(self, place: QPoint) -> None:
        canvas = self.view.canvas
        local = canvas.place(canvas.mapFromGlobal(place).toPointF(), QGuiApplication.keyboardModifiers())
        menu = note_menu(self, self, self.state.snapped(local.tick))
        menu.popup(place)

    # Clipboard

    def copy(self) -> None:
        mime = self.commands.copied()
        if mime is not None:
            QGuiApplication.clipboard().setMimeData(mime)

    def _carry_by_grip(self, keys: Qt.KeyboardModifier) -> None:
        grip = self.view.tools.grip
        if self.going_out.carry(grip, SELECTION, keys):
            grip.end()

    def copy_as_file(self) -> None:
        """The selected notes, else the selected bars, else the track, as a MIDI file on the clipboard."""
        self.going_out.copy(SELECTION)

    def cut(self) -> None:
        mime = self.commands.copied()
        if mime is not None:
            QGuiApplication.clipboard().setMimeData(mime)
            self.commands.delete()

    def paste(self) -> None:
        cursor = self.session.selection.cursor_tick
        if self.commands.paste(QGuiApplication.clipboard().mimeData()):
            self.state.look(self.state.viewport.revealing(Span(cursor, max(cursor, self.session.selection.cursor_tick))))

    # The pad

    def add_to_palette(self) -> None:
        """The selected notes, else the selected bars, become a phrase of the palette."""
        self.palette_wanted.emit()

    def open_place(self) -> None:
        """Where on a pad the first selected note's bar, else the bar of the edit cursor, came from."""
        rows = self.state.selected_rows()
        tick = int(rows["start"].min()) if len(rows) else self.session.selection.cursor_tick
        if not self.view.origins.open_at(tick):
            bar = self.session.song.timeline.bar_of(tick)
            self.session.say(tr("Bar {bar} came from no pad. Bars committed from a path in Explore know their place.", bar=bar))

    # Lanes

    def toggle_tempo_lane(self) -> None:
        self.view.lanes.show_tempo(not self.view.lanes.shows_tempo)

    def toggle_control_lanes(self) -> None:
        """A lane for expression, or none any more."""
        self.view.lanes.clear() if self.view.lanes.controls else self.view.lanes.add(EXPRESSION)

    # Tools, grid and view

    @property
    def tool(self) -> Tool:
        return self.state.tool

    def set_tool(self, tool: Tool) -> None:
        self.state.set_tool(tool)

    def toggle_draw(self) -> None:
        self.state.set_tool("select" if self.state.tool == "draw" else "draw")

    @property
    def snap(self) -> Snap:
        return self.state.snap

    def set_snap(self, snap: Snap) -> None:
        self.state.set_snap(snap)
        self.snap_changed.emit()

    def finer(self) -> None:
        self.set_snap(self.snap.finer())

    def coarser(self) -> None:
        self.set_snap(self.snap.coarser())

    def toggle_triplet(self) -> None:
        self.toggle_shape("triplet")

    def toggle_shape(self, shape: str) -> None:
        """Triplets, dotted, quintuplets, or straight again."""
        self.set_snap(replace(self.snap.shaped("straight" if self.snap.shape == shape else shape), is_adaptive=False))

    def toggle_adaptive(self) -> None:
        """The zoom chooses the grid, or the one chosen before holds."""
        self.set_snap(replace(self.snap, is_adaptive=not self.snap.is_adaptive, is_on=True))

    def toggle_snap(self) -> None:
        self.set_snap(self.snap.switched())

    def zoom(self, notches: float) -> None:
        """Time, about the playhead when it is seen, else about the middle."""
        view = self.state.viewport
        x = view.x_of(self.state.playhead_tick)
        self.state.look(view.zoomed_time(NOTCH**notches, x if 0 <= x <= view.width_px else view.width_px / 2))

    def zoom_rows(self, notches: float) -> None:
        view = self.state.viewport
        self.state.look(view.zoomed_pitch(NOTCH**notches, view.height_px / 2))

    def zoom_to_selection(self) -> None:
        """The selected notes, else the selected bars, over the whole view."""
        rows = self.state.selected_rows()
        if len(rows):
            view = self.state.viewport.fitted(span_of(rows) or Span(0, 1))
            self.state.look(view.fitted_pitches(int(rows["pitch"].min()), int(rows["pitch"].max())))
        elif self.session.selection.bars is not None:
            self.state.look(self.state.viewport.fitted(self.session.selection.bars, 0.02))

    def zoom_to_fit(self) -> None:
        """The whole song in time, every note of the track in pitch."""
        view = self.state.viewport.fitted(Span(0, max(1, self.session.song.end_tick)), 0.0)
        rows = self.state.notes.rows
        self.state.look(view.fitted_pitches(int(rows["pitch"].min()), int(rows["pitch"].max())) if len(rows) else view)

    def frame(self) -> None:
        """The beginning of the song at a zoom of some eight bars."""
        bar_ticks = self.session.song.timeline.meter_at(0).bar_ticks
        self.state.look(self.state.viewport.fitted(Span(0, 8 * bar_ticks), 0.0))
        self.state.frame_song()

    def toggle_velocity(self) -> None:
        self.view.show_velocity(not self.view.shows_velocity)

    def toggle_ghosts(self) -> None:
        self.state.show(shows_ghosts=not self.state.shows_ghosts)

    def toggle_follow(self) -> None:
        """Page by page, or not at all."""
        self.follow("off" if self.following != "off" else "page")

    def follow(self, following: Following) -> None:
        self.following = following
        self.session.say(tr(_FOLLOW_WORDS[following]))

    def toggle_scale(self) -> None:
        """Whether notes that are drawn or dragged stay in the key."""
        self.state.show(keeps_scale=not self.state.keeps_scale)
        if self.state.keeps_scale and not self.session.song.timeline.keys:
            self.session.say(tr("Notes stay in the key once the song has one. Choose it beside the tempo."))

    def toggle_fold(self, folding: Folding) -> None:
        """Rows for the key or the pitches in use only, or for all; a track of drums has no key."""
        if folding == "scale" and self.state.is_drum:
            folding = "used"
        is_on = self.state.folding != folding
        self.state.show(folding=folding if is_on else "none")
        if is_on and folding == "scale" and not self.session.song.timeline.keys:
            self.session.say(tr("Rows fold to the scale once the song has a key. Choose it beside the tempo."))

    def toggle_absolute(self) -> None:
        """Whether moved notes land on the grid or keep their distance from it."""
        self.set_snap(replace(self.snap, is_absolute=not self.snap.is_absolute))

    def toggle_names(self) -> None:
        self.state.show(shows_names=not self.state.shows_names)

    def toggle_previews(self) -> None:
        """Whether notes are heard when they are touched."""
        self.previews = not self.previews

    def toggle_previews_playing(self) -> None:
        """Whether they are heard while the music plays, too."""
        self.previews_playing = not self.previews_playing

    def toggle_ghost(self, track_id: int) -> None:
        """The notes of one other track, as ghosts or not."""
        self.state.show(hidden_ghosts=self.state.hidden_ghosts ^ {track_id})

    def colour_by(self, colouring: Colouring) -> None:
        self.state.show(colouring=colouring)

    def restyle(self) -> None:
        self.view.restyle()
