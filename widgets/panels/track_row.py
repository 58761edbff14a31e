"""One row of the track list: colour, name, instrument, level, mute and solo."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QSizePolicy, QWidget

from studio.generation.constraint_words import Demand
from studio.song.mixing import Group
from studio.song.song import Track
from studio.words import tr
from widgets import theme, track_icons
from widgets.controls.buttons import LetterButton
from widgets.controls.fader import part_at
from widgets.controls.level_meter import Ballistics, db_of
from widgets.controls.pressable import SmallIcon
from widgets.drag_out import has_left
from widgets.key_words import tip
from widgets.panels.header_chips import HEIGHT_PX, HeaderChips
from widgets.strips import sound_words
from widgets.theme import LABEL_PX, TARGET_PX, TEXT_PX

ROW_PX = 62
OUT_PX = 24
"""So far beside the list a hand carries the track away from it."""


class TrackRow(QWidget):
    """Shows a track and tells what the hand does; it changes nothing itself."""

    chosen = Signal(int)
    renamed = Signal(int, str)
    rename_ended = Signal()
    instrument_wanted = Signal(int)
    mute_pressed = Signal(int)
    lock_pressed = Signal(int)
    solo_pressed = Signal(int, object)
    menu_wanted = Signal(int, object)
    dragged = Signal(int, float)
    dropped = Signal(int, float)
    carried = Signal(int, object)
    """(track, the keys held): at every move of a hand that has pulled it out of the list; `let_go` ends that."""
    constraint_wanted = Signal(int)
    demand_removed = Signal(int, object)

    def __init__(self, track: Track, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.track = track
        self.is_front = False
        self.is_silenced = False
        self.is_playing = False
        self.is_missing = False
        """Whether its SoundFont is not there."""
        self.is_armed = False
        """Whether it is recorded into."""
        self._group: Group | None = None
        self._level = Ballistics()
        self._press: QPointF | None = None
        self._is_dragging = False
        self._editor: QLineEdit | None = None
        self.setFixedHeight(ROW_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.mute = LetterButton("M", tr("Mute"), "warn", self)
        self.solo = LetterButton("S", tr("Solo; Ctrl: this one only; Alt: none"), "accent", self)
        tip(self.mute, tr("Mute"), "mute")
        tip(self.solo, tr("Solo; Ctrl: this one only; Alt: none"), "solo")
        self.lock = SmallIcon("unlocked", "", self)
        self.lock.clicked.connect(lambda: self.lock_pressed.emit(self.track.id))
        self.mute.clicked.connect(self._on_mute)
        self.solo.clicked.connect(self._on_solo)
        self.chips = HeaderChips(self)
        self.chips.hide()
        self.chips.wanted.connect(lambda: self.constraint_wanted.emit(self.track.id))
        self.chips.removed.connect(lambda demand: self.demand_removed.emit(self.track.id, demand))

    def sizeHint(self) -> QSize:
        return QSize(200, ROW_PX)

    def show_track(self, track: Track, is_front: bool, is_silenced: bool, demands: tuple[Demand, ...] = ()) -> None:
        """`demands`: what takes on it keep to."""
        self.chips.show_demands(demands)
        self.setFixedHeight(ROW_PX + (HEIGHT_PX if demands else 0))
        self.setAccessibleDescription(self.chips.words())
        self.track, self.is_front, self.is_silenced = track, is_front, is_silenced
        self.mute.setChecked(track.strip.is_muted)
        self.solo.setChecked(track.strip.is_solo)
        if track.is_locked:
            self.lock.show_icon("locked", tr("Locked: nothing changes this track. Click to unlock it"), "accent")
        else:
            self.lock.show_icon("unlocked", tr("Lock this track: nothing changes its notes then"))
        self._show_lock()
        self.setAccessibleName(", ".join((track.name, sound_words(track), *self._states())))
        self.setToolTip(self._about())
        self.update()

    def show_group(self, group: Group | None) -> None:
        """Which group it is in."""
        self._group = group

    def _states(self) -> list[str]:
        """What a screen reader says beside the name."""
        said = (
            (self.track.is_frozen, tr("frozen")),
            (self.track.is_hidden, tr("hidden")),
            (self._group is not None, tr("in {group}", group=self._group.name if self._group is not None else "")),
        )
        return [words for is_so, words in said if is_so]

    def _about(self) -> str:
        font = self.track.instrument.font
        if self.is_missing and font is not None:
            return tr("The SoundFont «{font}» is not there: the usual one plays. Right-click to choose another.", font=font.name)
        return tr(
            "Double-click to rename, drag up or down to reorder, sideways out of the list to carry the track into another "
            "program as a MIDI file, right-click for more"
        )

    @property
    def _left_px(self) -> int:
        """Where its words begin; members of a group stand in."""
        return 16 if self._group is None else 24

    def _show_lock(self) -> None:
        """An open padlock only where the hand is, or the work."""
        self.lock.setVisible(self.track.is_locked or self.is_front or self.underMouse())

    def enterEvent(self, event: QEnterEvent) -> None:
        self._show_lock()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._show_lock()
        super().leaveEvent(event)

    def arm(self, is_armed: bool) -> None:
        """Show that it is recorded into, or no more."""
        if is_armed != self.is_armed:
            self.is_armed = is_armed
            self.setAccessibleDescription(tr("Recorded into") if is_armed else "")
            self.update()

    def feed(self, peak: float, now_s: float, is_playing: bool) -> None:
        """The level of the moment."""
        before = self._level.shown_db
        self._level.feed(db_of(peak), now_s)
        if is_playing != self.is_playing or self._level.shown_db != before:
            self.is_playing = is_playing
            self.update(self._bar_rect().adjusted(-2, -2, 2, 2))

    def rename(self) -> None:
        """Type a name in place."""
        if self._editor is not None:
            return
        editor = QLineEdit(self.track.name, self)
        editor.setAccessibleName(tr("Track name"))
        editor.setMaxLength(255)
        editor.setGeometry(10, 5, self.mute.x() - 16, 26)
        editor.selectAll()
        editor.returnPressed.connect(self._take_name)
        editor.installEventFilter(self)
        self._editor = editor
        editor.show()
        editor.setFocus()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self._editor:
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                self._close_editor()
                return True
            if event.type() == QEvent.Type.FocusOut:
                self._take_name()
        return False

    def _take_name(self) -> None:
        editor = self._editor
        if editor is None:
            return
        name = editor.text().strip()
        self._close_editor()
        if name and name != self.track.name:
            self.renamed.emit(self.track.id, name)

    def _close_editor(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.removeEventFilter(self)
            if editor.hasFocus():
                self.rename_ended.emit()  # hidden with the keyboard, it would hand it to any neighbour
            editor.hide()
            editor.deleteLater()

    def _on_mute(self) -> None:
        self.mute_pressed.emit(self.track.id)

    def _on_solo(self) -> None:
        self.solo_pressed.emit(self.track.id, QApplication.keyboardModifiers())

    def resizeEvent(self, event: QEvent) -> None:
        right = self.width() - 14
        self.solo.move(right - 24, 12)
        self.mute.move(right - 24 - 28, 12)
        self.chips.setGeometry(16, ROW_PX - 6, self.width() - 26, HEIGHT_PX)
        self.lock.setGeometry(right - 24, 36, TARGET_PX, TARGET_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._press = event.position()
            self.chosen.emit(self.track.id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            return
        if not -OUT_PX < event.position().x() < self.width() + OUT_PX or has_left(self, event.position()):
            self._is_dragging = False
            self.carried.emit(self.track.id, event.modifiers())
            return
        far = abs(event.position().y() - self._press.y()) >= QApplication.startDragDistance()
        if far or self._is_dragging:
            self._is_dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(self.track.id, self.mapToParent(event.position()).y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging:
            self.dropped.emit(self.track.id, self.mapToParent(event.position()).y())
        self.let_go()

    def let_go(self) -> None:
        self._press, self._is_dragging = None, False
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.position().y() < 29:
            self.rename()
        else:
            self.instrument_wanted.emit(self.track.id)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.chosen.emit(self.track.id)
        self.menu_wanted.emit(self.track.id, event.globalPos())

    def _bar_rect(self) -> QRect:
        return QRect(self._left_px, 48, max(40, min(130, self.width() - 90)), 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colour = tokens.track(self.track.colour, 0.35 if self.is_silenced else 1.0)
            if self.is_front:
                painter.fillRect(self.rect(), tokens.colour("raised"))
            left = self._left_px
            if self._group is not None:
                painter.fillRect(QRect(0, 0, 4, self.height()), tokens.track(self._group.colour, 0.5))
            painter.fillRect(QRect(left - 16, 0, 4, self.height() - 1), colour)
            painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), tokens.colour("line"))
            self._paint_words(painter, left, self.mute.x() - left - 6)
            self._paint_level(painter)

    def _paint_words(self, painter: QPainter, left: int, room: int) -> None:
        """Icon and name; below, the instrument, or what is amiss."""
        tokens, is_faint = theme.current(), self.is_silenced or self.track.is_hidden
        icon = QRectF(left - 1, 10, 15, 15)
        if self.is_armed:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("warn"))
            painter.drawEllipse(icon.adjusted(2, 2, -2, -2))
        else:
            track_icons.paint(painter, track_icons.icon_of(self.track), icon, tokens.colour("dim" if is_faint else "muted"))
        painter.setFont(theme.font(TEXT_PX, bold=True))
        painter.setPen(tokens.colour("muted" if is_faint else "text"))
        face = painter.fontMetrics()
        painter.drawText(left + 19, 23, face.elidedText(self.track.name, Qt.TextElideMode.ElideRight, room - 19))
        painter.setFont(theme.font(LABEL_PX))
        painter.setPen(tokens.colour("warn" if self.is_missing else "dim" if is_faint else "muted"))
        font = self.track.instrument.font
        words = f"\N{WARNING SIGN} {font.name}" if self.is_missing and font is not None else sound_words(self.track)
        if self.track.is_hidden:
            words = tr("{words} (hidden)", words=words)
        if self.track.is_frozen:
            track_icons.paint(painter, track_icons.FROZEN, QRectF(left, 31, 10, 10), tokens.colour("accent"))
            left, room = left + 14, room - 14
        painter.drawText(left, 40, painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room))

    def _paint_level(self, painter: QPainter) -> None:
        """At rest the fader's place; while playing that place faintly and the level of the moment over it."""
        tokens = theme.current()
        bar = QRectF(self._bar_rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.colour("line_strong"))
        painter.drawRoundedRect(bar, 1.5, 1.5)
        faint = self.is_playing or self.is_silenced
        painter.setBrush(tokens.track(self.track.colour, 0.3 if faint else 1.0))
        place = QRectF(bar.left(), bar.top(), bar.width() * part_at(self.track.strip.gain_db), bar.height())
        painter.drawRoundedRect(place, 1.5, 1.5)
        if self.is_playing and self._level.shown_db > -60:
            part = min(1.0, (self._level.shown_db + 60) / 66)
            painter.setBrush(tokens.track(self.track.colour))
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * part, bar.height()), 1.5, 1.5)
