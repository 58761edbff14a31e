"""Arranging: what commands do with bars and with ranges of tracks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from studio.app.desk import Desk
from studio.edits import bars, ranges
from studio.errors import RicercarError
from studio.knobs import Knob, KnobValue
from studio.song.region import Region
from studio.song.ticks import Span
from studio.words import begun, tr
from widgets.dialogs.knob_dialog import KnobDialog


def bars_meant(desk: Desk) -> Span:
    """The selected bars, else the bar of the edit cursor."""
    chosen = desk.session.selection
    timeline = desk.session.song.timeline
    return chosen.bars or timeline.bar_span(timeline.bar_of(chosen.cursor_tick))


def range_meant(desk: Desk) -> Region:
    """Those bars on the tracks they were selected on, else on the track in front."""
    chosen = desk.session.selection
    return Region(chosen.range_ids or (chosen.track_id,), bars_meant(desk))


def _alike_bars(desk: Desk) -> Span:
    """As many bars as are meant, all in the meter where they begin: what is inserted before them."""
    span, timeline = bars_meant(desk), desk.session.song.timeline
    count = timeline.bar_of(span.end_tick - 1) - timeline.bar_of(span.start_tick) + 1
    return Span(span.start_tick, span.start_tick + count * timeline.meter_at(span.start_tick).bar_ticks)


def select_bars_through(desk: Desk) -> None:
    """From the bar of the selected bars, or of the edit cursor, to the end of the song."""
    song = desk.session.song
    start = bars_meant(desk).start_tick
    desk.session.select(bars=song.timeline.whole_bars(Span(start, max(start + 1, song.end_tick))))


def insert_bars(desk: Desk) -> None:
    span = _alike_bars(desk)
    if desk.session.do(bars.insert_time(span)):
        desk.session.select(bars=span, cursor_tick=span.start_tick)


def delete_bars(desk: Desk) -> None:
    if desk.session.do(bars.delete_time(bars_meant(desk)), frozenset()):
        desk.session.select(keep_bars=False)


def duplicate_bars(desk: Desk, times: int = 1) -> None:
    """The copy is selected then, so that another press goes on from it."""
    span = bars_meant(desk)
    if desk.session.do(bars.repeat_time(span, times)):
        desk.session.select(bars=span.moved(times * span.length_ticks))


def repeat_bars(desk: Desk) -> None:
    _ask_times(desk, tr("Repeat bars"), tr("What follows moves to the right."), lambda times: duplicate_bars(desk, times))


def insert_in_range(desk: Desk) -> None:
    desk.session.do(bars.insert_time(_alike_bars(desk), range_meant(desk).track_ids))


def delete_in_range(desk: Desk) -> None:
    region = range_meant(desk)
    desk.session.do(bars.delete_time(region.span, region.track_ids), frozenset())


def duplicate_range(desk: Desk, times: int = 1) -> None:
    region = range_meant(desk)
    if desk.session.do(ranges.repeat_range(region, times)):
        moved = region.span.moved(times * region.span.length_ticks)
        desk.session.select(bars=moved, range_ids=desk.session.selection.range_ids)


def repeat_range(desk: Desk) -> None:
    _ask_times(
        desk, tr("Repeat on these tracks"), tr("In place of what follows there."), lambda times: duplicate_range(desk, times)
    )


def clear_range(desk: Desk) -> None:
    desk.session.do(ranges.clear_range(range_meant(desk)), frozenset())


def move_range(desk: Desk, by_bars: int, by_tracks: int) -> None:
    """The marked bars, by whole bars or tracks; they stay marked."""
    region, timeline = range_meant(desk), desk.session.song.timeline
    bar = timeline.bar_of(region.span.start_tick) + by_bars
    if bar < 1:
        desk.session.say(tr("Nothing can stand before bar 1."), is_error=True)
        return
    desk.window.arrange.move_range(region, timeline.bar_start(bar), by_tracks)


def widen_range(desk: Desk) -> None:
    """Mark the bars on the next track below as well; from the last one on the marking begins anew with the track in front."""
    region, song = range_meant(desk), desk.session.song
    order = [track.id for track in song.tracks]
    below = order.index(region.track_ids[-1]) + 1 if region.track_ids[-1] in order else len(order)
    ids = (*region.track_ids, order[below]) if below < len(order) else (desk.session.selection.track_id,)
    desk.session.select(bars=region.span, range_ids=ids)


def is_safe(desk: Desk) -> bool:
    """Whether the track in front is safe from the solo of others."""
    song, track_id = desk.session.song, desk.session.selection.track_id
    return song.has_track(track_id) and song.track(track_id).strip.is_solo_safe


def _ask_times(desk: Desk, title: str, about: str, repeat: Callable[[int], object]) -> None:
    knob = Knob("times", tr("Times"), 3, 1, bars.MOST_REPEATS, help=tr("How many times more"))
    values: dict[str, KnobValue] = {"times": 3}
    dialog = KnobDialog(title, f"{begun(desk.session.span_words(bars_meant(desk)))}. {about}", (knob,), values, desk.window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def finished(result: int) -> None:
        if result == QDialog.DialogCode.Accepted:
            try:
                repeat(int(dialog.values()["times"]))
            except RicercarError as problem:
                desk.session.say(str(problem), is_error=True)

    dialog.finished.connect(finished)
    dialog.open()
