"""Where a take can be dropped: on the roll, on tracks and sections of the arrangement, and in the track list."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from studio.app.desk import Desk
from studio.song.ticks import Span
from widgets.piano_roll.tiles import scale_of
from widgets.take_drop import TakeDrop, Target


def wire(desk: Desk) -> None:
    """Once the arrangement shows the roll's state."""
    drops = TakeDrops(desk)
    window = desk.window
    TakeDrop(window.roll.view.canvas, drops.on_roll, drops.drop)
    TakeDrop(window.arrange.view, drops.on_arrangement, drops.drop)
    TakeDrop(window.arrange.view.bar, drops.on_sections, drops.drop)
    TakeDrop(window.tracks, drops.on_track_list, drops.drop)


class TakeDrops:
    """Places of the window as tracks and bars of the song."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def drop(self, index: int, target: Target) -> None:
        acts, take_set = self.desk.window.takes.acts, self.desk.session.tray.current
        if take_set is None or not 0 <= index < len(take_set.takes):
            return
        if target.track_id is None:
            acts.promote(index)
        else:
            acts.lay_on(index, target.track_id, take_set.request.span.start_tick if target.tick is None else target.tick)

    def on_roll(self, at: QPointF) -> Target | None:
        """The track in front, at the bar under the pointer."""
        canvas, state = self.desk.window.roll.view.canvas, self.desk.window.roll.state
        if state.track is None:
            return None
        scale = scale_of(state.viewport)
        span = self.stretch(round(scale.tick_at(at.x())))
        left, right = max(0.0, scale.x_of(span.start_tick)), min(float(canvas.width()), scale.x_of(span.end_tick))
        return Target(state.track_id, span.start_tick, QRectF(left, 0, max(2.0, right - left), canvas.height()))

    def on_arrangement(self, at: QPointF) -> Target | None:
        """The track and the bar under the pointer; below the last track a new one."""
        view, tracks = self.desk.window.arrange.view, self.desk.session.song.tracks
        row = int((at.y() - view.lanes_top) // view.lane_px)
        if at.y() < view.lanes_top:
            return None
        if row >= len(tracks):
            return Target(None, None, QRectF(0, view.lanes_top, view.width(), view.height() - view.lanes_top))
        span = self.stretch(round(view.tick_at(at.x())))
        left, right = view.x_of(span.start_tick), view.x_of(span.end_tick)
        top = view.lanes_top + row * view.lane_px
        return Target(tracks[row].id, span.start_tick, QRectF(left, top, max(4.0, right - left), max(4.0, view.lane_px)))

    def on_sections(self, at: QPointF) -> Target | None:
        """The beginning of a section, on the track that the take is for."""
        bar, take_set = self.desk.window.arrange.view.bar, self.desk.session.tray.current
        section = bar.section_at(at.x())
        if section is None or take_set is None:
            return None
        return Target(take_set.request.mask.region.track_ids[0], section.span.start_tick, bar.plate(section.span))

    def on_track_list(self, at: QPointF) -> Target | None:
        """The track under the pointer, at the bars that the take is for; below them a new one."""
        panel = self.desk.window.tracks
        for track_id, row in panel.rows.items():
            if not self.desk.session.song.has_track(track_id):
                continue  # the row of a group
            place = QRectF(panel.rect().intersected(row.rect().translated(row.mapTo(panel, row.rect().topLeft()))))
            if place.contains(at):
                return Target(track_id, None, place)
        return Target(None, None, QRectF(panel.rect()).adjusted(4, 4, -4, -4))

    def stretch(self, tick: int) -> Span:
        """As long as the takes, from the bar of a tick."""
        song, take_set = self.desk.session.song, self.desk.session.tray.current
        start = song.timeline.bar_start(song.timeline.bar_of(max(0, tick)))
        length = take_set.request.span.length_ticks if take_set is not None else song.timeline.meter_at(start).bar_ticks
        return Span(start, start + length)
