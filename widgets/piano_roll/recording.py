"""RecordedNotes: what is being recorded, drawn over the roll as it grows, and the words that say that it is recorded."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from studio.audio.played import Played
from studio.audio.schedule import ON
from studio.recording.recorder import Recorder
from studio.song.rows import Rows
from studio.words import tr
from widgets import theme as themes
from widgets.controls.announce import announce
from widgets.piano_roll.ghosts import rows_seen
from widgets.piano_roll.shapes import Form, diamonds, draw_form, rectangles
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tiles import scale_of

EDGE_PX = 1.6
MARGIN_PX = 10
EDGE_GAP_PX = 14


class RecordedNotes(QWidget):
    """Lies over the canvas and lets the mouse through. It asks for no more than the part that changed to be painted."""

    def __init__(self, state: RollState, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.state = state
        self._recorder: Recorder | None = None
        self._was_drawn = QRect()
        self._said = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words = QLabel("", self)
        self.words.setObjectName("RecordWords")
        self.hide()
        canvas.installEventFilter(self)
        state.viewport_changed.listen(self._grow)

    def follow(self, recorder: Recorder) -> None:
        """Draw what this one records."""
        self._recorder = recorder
        recorder.changed.listen(self._show_state)
        recorder.grown.listen(self._grow)
        recorder.played.listen(self._reveal)
        self._show_state()

    @property
    def rows(self) -> Rows | None:
        """The notes that are drawn: of the track in front, as long as it is the one that is recorded."""
        recorder = self._recorder
        if recorder is None or not recorder.is_on or recorder.track_id != self.state.track_id:
            return None
        return recorder.growing()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        rows = self.rows
        if rows is None or not len(rows):
            return
        theme, track = themes.current(), self.state.track
        scale = scale_of(self.state.viewport)
        seen = rows_seen(rows, scale, QRectF(event.rect()))
        colour = theme.track(track.colour if track is not None else 0)
        form: Form = "diamond" if self.state.is_drum else "round"
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("warn"), EDGE_PX))
            painter.setBrush(colour)
            for x, y, width, height in (diamonds if self.state.is_drum else rectangles)(seen, scale).tolist():
                draw_form(painter, QRectF(x + 0.5, y + 0.5, max(1.5, width - 1), max(1.5, height - 1)), form)

    # Inside

    def _show_state(self) -> None:
        is_on = self._recorder is not None and self._recorder.is_on
        self.setVisible(is_on)
        if is_on:
            self.lower()  # over the notes, under tools and takes
            self._restyle()
        self._say(tr("Recording.") if is_on else "")
        self._grow()

    def _reveal(self, event: Played) -> None:
        """What is recorded out of sight is brought into view."""
        touch, view = event.touch, self.state.viewport
        if touch.kind == ON and self.rows is not None and not view.low_pitch < touch.a < view.high_pitch:
            self.state.look(view.centred_on_pitch(touch.a))

    def _grow(self) -> None:
        """Repaint where notes were and where they are now: cost goes with what grows, not with what is there."""
        rows = self.rows
        if rows is None or not self.isVisible():
            self._was_drawn = QRect()
            return
        self._show_words()
        scale = scale_of(self.state.viewport)
        left = scale.x_of(float(rows["start"][-64:].min())) if len(rows) else 0.0
        right = scale.x_of(float((rows["start"] + rows["length"])[-64:].max())) if len(rows) else 0.0
        now = QRect(int(left) - MARGIN_PX, 0, int(right - left) + 2 * MARGIN_PX, self.height()) if len(rows) else QRect()
        self.update(now.united(self._was_drawn))
        self._was_drawn = now

    def _show_words(self) -> None:
        recorder = self._recorder
        assert recorder is not None
        track = recorder.armed
        name = track.name if track is not None else ""
        if recorder.state == "counting":
            meter = recorder.session.song.timeline.meter_at(recorder.start_tick)
            left = max(1, -int((recorder.place.tick - recorder.start_tick) // meter.beat_ticks))
            words = tr("Count-in {beats} · «{track}»", beats=left, track=name)
        elif recorder.manner.replaces:
            words = tr("Recording into «{track}», in place of what is there", track=name)
        else:
            words = tr("Recording into «{track}»", track=name)
        if self.words.accessibleName() != words:
            red = themes.current().warn
            self.words.setAccessibleName(words)
            self.words.setText(f'<span style="color:{red}">\N{BLACK CIRCLE}</span>&nbsp; {escape(words)}')
            self._place()

    def _say(self, words: str) -> None:
        if words and words != self._said:
            announce(self, words)
        self._said = words

    def _restyle(self) -> None:
        theme = themes.current()
        self.words.setStyleSheet(
            f"QLabel#RecordWords {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.warn};"
            "border-radius: 8px; padding: 5px 10px; }"
        )

    def _place(self) -> None:
        self.words.adjustSize()
        self.words.move(
            max(8, self.width() - self.words.width() - EDGE_GAP_PX), self.height() - self.words.height() - EDGE_GAP_PX
        )
