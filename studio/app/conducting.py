"""Conducting: what commands do with tempo and meter at the edit cursor."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from studio.app.desk import Desk
from studio.edits import conducting, tracks
from studio.edits.history import Edit
from studio.errors import RicercarError
from studio.knobs import Knob, KnobValue
from studio.song.tempo import TempoChange
from studio.words import tr
from widgets.dialogs.knob_dialog import KnobDialog


def change_tempo(desk: Desk) -> None:
    tick, timeline = desk.session.selection.cursor_tick, desk.session.song.timeline
    knobs = (
        Knob("bpm", tr("Tempo"), 120.0, conducting.LEAST_BPM, conducting.MOST_BPM, help=tr("Quarters a minute")),
        Knob("ramp", tr("Ramp to the next tempo"), False, help=tr("Goes evenly to the next change, where there is one")),
    )
    here = timeline.tempo_change_at(tick)
    values: dict[str, KnobValue] = {"bpm": round(timeline.tempo_at(tick).bpm, 3), "ramp": here.is_ramp and here.tick == tick}
    has_next = here.tick < timeline.tempos[-1].tick

    def edit(chosen: dict[str, KnobValue]) -> Edit:
        return conducting.set_tempo_point(tick, float(chosen["bpm"]), bool(chosen["ramp"]) and has_next)

    _ask(desk, KnobDialog(tr("Change tempo"), tr("From {place} on.", place=_place(desk)), knobs, values, desk.window), edit)


def change_meter(desk: Desk) -> None:
    tick = desk.session.selection.cursor_tick
    meter = desk.session.song.timeline.meter_at(tick)
    knobs = (
        Knob("beats", tr("Beats in a bar"), 4, 1, 64, help=tr("The upper number")),
        Knob("unit", tr("Of a note of"), "4", choices=("1", "2", "4", "8", "16", "32", "64"), help=tr("The lower number")),
    )
    values: dict[str, KnobValue] = {"beats": meter.numerator, "unit": str(meter.denominator)}

    def edit(chosen: dict[str, KnobValue]) -> Edit:
        return tracks.set_meter(tick, int(chosen["beats"]), int(str(chosen["unit"])))

    bar = desk.session.song.timeline.bar_of(tick)
    _ask(desk, KnobDialog(tr("Change meter"), tr("From bar {bar} on; no note moves.", bar=bar), knobs, values, desk.window), edit)


def _here(desk: Desk) -> TempoChange:
    return desk.session.song.timeline.tempo_change_at(desk.session.selection.cursor_tick)


def is_ramp(desk: Desk) -> bool:
    return _here(desk).is_ramp


def toggle_ramp(desk: Desk) -> None:
    here = _here(desk)
    desk.session.do(conducting.set_ramp(here.tick, not here.is_ramp))


def remove_tempo(desk: Desk) -> None:
    desk.session.do(conducting.remove_tempo_point(_here(desk).tick))


def remove_meter(desk: Desk) -> None:
    desk.session.do(conducting.remove_meter(desk.session.song.timeline.meter_at(desk.session.selection.cursor_tick).tick))


def _place(desk: Desk) -> str:
    at = desk.session.song.timeline.position(desk.session.selection.cursor_tick)
    return tr("bar {bar}, beat {beat}", bar=at.bar, beat=at.beat)


def _ask(desk: Desk, dialog: KnobDialog, edit_of: Callable[[dict[str, KnobValue]], Edit]) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def finished(result: int) -> None:
        if result == QDialog.DialogCode.Accepted:
            try:
                desk.session.do(edit_of(dialog.values()))
            except RicercarError as problem:
                desk.session.say(str(problem), is_error=True)

    dialog.finished.connect(finished)
    dialog.open()
