"""The mixer: a strip for each track, and the master."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from studio.edits import tracks
from studio.session import Session
from studio.song.song import Strip, Track
from widgets import theme
from widgets.controls.buttons import LetterButton
from widgets.controls.fader import Fader, db_typed, db_words
from widgets.controls.knob import REVERB, Knob
from widgets.controls.level_meter import LevelMeter
from widgets.panel import Panel
from widgets.per_track import PerTrack
from widgets.strips import Levels, is_silenced, mute_edit, solo_edit
from widgets.theme import CARD_RADIUS_PX, LABEL_PX, TEXT_PX

STRIP_PX = 136
TALL_PX, TALLEST_PX = 280, 520
MASTER = 0
"""Stands for the master where a track id is asked; no track has it."""


class Mixer(Panel):
    title, area = "Mixer", "bottom"

    def build(self, session: Session) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = QWidget()
        held_up = QVBoxLayout(inside)
        held_up.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        held_up.addLayout(row, 1000)
        self._strips = PerTrack(row, lambda track: MixerStrip(session, track.id))
        held_up.addStretch(1)  # what strips at their full height leave over stays below them
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(8)
        self.master = MixerStrip(session, MASTER)
        row.addSpacing(12)
        row.addWidget(self.master)
        row.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)
        self.setMinimumHeight(150)
        self.listen(session.song_changed, lambda _before, _after: self._refresh())
        self.listen(session.selection_changed, self._refresh)
        self._refresh()

    def feed(self, levels: Levels, master: tuple[float, float], now_s: float) -> None:
        """Levels of the moment."""
        for track_id, strip in self._strips.by_id.items():
            strip.meter.feed(*levels.get(track_id, (0.0, 0.0)), now_s)
        self.master.meter.feed(*master, now_s)

    def strip(self, track_id: int) -> MixerStrip:
        return self._strips.by_id[track_id]

    def _refresh(self) -> None:
        song = self.session.song
        for track, strip in self._strips.follow(song):
            strip.show_strip(track.name, track.strip, track, is_silenced(song, track))
        self.master.show_strip("Master", song.master, None, False)


class MixerStrip(QWidget):
    """One strip. It shows what the song says and turns gestures into edits; a drag is one undo step."""

    def __init__(self, session: Session, track_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._track_id = track_id
        self._track: Track | None = None
        self._is_front = False
        self.name = QLabel()
        self.name.setFont(theme.font(TEXT_PX, bold=True))
        self.name.setStyleSheet("font-weight: 600;")
        self.level = _LevelEdit()
        self.knob = Knob()
        self.reverb = Knob(REVERB)
        self._reverb_label = _small_label("Reverb")
        self._pan_label = _small_label("Pan")
        self.fader = Fader("Volume")
        self.meter = LevelMeter("Level")
        self.mute = LetterButton("M", "Mute", "warn")
        self.solo = LetterButton("S", "Solo; Ctrl: this one only; Alt: none", "accent")
        self.setFixedWidth(STRIP_PX)
        self.setMaximumHeight(TALLEST_PX)
        for extra in (self.reverb, self._reverb_label, self._pan_label):
            extra.hide()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._lay_out()
        self.fader.changed.connect(self._set_gain)
        self.knob.changed.connect(self._set_pan)
        self.reverb.changed.connect(self._set_reverb)
        self.level.editingFinished.connect(self._type_gain)
        self.mute.clicked.connect(self._mute)
        self.solo.clicked.connect(self._solo)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.name, 1)
        head.addWidget(self.level)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self._pan_label)
        left.addWidget(self.knob, 0, Qt.AlignmentFlag.AlignLeft)
        left.addSpacing(8)
        left.addWidget(self._reverb_label)
        left.addWidget(self.reverb, 0, Qt.AlignmentFlag.AlignLeft)
        left.addStretch(1)
        if self._track_id != MASTER:
            letters = QHBoxLayout()
            letters.setSpacing(4)
            letters.addWidget(self.mute)
            letters.addWidget(self.solo)
            left.addLayout(letters)
        else:
            self.mute.hide()
            self.solo.hide()
        body = QHBoxLayout()
        body.setSpacing(4)
        body.addLayout(left)
        body.addStretch(1)
        body.addWidget(self.fader)
        body.addWidget(self.meter)
        column = QVBoxLayout(self)
        column.setContentsMargins(11, 12, 11, 11)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(body, 1)

    def show_strip(self, name: str, strip: Strip, track: Track | None, is_silenced: bool) -> None:
        """Show what the song says."""
        self._track = track
        self._is_front = track is not None and track.id == self._session.selection.track_id
        face = QFontMetrics(theme.font(TEXT_PX, bold=True))
        self.name.setText(face.elidedText(name, Qt.TextElideMode.ElideRight, STRIP_PX - 64))
        self.name.setToolTip(name)
        self.name.setEnabled(not is_silenced)
        self.setAccessibleName(f"{name} strip")
        self.level.show_db(strip.gain_db)
        self.fader.show_db(strip.gain_db)
        self.knob.show_value(strip.pan)
        self.reverb.show_value(strip.reverb)
        self.mute.setChecked(strip.is_muted)
        self.solo.setChecked(strip.is_solo)
        for control, what in (
            (self.fader, "volume"),
            (self.knob, "pan"),
            (self.reverb, "reverb"),
            (self.meter, "level"),
            (self.level, "volume in dB"),
        ):
            control.setAccessibleName(f"{name} {what}")
        self.update()

    @property
    def _strip(self) -> Strip:
        song = self._session.song
        return song.master if self._track_id == MASTER else song.track(self._track_id).strip

    def _change(self, strip: Strip, label: str, gesture: object) -> None:
        if self._track_id == MASTER:
            self._session.do(tracks.set_master(strip, gesture))
        else:
            self._session.do(tracks.set_strip(self._track_id, strip, label, gesture))

    def _set_gain(self, db: float, gesture: object) -> None:
        self._change(replace(self._strip, gain_db=db), "Change volume", gesture)

    def _set_pan(self, pan: float, gesture: object) -> None:
        self._change(replace(self._strip, pan=pan), "Change pan", gesture)

    def _set_reverb(self, share: float, gesture: object) -> None:
        self._change(replace(self._strip, reverb=round(share)), "Change reverb", gesture)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is height, as in the Mix workspace, there is more to turn."""
        is_tall = self.height() >= TALL_PX
        self._pan_label.setVisible(is_tall)
        for widget in (self.reverb, self._reverb_label):
            widget.setVisible(is_tall and self._track_id != MASTER)
        super().resizeEvent(event)

    def _type_gain(self) -> None:
        db = db_typed(self.level.text())
        if db is None:
            self._session.say(f"«{self.level.text()}» is no level. Type decibels such as -6, or -inf.", is_error=True)
        elif db_words(db) != db_words(self._strip.gain_db):
            self._set_gain(db, None)
        self.level.show_db(self._strip.gain_db)

    def _mute(self) -> None:
        self._session.do(mute_edit(self._session.song, self._track_id))

    def _solo(self) -> None:
        self._session.do(solo_edit(self._session.song, self._track_id, QApplication.keyboardModifiers()))
        if self._track is not None:
            self.solo.setChecked(self._strip.is_solo)

    def mousePressEvent(self, event: object) -> None:
        if self._track_id != MASTER:
            self._session.select(frozenset(), track_id=self._track_id)

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


def _small_label(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "dim")
    return label


class _LevelEdit(QLineEdit):
    """The fader's level as text that can be typed over."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "value")
        self.setFont(theme.mono(LABEL_PX))
        self.setStyleSheet(f"font-size: {LABEL_PX}px;")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedSize(42, 20)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setToolTip("Type a level in dB")
        self.returnPressed.connect(self.clearFocus)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.selectAll()  # not one half of the number only

    def show_db(self, db: float) -> None:
        if not self.hasFocus() or not self.isModified():
            self.setText(db_words(db))
