"""Strips of the two effects: how loud their wet sound comes back, and the room of the reverb."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from studio.edits import tracks
from studio.session import Session
from studio.song.mixing import Return
from studio.words import tr
from widgets import theme
from widgets.controls.knob import DAMPING, ROOM, WIDTH, Knob
from widgets.key_words import tip
from widgets.strip_frame import StripFrame, knob_column

Name = Literal["reverb", "chorus"]
RETURN_PX = 124


class ReturnStrip(StripFrame):
    """Of the reverb, with its room, or of the chorus; a drag is one undo step."""

    def __init__(self, session: Session, of: Name, parent: QWidget | None = None) -> None:
        self.of: Name = of
        super().__init__(session, RETURN_PX, parent)
        self.room, self.damping, self.width_knob = Knob(ROOM), Knob(DAMPING), Knob(WIDTH)
        self._room_knobs = (
            (self.room, "room_size", tr("Change room size")),
            (self.damping, "damping", tr("Change damping")),
            (self.width_knob, "width", tr("Change width of reverb")),
        )
        if of == "reverb":
            pairs = ((tr("Room"), self.room), (tr("Damp"), self.damping), (tr("Width"), self.width_knob))
            self.left.insertWidget(0, knob_column(*pairs), 0, Qt.AlignmentFlag.AlignHCenter)
        for knob, field, label in self._room_knobs:
            knob.setParent(self if of == "chorus" else knob.parentWidget())
            knob.setVisible(of == "reverb")
            knob.changed.connect(
                lambda value, gesture, field=field, label=label: self._change(label, gesture, **{field: value / 100})
            )
            knob.typing_asked.connect(
                lambda knob=knob, field=field, label=label: self.type_for(
                    knob, lambda value: self._change(label, None, **{field: value / 100})
                )
            )
        tip(self.mute, tr("Mute the {effect}: all strips are heard dry", effect=self.title), f"mute {of}")

    @property
    def title(self) -> str:
        return tr("Reverb") if self.of == "reverb" else tr("Chorus")

    @property
    def _return(self) -> Return:
        effects = self.session.song.effects
        return effects.reverb if self.of == "reverb" else effects.chorus

    def show_return(self) -> None:
        """Show what the song says."""
        effects, wet = self.session.song.effects, self._return
        self.stripe = theme.current().colour("muted")
        self.show_frame(self.title, wet.gain_db, wet.is_muted, wet.is_muted)
        about = tr("Return: scales the wet sound of every strip")
        self.subtitle.show_words(tr("Return"), about, is_link=False)
        for knob, field, _ in self._room_knobs:
            knob.show_value(round(getattr(effects, field) * 100))
            knob.setAccessibleName(tr("{name} of the reverb", name=knob.scale.name))

    def change_gain(self, db: float, gesture: object) -> None:
        self._replace(replace(self._return, gain_db=db), tr("Change return of {effect}", effect=self.title), gesture)

    def turn_mute(self) -> None:
        wet = self._return
        words = tr("Unmute {effect}", effect=self.title) if wet.is_muted else tr("Mute {effect}", effect=self.title)
        self._replace(replace(wet, is_muted=not wet.is_muted), words, None)

    def _replace(self, wet: Return, label: str, gesture: object) -> None:
        effects = self.session.song.effects
        changed = replace(effects, reverb=wet) if self.of == "reverb" else replace(effects, chorus=wet)
        self.session.do(tracks.set_effects(changed, label, gesture))

    def _change(self, label: str, gesture: object, **fields: float) -> None:
        self.session.do(tracks.set_effects(replace(self.session.song.effects, **fields), label, gesture))  # type: ignore[arg-type]  # shares only
