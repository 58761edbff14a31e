"""MixerStrip: one strip of the mixer, of a track or the master."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.edits import tracks
from studio.errors import RicercarError
from studio.session import Session
from studio.song.song import Strip, Track
from studio.words import mark, tr
from widgets import theme
from widgets.controls.buttons import LetterButton
from widgets.controls.fader import Fader, db_typed, db_words
from widgets.controls.inline_edit import InlineEdit
from widgets.controls.knob import CHORUS, REVERB, Knob, pan_typed, pan_words
from widgets.controls.level_meter import LevelMeter
from widgets.controls.value_edit import ValueEdit
from widgets.strips import instrument_words, mute_edit, safe_edit, solo_edit
from widgets.theme import CARD_RADIUS_PX, TEXT_PX

STRIP_PX = 136
TALL_PX, TALLEST_PX = 280, 520
MASTER = 0
"""Stands for the master where a track id is asked; no track has it."""


class MixerStrip(QWidget):
    """It shows what the song says and turns gestures into edits; a drag is one undo step."""

    instrument_wanted = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, session: Session, track_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._track_id = track_id
        self._track: Track | None = None
        self._is_front = False
        self.name = QLabel()
        self.name.setFont(theme.font(TEXT_PX, bold=True))
        self.name.setStyleSheet("font-weight: 600;")
        self.instrument = _Link(lambda: self.instrument_wanted.emit(track_id))
        self.level = ValueEdit(tr("Type a level in dB"), 42)
        self.knob = Knob()
        self.pan = ValueEdit(tr("Type a pan, such as L30, C or R100"), 40, Qt.AlignmentFlag.AlignHCenter)
        self.reverb, self.chorus = Knob(REVERB), Knob(CHORUS)
        self.fader = Fader(tr("Volume"))
        self.meter = LevelMeter(tr("Level"))
        self.mute = LetterButton("M", tr("Mute"), "warn")
        self.solo = LetterButton(
            "S", tr("Solo; Ctrl: this one only; Alt: none; right-click: safe from the solo of others"), "accent"
        )
        self.limiter = LetterButton("L", tr("Limiter: bends peaks of the mix below full scale, here and in exports"), "accent")
        self.setFixedWidth(STRIP_PX)
        self.setMaximumHeight(TALLEST_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._sends = self._lay_out()
        self._connect()

    @property
    def _is_master(self) -> bool:
        return self._track_id == MASTER

    def _lay_out(self) -> QWidget:
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.name, 1)
        head.addWidget(self.level)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(self.knob, 0, Qt.AlignmentFlag.AlignHCenter)
        left.addWidget(self.pan, 0, Qt.AlignmentFlag.AlignHCenter)
        sends = _knobs((tr("Reverb"), self.reverb), (tr("Chorus"), self.chorus))
        sends.hide()
        left.addWidget(sends)
        left.addStretch(1)
        letters = QHBoxLayout()
        letters.setSpacing(4)
        for button, is_here in ((self.mute, True), (self.solo, not self._is_master), (self.limiter, self._is_master)):
            if is_here:
                letters.addWidget(button)
            else:
                button.setParent(self)
                button.hide()
        left.addLayout(letters)
        body = QHBoxLayout()
        body.setSpacing(4)
        body.addLayout(left)
        body.addStretch(1)
        body.addWidget(self.fader)
        body.addWidget(self.meter)
        column = QVBoxLayout(self)
        column.setContentsMargins(11, 12, 11, 11)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.instrument)
        column.addLayout(body, 1)
        self.instrument.hide()
        return sends

    def _connect(self) -> None:
        self.fader.changed.connect(lambda db, gesture: self._change(mark("volume"), gesture, gain_db=db))
        self.knob.changed.connect(lambda pan, gesture: self._change(mark("pan"), gesture, pan=pan))
        self.reverb.changed.connect(lambda share, gesture: self._change(mark("reverb"), gesture, reverb=round(share)))
        self.chorus.changed.connect(lambda share, gesture: self._change(mark("chorus"), gesture, chorus=round(share)))
        self.fader.typing_asked.connect(lambda: self.level.type_for(self.fader))
        self.knob.typing_asked.connect(lambda: self.pan.type_for(self.knob))
        self.level.editingFinished.connect(self._type_gain)
        self.pan.editingFinished.connect(self._type_pan)
        self.mute.clicked.connect(self._mute)
        self.solo.clicked.connect(self._solo)
        self.solo.asked_aside.connect(self._turn_safe)
        self.limiter.clicked.connect(self._turn_limiter)

    def show_strip(self, name: str, strip: Strip, track: Track | None, is_silenced: bool) -> None:
        """Show what the song says."""
        self._track = track
        self._is_front = track is not None and track.id == self._session.selection.track_id
        face = QFontMetrics(theme.font(TEXT_PX, bold=True))
        self.name.setText(face.elidedText(name, Qt.TextElideMode.ElideRight, STRIP_PX - 68))
        self.name.setToolTip(name if self._is_master else tr("{name}: double-click to rename", name=name))
        self.name.setEnabled(not is_silenced)
        self.setAccessibleName(tr("{name} strip", name=name))
        self.level.show_text(db_words(strip.gain_db))
        self.fader.show_db(strip.gain_db)
        self.knob.show_value(strip.pan)
        self.pan.show_text(pan_words(strip.pan))
        self.reverb.show_value(strip.reverb)
        self.chorus.show_value(strip.chorus)
        self.mute.setChecked(strip.is_muted)
        self.solo.setChecked(strip.is_solo)
        self.solo.mark(strip.is_solo_safe)
        self.limiter.setChecked(self._session.song.is_limited)
        words = instrument_words(track) if track is not None else self.tr("All tracks")
        self.instrument.show_words(words, is_link=track is not None and not track.is_audio)
        for control, what in (
            (self.fader, tr("volume")),
            (self.knob, tr("pan")),
            (self.pan, tr("pan")),
            (self.reverb, tr("reverb")),
            (self.chorus, tr("chorus")),
            (self.meter, tr("level")),
            (self.level, tr("volume in dB")),
        ):
            control.setAccessibleName(f"{name} {what}")
        self.update()

    # Gestures to edits

    @property
    def _strip(self) -> Strip:
        song = self._session.song
        return song.master if self._is_master else song.track(self._track_id).strip

    def _change(self, what: str, gesture: object, **fields: float) -> None:
        if not (self._is_master or self._session.song.has_track(self._track_id)):
            return
        strip = replace(self._strip, **fields)  # type: ignore[arg-type]  # each field has its own kind of number
        if self._is_master:
            self._session.do(tracks.set_master(strip, gesture))
        else:
            self._session.do(tracks.set_strip(self._track_id, strip, tr("Change {what}", what=tr(what)), gesture))

    def _type_gain(self) -> None:
        db = db_typed(self.level.text())
        if db is None:
            self._session.say(
                tr("«{words}» is no level. Type decibels such as -6, or -inf.", words=self.level.text()), is_error=True
            )
        elif db_words(db) != db_words(self._strip.gain_db):
            self._change(mark("volume"), None, gain_db=db)
        self.level.show_text(db_words(self._strip.gain_db))

    def _type_pan(self) -> None:
        pan = pan_typed(self.pan.text())
        if pan is None:
            self._session.say(tr("«{words}» is no pan. Type L30, C or R100.", words=self.pan.text()), is_error=True)
        elif pan_words(pan) != pan_words(self._strip.pan):
            self._change(mark("pan"), None, pan=pan)
        self.pan.show_text(pan_words(self._strip.pan))

    def _mute(self) -> None:
        if self._is_master:
            self._session.do(tracks.set_master(replace(self._strip, is_muted=not self._strip.is_muted)))
        else:
            self._session.do(mute_edit(self._session.song, self._track_id))

    def _solo(self) -> None:
        self._session.do(solo_edit(self._session.song, self._track_id, QApplication.keyboardModifiers()))
        if self._track is not None:
            self.solo.setChecked(self._strip.is_solo)

    def _turn_safe(self) -> None:
        self._session.do(safe_edit(self._session.song, self._track_id))

    def _turn_limiter(self) -> None:
        self._session.do(tracks.set_limiter(not self._session.song.is_limited))

    def _rename(self, name: str) -> None:
        try:
            self._session.do(tracks.rename_track(self._track_id, name))
        except RicercarError as problem:
            self._session.say(str(problem), is_error=True)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is height, as in the Mix workspace, there is more to turn."""
        is_tall = self.height() >= TALL_PX
        self._sends.setVisible(is_tall and not self._is_master)
        self.instrument.setVisible(is_tall)
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._is_master:
            self._session.select(frozenset(), track_id=self._track_id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._is_master and self.name.geometry().contains(event.position().toPoint()) and self._track is not None:
            place = QRect(6, self.name.y() - 3, STRIP_PX - 12, 24)
            InlineEdit(self, place, self._track.name, self.tr("Track name"), self._rename)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self._is_master:
            self.menu_wanted.emit(self._track_id, event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(tokens.colour("line_strong") if self._is_front else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("raised"))
            box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(box, CARD_RADIUS_PX, CARD_RADIUS_PX)
            stripe = QColor(tokens.text) if self._track is None else tokens.track(self._track.colour)
            painter.setClipRect(QRectF(0, 0, self.width(), 3))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(stripe)
            painter.drawRoundedRect(box, CARD_RADIUS_PX, CARD_RADIUS_PX)


class _Link(QLabel):
    """A line of small text that a click follows."""

    def __init__(self, follow: Callable[[], object]) -> None:
        super().__init__()
        self._follow = follow
        self._is_link = False
        self.setProperty("role", "muted")
        self.setFont(theme.font(theme.LABEL_PX))
        self.setStyleSheet(f"font-size: {theme.LABEL_PX}px;")

    def show_words(self, words: str, *, is_link: bool) -> None:
        self._is_link = is_link
        face = QFontMetrics(self.font())
        self.setText(face.elidedText(words, Qt.TextElideMode.ElideRight, STRIP_PX - 24))
        self.setToolTip(tr("{words}: click for another instrument", words=words) if is_link else words)
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_link and event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._follow()


def _knobs(*pairs: tuple[str, Knob]) -> QWidget:
    """Knobs with their names beside them, one under the other."""
    grid_widget = QWidget()
    grid = QGridLayout(grid_widget)
    grid.setContentsMargins(0, 6, 0, 0)
    grid.setVerticalSpacing(1)
    for row, (words, knob) in enumerate(pairs):
        label = QLabel(words)
        label.setProperty("role", "dim")
        grid.addWidget(label, 2 * row, 0, Qt.AlignmentFlag.AlignHCenter)
        grid.addWidget(knob, 2 * row + 1, 0, Qt.AlignmentFlag.AlignHCenter)
    return grid_widget
