"""What keys, menu and tool bar of the pad do; errors become sentences in the status line."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from studio.errors import RicercarError
from studio.explore.mixing import Place
from studio.explore.pad import LETTERS, Mode
from studio.generation.latent import Phrase
from studio.words import tr
from widgets.controls.announce import announce

if TYPE_CHECKING:
    from studio.explore.explorer import Explorer


ON_POINT = 0.026
"""So near a point of the path the pointer stands on it: a little further than it settles on a phrase."""


class PadCommands:
    """`voice` is the widget in whose name results are spoken."""

    def __init__(self, explorer: Explorer, voice: QWidget) -> None:
        self._explorer = explorer
        self._voice = voice

    # The pointer

    def step(self, right: float, down: float) -> None:
        """Move the pointer by shares of the pad; it stays on it."""
        self.go_to((_unit(self._explorer.x + right), _unit(self._explorer.y + down)))
        announce(self._voice, self._explorer.weights_words())

    def carry(self, right: float, down: float) -> None:
        """Move what the pointer is on, a point of the path or a free anchor, and the pointer with it."""
        explorer, index = self._explorer, self.point_here()
        slot = explorer.pad.slot_at(explorer.x, explorer.y)
        there = (_unit(explorer.x + right), _unit(explorer.y + down))
        if index is not None:
            explorer.edit_path_point(index, *there)
        elif slot is not None and explorer.pad.mode == "anchors":
            explorer.move_anchor(slot, *there)
        else:
            explorer.session.say(tr("The pointer is on no point of the path and on no free anchor. Go to one first."))
            return
        self.go_to(there)
        announce(self._voice, tr("{x:.0f} % across, {x_2:.0f} % down", x=there[0] * 100, x_2=there[1] * 100))

    def go_to(self, place: Place) -> None:
        """Put the pointer there, as a drag of one step."""
        self._explorer.move_to(*place)
        self._explorer.release()

    def go_to_anchor(self, slot: int) -> None:
        """Put the pointer on a phrase."""
        anchors = self._explorer.pad.anchors
        anchor = anchors[slot] if slot < len(anchors) else None
        if anchor is None:
            self._explorer.session.say(tr("There is no phrase on {letter}.", letter=LETTERS[slot]))
            return
        self.go_to((anchor.x, anchor.y))
        announce(self._voice, f"{LETTERS[slot]}: {anchor.label}")

    def toggle_play(self) -> None:
        if self._explorer.is_playing:
            self._explorer.stop()
        elif self.has_phrases(tr("it can be heard")):
            self.attempt(self._explorer.play)

    def has_phrases(self, then: str) -> bool:
        """Whether there is anything on the pad; if not, that is said, with what could be done then."""
        if not self._explorer.pad.slots:
            self._explorer.session.say(tr("Put a phrase on a corner of the pad first, then {then}.", then=then))
        return bool(self._explorer.pad.slots)

    def pin(self) -> None:
        """What is heard becomes a take."""
        self.attempt(self._explorer.pin)

    def turn_reconstruction(self) -> None:
        """On a phrase: its own notes, or what the model makes of it."""
        shown = not self._explorer.reconstruction_shown
        self._explorer.show_reconstruction(shown)
        announce(self._voice, tr("Phrases as the model hears them") if shown else tr("Phrases with their own notes"))

    # The path

    def point_here(self) -> int | None:
        """The point of the path that the pointer stands on."""
        explorer = self._explorer
        ways = [(hypot(explorer.x - x, explorer.y - y), index) for index, (x, y) in enumerate(explorer.pad.path)]
        way, index = min(ways, default=(1.0, 0))
        return index if way <= ON_POINT else None

    def add_point(self) -> None:
        """The pointer's place becomes the path's next point; the first one begins a path."""
        if self.has_phrases(tr("a path can lead between them")):
            self._explorer.add_path_point(self._explorer.x, self._explorer.y)
            announce(self._voice, tr("Point {count} of the path", count=len(self._explorer.pad.path)))

    def remove_point(self) -> None:
        """Take the point under the pointer out of the path, else the last one."""
        path, index = self._explorer.pad.path, self.point_here()
        if path:
            self._explorer.remove_path_point(len(path) - 1 if index is None else index)
            announce(self._voice, tr("Point removed, {count} left", count=len(path) - 1))

    def step_point(self, by: int) -> None:
        """Go to the next point of the path or back to the one before, and hear it."""
        path, index = self._explorer.pad.path, self.point_here()
        if not path:
            self._explorer.session.say(tr("There is no path yet. Draw one, or add a point where the pointer is."))
            return
        at = (0 if by > 0 else len(path) - 1) if index is None else (index + by) % len(path)
        self.go_to(path[at])
        announce(self._voice, tr("Point {at} of {count}", at=at + 1, count=len(path)))

    def clear_path(self) -> None:
        if self._explorer.pad.path:
            self._explorer.clear_path()
            announce(self._voice, tr("Path removed"))

    # The pad

    def turn_mode(self) -> None:
        """Four corners, or anchors that stand anywhere."""
        mode: Mode = "anchors" if self._explorer.pad.mode == "corners" else "corners"
        self._explorer.set_mode(mode)
        announce(self._voice, tr("Free anchors") if mode == "anchors" else tr("Four corners"))

    def fill(self) -> None:
        """Samples on the corners that are empty."""
        self.attempt(self._explorer.fill_empty_corners)

    def clear_here(self) -> None:
        """Take the phrase under the pointer off the pad."""
        slot = self._explorer.pad.slot_at(self._explorer.x, self._explorer.y)
        if slot is None:
            self._explorer.session.say(tr("The pointer is on no phrase. Go to one first."))
            return
        self._explorer.clear_anchor(slot)
        announce(self._voice, tr("{letter} is empty", letter=LETTERS[slot]))

    def take_snapshot(self) -> None:
        """Remember the pad and where the pointer stands, under the next free name."""
        taken = {snapshot.name for snapshot in self._explorer.snapshots}
        name = next(words for n in range(1, len(taken) + 2) if (words := f"Snapshot {n}") not in taken)
        self._explorer.take_snapshot(name)
        announce(self._voice, tr("{name} taken", name=name))

    def restore_last(self) -> None:
        """Pad and pointer as they were in the snapshot taken last."""
        snapshots = self._explorer.snapshots
        if not snapshots:
            self._explorer.session.say(tr("There is no snapshot yet. Take one first."))
            return
        self._explorer.restore(len(snapshots) - 1)
        announce(self._voice, tr("{name} restored", name=snapshots[-1].name))

    def put(self, slot: int, phrase: Phrase, place: Place) -> None:
        """Put a phrase on a corner, or in the other mode at a place."""
        spot = () if self._explorer.pad.mode == "corners" else place
        if self.attempt(lambda: self._explorer.place_anchor(slot, phrase, *spot)):
            announce(self._voice, tr("{source} on {letter}", source=phrase.source, letter=LETTERS[slot]))

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
