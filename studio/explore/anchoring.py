"""Anchoring: phrases on the slots of the pad, the composer's and samples of the space."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from studio.errors import UnsupportedRequest
from studio.explore import mixing, placing
from studio.explore.controls import unit
from studio.explore.ground import Ground
from studio.explore.pad import LETTERS, Anchor, Pad
from studio.explore.palette import LONGEST_NAME
from studio.generation.latent import Phrase
from studio.words import tr


class Anchoring(Ground):
    """A slot is one of four corners, or one of eight anchors that stand anywhere."""

    def refusal(self, slot: int) -> str:
        """Why the model cannot use the phrase of a slot; empty when it can."""
        return self._chart.surface.refusal(self.pad, slot)

    @property
    def analogy_refusal(self) -> str:
        """Why the model cannot use one of the analogy's phrases; empty when it can."""
        return self._chart.surface.analogy_refusal(self.pad)

    def set_analogy_phrase(self, end: Literal["start", "goal"], phrase: Phrase | None) -> None:
        """One end of the way along which every place is moved; None takes it off."""
        if phrase is not None and self._is_empty(phrase):
            return
        analogy = self.pad.analogy
        start, goal = (phrase, analogy.goal) if end == "start" else (analogy.start, phrase)
        self._change(replace(self.pad, analogy=replace(analogy, start=start, goal=goal)))

    def place_anchor(self, slot: int, phrase: Phrase, x: float | None = None, y: float | None = None) -> None:
        """Put a phrase on a slot; in the mode of free anchors at a place."""
        if not 0 <= slot < len(self.pad.anchors):
            return
        if self._is_empty(phrase):
            return
        free = placing.free_place(self.pad, slot)
        at = (free[0] if x is None else unit(x), free[1] if y is None else unit(y))
        label = phrase.source[:LONGEST_NAME] or tr("Phrase {letter}", letter=LETTERS[slot])
        self._change(self.pad.with_anchor(slot, Anchor(label, phrase, *at)))

    def clear_anchor(self, slot: int) -> None:
        if 0 <= slot < len(self.pad.anchors):
            self._change(self.pad.with_anchor(slot, None))

    def move_anchor(self, slot: int, x: float, y: float) -> None:
        """Only in the mode of free anchors: corners stay where they are."""
        self._change(self._with_moved(slot, x, y))

    def try_anchor(self, slot: int, x: float, y: float) -> None:
        """Hear the pointer's place as it is with an anchor elsewhere; `move_anchor` keeps it there, `end_trial` does not."""
        self._trial = self._with_moved(slot, x, y)
        self._chart.aim(self._chart.place)
        self.moved.emit(*self._chart.place)

    def end_trial(self) -> None:
        """The pad is heard as it is kept."""
        self._change(self.pad)

    def fill_empty_corners(self) -> None:
        """Phrases drawn from the prior for the first four slots that are empty."""
        empty = [slot for slot in range(4) if self.pad.anchors[slot] is None]
        if self.space is None:
            self.session.say(tr("There is no model with a space to explore. Install or train one first."), is_error=True)
        elif empty:
            self._chart.want_samples(len(empty), self.pad.seed, self._place_samples)

    def sample_phrase(self) -> None:
        """A phrase drawn from the prior goes to the palette, each time another one."""
        if self.space is None:
            raise UnsupportedRequest(tr("There is no model with a space to sample from."), tr("Install or train one first."))
        seed = self.pad.seed + 1 + sum(phrase.source.startswith("Sampled") for phrase in self.palette)

        def sampled(found: tuple[Phrase, ...]) -> None:
            for phrase in found or self._no_samples():
                self.add_to_palette(phrase)

        self._chart.want_samples(1, seed, sampled)

    # Inside

    def _is_empty(self, phrase: Phrase) -> bool:
        """Whether there is nothing to place, which is said."""
        if not phrase.clip.note_count:
            self.session.say(
                tr("«{source}» has no notes. Choose another phrase.", source=phrase.source or tr("The phrase")), is_error=True
            )
        return not phrase.clip.note_count

    def _with_moved(self, slot: int, x: float, y: float) -> Pad:
        anchor = self.pad.anchors[slot] if 0 <= slot < len(self.pad.anchors) else None
        if anchor is None or self.pad.mode != "anchors":
            return self.pad
        return self.pad.with_anchor(slot, replace(anchor, x=unit(x), y=unit(y)))

    def _place_samples(self, found: tuple[Phrase, ...]) -> None:
        empty = [slot for slot in range(4) if self.pad.anchors[slot] is None]
        pad = self.pad
        for slot, phrase in zip(empty, found, strict=False):
            pad = pad.with_anchor(slot, Anchor(phrase.source, phrase, *mixing.CORNERS[slot]))
        if not found:
            self._no_samples()
        self._change(pad, is_work=not self.pad.is_blank)

    def _no_samples(self) -> tuple[Phrase, ...]:
        self.session.say(tr("The samples came out without notes. Try another seed."), is_error=True)
        return ()
