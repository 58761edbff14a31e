"""RecordControls: the transport's red button, metronome, punch, and the menu of how it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QWidget

from studio.recording.recorder import Recorder
from studio.words import counted, tr
from widgets import theme
from widgets.controls.buttons import IconButton

GAP_PX = 6


class RecordButton(IconButton):
    """Red, with a red edge, as long as it records or counts in."""

    def __init__(self, tip: str, parent: QWidget | None = None) -> None:
        super().__init__("record", tip, parent, lit="warn")
        self.setCheckable(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.isChecked():
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.current().colour("warn"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), theme.BUTTON_RADIUS_PX + 1, theme.BUTTON_RADIUS_PX + 1)


class RecordControls(QWidget):
    """Buttons emit; what they show they take from the recorder."""

    record_pressed = Signal()
    metronome_pressed = Signal()
    punch_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recorder: Recorder | None = None
        self._keyboards: Callable[[], str] = str
        self.record = RecordButton(tr("Record (R)"), self)
        self.metronome = IconButton("metronome", tr("Metronome (C); right-click for the count-in"), self)
        self.punch = IconButton("punch", tr("Punch range (Shift+P)"), self, lit="warn")
        self.menu = QMenu(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        # The red button stands beside the one that plays: the transport puts it there.
        row.addWidget(self.metronome)
        row.addWidget(self.punch)
        for button, pressed in (
            (self.record, self.record_pressed),
            (self.metronome, self.metronome_pressed),
            (self.punch, self.punch_pressed),
        ):
            button.setCheckable(True)
            button.clicked.connect(pressed)
            button.clicked.connect(self.refresh)
            button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            button.customContextMenuRequested.connect(partial(self._open_menu, button))

    def follow(self, recorder: Recorder, keyboards: Callable[[], str]) -> None:
        """Show what this one does; `keyboards` answers one sentence on MIDI keyboards."""
        self._recorder, self._keyboards = recorder, keyboards
        recorder.changed.listen(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        recorder = self._recorder
        if recorder is None:
            return
        self.record.setChecked(recorder.is_on)
        self.metronome.setChecked(recorder.manner.clicks)
        self.punch.setChecked(recorder.punches)
        words = self._record_words(recorder)
        if self.record.toolTip() != words:
            self.record.setToolTip(words)
            self.record.setAccessibleName(words)
        counted_words = counted(recorder.manner.count_in_bars, "{n} bar is counted in", "{n} bars are counted in")
        self.metronome.setToolTip(tr("Metronome (C); {count_in}, right-click to change", count_in=counted_words))

    def _record_words(self, recorder: Recorder) -> str:
        track = recorder.armed
        if recorder.is_on:
            return tr("End the recording (R)")
        if track is None:
            return tr("Record (R): choose a note track first")
        keyboards = self._keyboards() or tr("No MIDI keyboard is connected.")
        return tr(
            "Record into «{track}» (R). {keyboards} Right-click for how it is recorded.", track=track.name, keyboards=keyboards
        )

    def _open_menu(self, button: QAbstractButton, place: QPoint) -> None:
        self.menu.popup(button.mapToGlobal(place))
