"""Collection: the shelf of the present song, kept beside it so that the project file holds it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from studio.explore.pad import BESIDE, KeptTaste, Pad, Shelf
from studio.generation.latent import Taste
from studio.session import Session

MOST_KEPT = 500
"""Pads of committed bars; of more the oldest is forgotten."""
MOST_TASTES = 40
"""Each is a quarter of a megabyte; of more the oldest is forgotten."""


class Collection:
    """What is on it is an immutable `Shelf`; every change makes another, which is unsaved work of the session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.shelf = Shelf()
        self.adopt()

    @property
    def pad(self) -> Pad:
        return self.shelf.pad

    def adopt(self) -> None:
        """Another song was opened: take what was kept beside it."""
        beside = self._session.beside.get(BESIDE)
        self.shelf = beside if isinstance(beside, Shelf) else Shelf()

    def change_pad(self, pad: Pad, *, is_work: bool = True) -> bool:
        """Another pad; False when it is the same. A pad that bars were committed from stays kept: it goes on under a new id.

        `is_work` False: nothing the composer would miss, so it counts as unsaved only with the next change.
        """
        if pad == self.pad:
            return False
        kept = self.shelf.kept_pad(pad.id)
        if kept is not None and pad != kept:
            pad = replace(pad, id=self.shelf.next_pad_id)
        self._change(is_work, pad=pad)
        return True

    def change(self, **parts: Any) -> None:
        """Other parts of the shelf by name."""
        self._change(True, **parts)

    def keep_pad(self) -> None:
        """Bars come from the pad as it is now: remember it under its id."""
        if self.shelf.kept_pad(self.pad.id) is None:
            self.change(kept=(*self.shelf.kept, self.pad)[-MOST_KEPT:])

    def keep_taste(self, taste: Taste, weights: str, sources: tuple[str, ...]) -> KeptTaste:
        """Remember a taste; of those learned in the same model before, only what a pad names stays."""
        shelf = self.shelf
        made = KeptTaste(shelf.next_taste_id, taste, weights, sources)
        named = {pad.taste for pad in shelf.pads}
        stay = tuple(kept for kept in shelf.tastes if kept.id in named or kept.taste.model != taste.model)
        self.change(tastes=(*stay, made)[-MOST_TASTES:])
        return made

    def _change(self, is_work: bool, **parts: Any) -> None:
        self.shelf = replace(self.shelf, **parts)
        if is_work:
            self._session.keep_beside(BESIDE, self.shelf)
