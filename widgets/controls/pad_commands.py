"""What keys, menu and tool bar of the pad do; errors become sentences in the status line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from studio.errors import RicercarError
from studio.explore.mixing import Place
from studio.explore.pad import LETTERS
from studio.generation.latent import Phrase
from widgets.controls.announce import announce

if TYPE_CHECKING:
    from studio.explore.explorer import Explorer


class PadCommands:
    """`voice` is the widget in whose name results are spoken."""

    def __init__(self, explorer: Explorer, voice: QWidget) -> None:
        self._explorer = explorer
        self._voice = voice

    def step(self, right: float, down: float) -> None:
        """Move the pointer by shares of the pad; it stays on it."""
        self.go_to((_unit(self._explorer.x + right), _unit(self._explorer.y + down)))
        announce(self._voice, self._explorer.weights_words())

    def go_to(self, place: Place) -> None:
        """Put the pointer there, as a drag of one step."""
        self._explorer.move_to(*place)
        self._explorer.release()

    def go_to_anchor(self, slot: int) -> bool:
        """Put the pointer on a phrase; False where there is none."""
        anchors = self._explorer.pad.anchors
        anchor = anchors[slot] if slot < len(anchors) else None
        if anchor is not None:
            self.go_to((anchor.x, anchor.y))
            announce(self._voice, f"{LETTERS[slot]}: {anchor.label}")
        return anchor is not None

    def toggle_play(self) -> None:
        if self._explorer.is_playing:
            self._explorer.stop()
        elif self.has_phrases("it can be heard"):
            self.attempt(self._explorer.play)

    def has_phrases(self, then: str) -> bool:
        """Whether there is anything on the pad; if not, that is said, with what could be done then."""
        if not self._explorer.pad.slots:
            self._explorer.session.say(f"Put a phrase on a corner of the pad first, then {then}.")
        return bool(self._explorer.pad.slots)

    def pin(self) -> None:
        """What is heard becomes a take."""
        self.attempt(self._explorer.pin)

    def clear_path(self) -> None:
        if self._explorer.pad.path:
            self._explorer.clear_path()
            announce(self._voice, "Path removed")

    def put(self, slot: int, phrase: Phrase, place: Place) -> None:
        """Put a phrase on a corner, or in the other mode at a place."""
        spot = () if self._explorer.pad.mode == "corners" else place
        if self.attempt(lambda: self._explorer.place_anchor(slot, phrase, *spot)):
            announce(self._voice, f"{phrase.source} on {LETTERS[slot]}")

    def put_selection(self, slot: int, place: Place) -> None:
        """Put the notes or bars selected in the roll."""
        self.attempt(lambda: self.put(slot, self._explorer.phrase_of_selection(), place))

    def attempt(self, call: Callable[[], object]) -> bool:
        """Whether it went well."""
        try:
            call()
        except RicercarError as problem:
            self._explorer.session.say(str(problem), is_error=True)
            return False
        return True


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))
