"""LaneCommands: what hands and keys do in the lanes, as edits of the session."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect
from PySide6.QtWidgets import QMenu, QWidget

from studio.edits import conducting, lanes, tracks
from studio.edits.history import Edit
from studio.edits.lanes import Point
from studio.errors import RicercarError
from studio.session import Session
from studio.song.controls import CONTROLLER
from studio.song.ticks import Span
from studio.words import tr
from widgets.controls.inline_edit import InlineEdit
from widgets.piano_roll.lane_kinds import LAST_CONTROLLER, is_stepped
from widgets.piano_roll.lane_stack import LaneStack

if TYPE_CHECKING:
    from widgets.piano_roll.lane_control import ControlLane
    from widgets.piano_roll.lane_tempo import Kind, TempoLane

TAP_REST_S = 2.5
"""A tap after so long a pause begins a new count."""
BOUNCE_S = 0.12
"""Nobody taps so fast (500 beats a minute): a key that bounces, or presses that waited for a busy program."""
LEAST_TAPS = 3


class LaneCommands:
    """Wires each lane as it is made. Tempo commands work without a lane too."""

    def __init__(self, session: Session, stack: LaneStack, clock: Callable[[], float] = time.monotonic) -> None:
        self.session, self.stack = session, stack
        self._clock = clock
        self._taps: list[float] = []
        stack.tempo_made.listen(self._wire_tempo)
        stack.control_made.listen(self._wire_control)
        stack.other_asked.listen(self._ask_other)

    # Tempo and meter

    def set_tempo(self, tick: int, bpm: float) -> None:
        self._do(lambda: conducting.set_tempo_point(tick, bpm))

    def set_meter(self, tick: int, text: str) -> None:
        above, slash, below = text.partition("/")
        if not (slash and above.strip().isdecimal() and below.strip().isdecimal()):
            self.session.say(tr("«{words}» is no meter. Type it as 7/8.", words=text), is_error=True)
            return
        self._do(lambda: tracks.set_meter(tick, int(above), int(below)))

    def remove(self, kind: Kind, tick: int) -> None:
        self._do(lambda: conducting.remove_tempo_point(tick) if kind == "tempo" else conducting.remove_meter(tick))

    def tap(self) -> None:
        """From the third tap on the tempo in force at the edit cursor is that of the taps."""
        now_s = self._clock()
        if self._taps and now_s - self._taps[-1] < BOUNCE_S:
            return
        if self._taps and now_s - self._taps[-1] > TAP_REST_S:
            self._taps = []
        self._taps = [*self._taps[-7:], now_s]
        bpm = conducting.tapped_bpm(self._taps)
        if bpm is None or len(self._taps) < LEAST_TAPS:
            self.session.say(tr("Tap {count} times more.", count=LEAST_TAPS - len(self._taps)))
            return
        at = self.session.song.timeline.tempo_change_at(self.session.selection.cursor_tick).tick
        self._do(lambda: tracks.set_tempo(at, round(bpm, 1), gesture=self))
        self.session.say(tr("{bpm:.1f} beats a minute", bpm=bpm))

    def _wire_tempo(self, lane: TempoLane) -> None:
        lane.tempo_set.listen(self.set_tempo)
        lane.tempo_moved.listen(lambda tick, to, bpm: self._do(lambda: conducting.move_tempo_point(tick, to, bpm)))
        lane.meter_set.listen(self.set_meter)
        lane.meter_moved.listen(lambda tick, to: self._do(lambda: conducting.move_meter(tick, to)))
        lane.removed.listen(self.remove)
        lane.menu_asked.listen(lambda kind, tick, there, place: self._tempo_menu(lane, kind, tick, there, place))

    def _tempo_menu(self, lane: TempoLane, kind: Kind, tick: int, there: bool, place: QPointF) -> None:
        menu = QMenu(lane)
        words = tr("Type...") if there else tr("Add {kind} here...", kind=kind)
        _add(menu, words, lambda: lane.edit(kind, tick))
        if there and kind == "tempo":
            is_ramp = self.session.song.timeline.tempo_change_at(tick).is_ramp
            words = tr("Step to the next tempo") if is_ramp else tr("Ramp to the next tempo")
            _add(menu, words, lambda: self._do(lambda: conducting.set_ramp(tick, not is_ramp)))
        if there and tick:
            _add(menu, tr("Remove"), lambda: self.remove(kind, tick))
        _popup(menu, place)

    # Controllers

    def _wire_control(self, widget: ControlLane) -> None:
        widget.laid.listen(lambda span, points: self.lay(widget, span, points))
        widget.moved.listen(
            lambda ticks, by, value: self._on(widget, lambda t: lanes.move_points(t, widget.lane, ticks, by, value))
        )
        widget.removed.listen(lambda ticks: self._on(widget, lambda track: lanes.remove_points(track, widget.lane, ticks)))
        widget.erased.listen(lambda span: self._on(widget, lambda track: lanes.remove_within(track, widget.lane, span)))
        widget.menu_asked.listen(lambda tick, there, place: self._control_menu(widget, tick, there, place))

    def lay(self, widget: ControlLane, span: Span, points: Iterable[Point]) -> None:
        self._on(widget, lambda track_id: lanes.lay_points(track_id, widget.lane, span, points))

    def _control_menu(self, widget: ControlLane, tick: int, there: bool, place: QPointF) -> None:
        menu, chosen = QMenu(widget), widget.chosen
        _add(menu, tr("Type...") if there else tr("Add a point here..."), lambda: widget.edit(tick))
        if there:
            if not is_stepped(widget.lane):
                points = widget.points()
                glides = bool(points["glides"][points["tick"] == tick].any())
                words = tr("Step to the next point") if glides else tr("Glide to the next point")
                _add(menu, words, lambda: self._on(widget, lambda t: lanes.set_glides(t, widget.lane, chosen, not glides)))
            _add(menu, tr("Delete"), lambda: self._on(widget, lambda track: lanes.remove_points(track, widget.lane, chosen)))
        if len(widget.points()):
            menu.addSeparator()
            everything = Span(0, 1 << 50)
            _add(menu, tr("Clear the lane"), lambda: self._on(widget, lambda t: lanes.remove_within(t, widget.lane, everything)))
        _popup(menu, place)

    def _ask_other(self, widget: ControlLane) -> None:
        InlineEdit(widget, QRect(4, 4, 90, 22), "", tr("Number of the controller"), lambda text: self._turn_to(widget, text))

    def _turn_to(self, widget: ControlLane, text: str) -> None:
        if text.isdecimal() and int(text) <= LAST_CONTROLLER:
            self.stack.turn_to(widget, lanes.Lane(CONTROLLER, int(text)))
        else:
            self.session.say(
                tr("«{words}» is no controller. Type a number from 0 to {most}.", words=text, most=LAST_CONTROLLER), is_error=True
            )

    def _on(self, widget: QWidget, edit_of: Callable[[int], Edit]) -> None:
        track_id = self.session.selection.track_id
        if self.session.song.has_track(track_id):
            self._do(lambda: edit_of(track_id))
        widget.update()

    def _do(self, make: Callable[[], Edit]) -> None:
        try:
            self.session.do(make())
        except RicercarError as problem:
            self.session.say(str(problem), is_error=True)


def _add(menu: QMenu, words: str, call: Callable[[], object]) -> None:
    menu.addAction(words).triggered.connect(lambda _checked=False: call())


def _popup(menu: QMenu, place: QPointF) -> None:
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(place.toPoint())
