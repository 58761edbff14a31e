"""Shaping: recipes carried out on the selection, tried before they are applied, and repeated with the settings of last time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from studio.edits.changing import count_of
from studio.edits.humanising import Humaniser
from studio.errors import RicercarError
from studio.knobs import KnobValue, filled
from studio.session import Session
from studio.song.rows import joined
from studio.song.song import Song, span_of
from studio.words import mark, tr
from widgets.piano_roll.recipes import BY_ID, Material, Recipe, Values, new_ids
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tools import Preview

NOTHING_THERE = mark("There are no notes to work on. Select some first, or draw some.")
MOST_TRIED = 20_000
"""More notes than this are changed when asked for, but not shown beforehand."""


class Shaping:
    """Acts on the selected notes; `ask(recipe)`, set by the panel, opens the dialog of a recipe."""

    def __init__(self, session: Session, state: RollState) -> None:
        self.session, self.state = session, state
        self.ask: Callable[[Recipe], object] = lambda recipe: self.apply(recipe.id)
        self._values: dict[str, dict[str, KnobValue]] = {}
        self._humaniser = Humaniser()

    def values_of(self, recipe: Recipe) -> dict[str, KnobValue]:
        """The settings of last time."""
        return dict(self._values.get(recipe.id) or filled(recipe.knobs, {}))

    def again(self, recipe_id: str) -> None:
        """With the settings of last time; with nothing selected the dialog asks first whether the whole track is meant."""
        recipe = BY_ID[recipe_id]
        material = self.material(recipe)
        if material is None:
            self.session.say(tr(NOTHING_THERE))
        elif self.session.selection.note_ids:
            if recipe_id == "humanise" and recipe_id in self._values:
                seed = int(self._values[recipe_id]["seed"])
                self._values[recipe_id]["seed"] = seed % 9999 + 1
            self.apply(recipe_id)
        else:
            self.ask(recipe)

    def asked(self, recipe_id: str) -> None:
        recipe = BY_ID[recipe_id]
        if self.material(recipe) is None:
            self.session.say(tr(NOTHING_THERE))
        else:
            self.ask(recipe)

    def apply(self, recipe_id: str, values: Values | None = None) -> bool:
        """Carry a recipe out, as one undo step; the settings are those of next time."""
        recipe = BY_ID[recipe_id]
        material = self.material(recipe)
        if material is None:
            self.session.say(tr(NOTHING_THERE))
            return False
        chosen = filled(recipe.knobs, dict(values)) if values is not None else self.values_of(recipe)
        self._values[recipe_id] = chosen
        before = self.session.heard_song()
        try:
            edit = recipe.make(material, chosen)
            after = edit.apply(before)
        except RicercarError as problem:
            self.session.say(str(problem), is_error=True)
            return False
        if not self.session.do(
            replace(edit, apply=lambda song: after if song is before else edit.apply(song)),
            self._selected_after(recipe, material, after),
        ):
            self.session.say(tr("{recipe}: nothing had to change.", recipe=tr(recipe.title)))
            return False
        if recipe_id == "humanise":
            self._humaniser.done(before, after, material.ids)
        lost = before.note_count + after.next_id - before.next_id - after.note_count
        if lost > 0 and recipe_id != "arpeggiate":
            self.session.say(tr("{notes} fell on notes already there and became one with them.", notes=count_of(lost)))
        return True

    def trial(self, recipe_id: str, values: Values) -> tuple[Preview | None, frozenset[int], str]:
        """What it would look like on the track in front, which notes it would change, and why it cannot be (or "")."""
        recipe = BY_ID[recipe_id]
        material = self.material(recipe)
        if material is None or len(material.ids) > MOST_TRIED:
            return None, frozenset(), ""
        try:
            after = recipe.make(material, filled(recipe.knobs, dict(values))).apply(material.song)
        except RicercarError as problem:
            return None, frozenset(), str(problem)
        if not after.has_track(self.state.track_id):
            return None, frozenset(), ""
        notes = after.track(self.state.track_id).notes
        fresh = np.arange(material.song.next_id, after.next_id)
        rows = joined((notes.with_ids(material.ids), notes.with_ids(fresh)))
        return Preview(rows=rows), material.ids, ""

    def about(self, recipe: Recipe) -> str:
        """What the dialog says above the settings."""
        if self.session.selection.note_ids:
            return tr(recipe.about)
        track = self.state.track
        count = count_of(len(self.state.notes))
        name = track.name if track is not None else ""
        return tr(
            "{about} Nothing is selected: it works on all of «{name}», {notes}.", about=tr(recipe.about), name=name, notes=count
        )

    def material(self, recipe: Recipe) -> Material | None:
        """The selected notes, else (where the recipe may) all of the track in front; None without any."""
        song, ids = self.session.heard_song(), self.session.selection.note_ids
        if not ids and recipe.on_all:
            ids = frozenset(self.state.notes.rows["id"].tolist())
        found = [track.notes.with_ids(ids) for track in song.tracks] if ids else []
        span = span_of(joined(found))
        if span is None:
            return None
        state = self.state
        return Material(song, ids, state.track_id, span, state.snap, state.viewport.ticks_per_px, self._humaniser)

    def _selected_after(self, recipe: Recipe, material: Material, after: Song) -> frozenset[int] | None:
        if not self.session.selection.note_ids:
            return None
        fresh = new_ids(material.song, after)
        return fresh if recipe.id == "repeat" and fresh else material.ids | fresh
