"""Strips of the mixer: of a track, of a group, and of the master."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from studio.edits import grouping, tracks
from studio.errors import RicercarError
from studio.session import Session
from studio.song.mixing import Group
from studio.song.song import Strip, Track
from studio.words import counted, mark, tr
from widgets import theme, track_icons
from widgets.controls.buttons import LetterButton
from widgets.controls.inline_edit import InlineEdit
from widgets.controls.knob import CHORUS, REVERB, Knob, pan_typed, pan_words
from widgets.controls.pressable import SmallIcon
from widgets.controls.value_edit import ValueEdit
from widgets.key_words import tip
from widgets.strip_frame import STRIP_PX, SmallPicture, StripFrame, knob_column
from widgets.strips import (
    fold_edit,
    group_mute_edit,
    group_solo_edit,
    instrument_words,
    mute_edit,
    safe_edit,
    solo_edit,
    sound_words,
)

MASTER_PX = 156
SOLO_TIP = mark("Solo; Ctrl: this one only; Alt: none; right-click: safe from the solo of others")


class _Named(StripFrame):
    """A strip whose name is typed in its place after a double click; `rename` takes it."""

    menu_wanted = Signal(int, QPoint)

    def __init__(self, session: Session, entry_id: int, width_px: int = STRIP_PX, parent: QWidget | None = None) -> None:
        self.entry_id = entry_id
        super().__init__(session, width_px, parent)
        self.solo = LetterButton("S", tr(SOLO_TIP), "accent")
        self.letters.addWidget(self.solo)
        self.solo.clicked.connect(self.turn_solo)
        self.whole_name = ""

    def turn_solo(self) -> None:
        raise NotImplementedError

    def rename(self, name: str) -> None:
        raise NotImplementedError

    def attempt(self, name: str) -> None:
        try:
            self.rename(name)
        except RicercarError as problem:
            self.session.say(str(problem), is_error=True)

    def begin_rename(self) -> None:
        """Type a name in place."""
        place = QRect(6, self.name.y() - 3, self.width() - 12, 24)
        InlineEdit(self, place, self.whole_name, tr("Name"), self.attempt)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.name.geometry().contains(event.position().toPoint()):
            self.begin_rename()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(self.entry_id, event.globalPos())


class TrackStrip(_Named):
    """It shows what the song says of a track and turns gestures into edits; a drag is one undo step."""

    instrument_wanted = Signal(int)

    def __init__(self, session: Session, track_id: int, parent: QWidget | None = None) -> None:
        super().__init__(session, track_id, parent=parent)
        self._track = session.song.track(track_id)
        self.picture = SmallPicture(self._paint_picture)
        self.frozen = SmallPicture(self._paint_frozen, 12)
        self.head.insertWidget(0, self.picture)
        self.head.insertWidget(2, self.frozen)
        self.frozen.setToolTip(tr("Frozen: it plays the sound that was rendered of it"))
        self.instrument = self.subtitle
        self.knob = Knob()
        self.pan = ValueEdit(tr("Type a pan, such as L30, C or R100"), 40, Qt.AlignmentFlag.AlignHCenter)
        self.reverb, self.chorus = Knob(REVERB), Knob(CHORUS)
        self._sends = knob_column((tr("Reverb"), self.reverb), (tr("Chorus"), self.chorus))
        for index, widget in enumerate((self.knob, self.pan, self._sends)):
            self.left.insertWidget(index, widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self._sends.hide()
        tip(self.mute, tr("Mute"), "mute")
        tip(self.solo, tr(SOLO_TIP), "solo")
        self._connect()

    def _connect(self) -> None:
        self.knob.changed.connect(lambda pan, gesture: self._change(tr("Change pan"), gesture, pan=pan))
        self.knob.typing_asked.connect(lambda: self.pan.type_for(self.knob))
        self.pan.editingFinished.connect(self._type_pan)
        self.solo.asked_aside.connect(lambda: self.session.do(safe_edit(self.session.song, self.entry_id)))
        for knob, change in ((self.reverb, self._send_reverb), (self.chorus, self._send_chorus)):
            knob.changed.connect(change)
            knob.typing_asked.connect(lambda knob=knob, change=change: self.type_for(knob, change))

    def _paint_picture(self, painter: QPainter, square: QRectF) -> None:
        role = "muted" if self.name.isEnabled() else "dim"
        track_icons.paint(painter, track_icons.icon_of(self._track), square, theme.current().colour(role))

    def _paint_frozen(self, painter: QPainter, square: QRectF) -> None:
        track_icons.paint(painter, track_icons.FROZEN, square, theme.current().colour("accent"))

    def show_track(self, track: Track, group: Group | None, *, is_silenced: bool, is_missing: bool) -> None:
        """Show what the song says; `is_missing`: its SoundFont is not there."""
        tokens, strip = theme.current(), track.strip
        self._track, self.whole_name = track, track.name
        self.is_front = track.id == self.session.selection.track_id
        self.stripe = tokens.track(track.colour, 0.35 if is_silenced else 1.0)
        self.underline = None if group is None else tokens.track(group.colour)
        self.frozen.setVisible(track.is_frozen)
        self.name.setToolTip(tr("{name}: double-click to rename", name=track.name))
        self.show_frame(track.name, strip.gain_db, strip.is_muted, is_silenced)
        self.knob.show_value(strip.pan)
        self.pan.show_text(pan_words(strip.pan))
        self.reverb.show_value(strip.reverb)
        self.chorus.show_value(strip.chorus)
        self.solo.setChecked(strip.is_solo)
        self.solo.mark(strip.is_solo_safe)
        self._show_instrument(track, is_missing)
        for control, words in (
            (self.knob, tr("{name} pan", name=track.name)),
            (self.pan, tr("{name} pan", name=track.name)),
            (self.reverb, tr("{name} reverb", name=track.name)),
            (self.chorus, tr("{name} chorus", name=track.name)),
            (self.solo, tr("Solo {name}", name=track.name)),
        ):
            control.setAccessibleName(words)
        self.picture.update()

    def _show_instrument(self, track: Track, is_missing: bool) -> None:
        font = track.instrument.font
        words = instrument_words(track)
        about = tr("{instrument}: click for another instrument", instrument=sound_words(track))
        if is_missing and font is not None:
            words = f"\N{WARNING SIGN} {font.name}"
            about = tr("The SoundFont «{font}» is not there: the usual one plays. Click for another.", font=font.name)
        self.instrument.show_words(words, words if track.is_audio else about, is_link=not track.is_audio)
        colour = f"color: {theme.current().warn};" if is_missing else ""
        self.instrument.setStyleSheet(f"font-size: {theme.LABEL_PX}px; {colour}")

    # Gestures to edits

    @property
    def _strip(self) -> Strip:
        return self.session.song.track(self.entry_id).strip

    def _change(self, label: str, gesture: object, **fields: float) -> None:
        if self.session.song.has_track(self.entry_id):
            strip = replace(self._strip, **fields)  # type: ignore[arg-type]  # each field has its own kind of number
            if not self.session.do(tracks.set_strip(self.entry_id, strip, label, gesture)):
                self._show_sends()

    def _show_sends(self) -> None:
        """Refused: the knobs stand where they stood."""
        self.reverb.show_value(self._strip.reverb)
        self.chorus.show_value(self._strip.chorus)

    def change_gain(self, db: float, gesture: object) -> None:
        self._change(tr("Change volume"), gesture, gain_db=db)

    def _send_reverb(self, value: float, gesture: object = None) -> None:
        self._change(tr("Change reverb"), gesture, reverb=round(value))

    def _send_chorus(self, value: float, gesture: object = None) -> None:
        self._change(tr("Change chorus"), gesture, chorus=round(value))

    def _type_pan(self) -> None:
        pan = pan_typed(self.pan.text())
        if pan is None:
            self.session.say(tr("«{pan}» is no pan. Type L30, C or R100.", pan=self.pan.text()), is_error=True)
        elif pan_words(pan) != pan_words(self._strip.pan):
            self._change(tr("Change pan"), None, pan=pan)
        self.pan.show_text(pan_words(self._strip.pan))

    def turn_mute(self) -> None:
        self.session.do(mute_edit(self.session.song, self.entry_id))

    def turn_solo(self) -> None:
        self.session.do(solo_edit(self.session.song, self.entry_id, QApplication.keyboardModifiers()))
        if self.session.song.has_track(self.entry_id):
            self.solo.setChecked(self._strip.is_solo)

    def rename(self, name: str) -> None:
        self.session.do(tracks.rename_track(self.entry_id, name))

    def follow_subtitle(self) -> None:
        self.instrument_wanted.emit(self.entry_id)

    # Qt

    def show_more(self, is_tall: bool) -> None:
        super().show_more(is_tall)
        self._sends.setVisible(is_tall)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.session.select(frozenset(), track_id=self.entry_id)


class GroupStrip(_Named):
    """The one fader over the members of a group; its meter shows the loudest of them."""

    def __init__(self, session: Session, group_id: int, parent: QWidget | None = None) -> None:
        super().__init__(session, group_id, parent=parent)
        self.fold = SmallIcon("unfolded", "", self)
        self.fold.setFixedSize(24, 24)
        self.fold.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.letters.addWidget(self.fold)
        self.fold.clicked.connect(self.turn_fold)
        self.meter.setToolTip(tr("The loudest of its tracks"))
        tip(self.mute, tr("Mute every track of the group"), "mute group")
        tip(self.solo, tr("Solo the group; Ctrl: nothing else; Alt: none"), "solo group")

    def show_group(self, group: Group, count: int) -> None:
        """Show what the song says of a group of so many tracks."""
        colour = theme.current().track(group.colour)
        self.whole_name, self.stripe, self.underline = group.name, colour, colour
        words = tr("Show its tracks") if group.is_folded else tr("Fold: show only the group")
        self.fold.show_icon("folded" if group.is_folded else "unfolded", words)
        self.name.setToolTip(tr("{name}: double-click to rename", name=group.name))
        tracks_words = counted(count, "{n} track", "{n} tracks")
        self.subtitle.show_words(tracks_words, tracks_words, is_link=False)
        self.show_frame(group.name, group.strip.gain_db, group.strip.is_muted, group.strip.is_muted)
        self.solo.setChecked(group.strip.is_solo)
        self.solo.setAccessibleName(tr("Solo {name}", name=group.name))

    @property
    def _strip(self) -> Strip:
        group = self.session.song.group(self.entry_id)
        return Strip() if group is None else group.strip

    def change_gain(self, db: float, gesture: object) -> None:
        strip = replace(self._strip, gain_db=db)
        self.session.do(grouping.set_group_strip(self.entry_id, strip, tr("Change volume of group"), gesture))

    def turn_mute(self) -> None:
        self.session.do(group_mute_edit(self.session.song, self.entry_id))
        self.mute.setChecked(self._strip.is_muted)

    def turn_solo(self) -> None:
        self.session.do(group_solo_edit(self.session.song, self.entry_id, QApplication.keyboardModifiers()))
        self.solo.setChecked(self._strip.is_solo)

    def turn_fold(self) -> None:
        self.session.do(fold_edit(self.session.song, self.entry_id))

    def rename(self, name: str) -> None:
        self.session.do(grouping.rename_group(self.entry_id, name))


class MasterStrip(StripFrame):
    """The sum of all strips; its limiter belongs to the song, its mono check to whoever listens."""

    mono_turned = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, MASTER_PX, parent)
        self.knob = Knob()
        self.pan = ValueEdit(tr("Type a pan, such as L30, C or R100"), 40, Qt.AlignmentFlag.AlignHCenter)
        self.limiter = LetterButton("L", tr("Limiter: bends peaks of the mix below full scale, here and in exports"), "accent")
        self.mono = LetterButton("\N{WHITE CIRCLE}", tr("Mono"), "warn")
        for index, widget in enumerate((self.knob, self.pan)):
            self.left.insertWidget(index, widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self.letters.addWidget(self.limiter)
        self.letters.addWidget(self.mono)
        self.stripe = QColor(theme.current().text)
        tip(self.mute, tr("Mute the mix"), "mute master")
        tip(self.limiter, tr("Limiter: bends peaks of the mix below full scale, here and in exports"), "limiter")
        tip(self.mono, tr("Mono check: hear left and right as one; exports stay stereo"), "mono check")
        self.knob.changed.connect(lambda pan, gesture: self._change(gesture, pan=pan))
        self.knob.typing_asked.connect(lambda: self.pan.type_for(self.knob))
        self.pan.editingFinished.connect(self._type_pan)
        self.limiter.clicked.connect(lambda: session.do(tracks.set_limiter(not session.song.is_limited)))
        self.mono.clicked.connect(self.mono_turned)

    def show_master(self, strip: Strip, is_limited: bool) -> None:
        self.stripe = QColor(theme.current().text)
        self.show_frame(tr("Master"), strip.gain_db, strip.is_muted)
        self.subtitle.show_words(tr("All tracks"), tr("All tracks"), is_link=False)
        self.knob.show_value(strip.pan)
        self.pan.show_text(pan_words(strip.pan))
        self.limiter.setChecked(is_limited)
        self.knob.setAccessibleName(tr("{name} pan", name=tr("Master")))
        self.pan.setAccessibleName(tr("{name} pan", name=tr("Master")))

    def show_mono(self, is_on: bool) -> None:
        self.mono.setChecked(is_on)

    def _change(self, gesture: object, **fields: float) -> None:
        strip = replace(self.session.song.master, **fields)  # type: ignore[arg-type]  # each field has its own kind of number
        self.session.do(tracks.set_master(strip, gesture))

    def change_gain(self, db: float, gesture: object) -> None:
        self._change(gesture, gain_db=db)

    def _type_pan(self) -> None:
        pan = pan_typed(self.pan.text())
        if pan is None:
            self.session.say(tr("«{pan}» is no pan. Type L30, C or R100.", pan=self.pan.text()), is_error=True)
        elif pan_words(pan) != pan_words(self.session.song.master.pan):
            self._change(None, pan=pan)
        self.pan.show_text(pan_words(self.session.song.master.pan))

    def turn_mute(self) -> None:
        master = self.session.song.master
        self.session.do(tracks.set_master(replace(master, is_muted=not master.is_muted)))
