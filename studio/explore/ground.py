"""Ground: what every call of the explorer stands on: the pad, its space, what is decoded, and how a change goes round."""

from __future__ import annotations

from dataclasses import replace

from studio.events import Signal
from studio.explore.chart import Cell, Chart, Setting
from studio.explore.controls import PadControls, unit
from studio.explore.errands import Ask
from studio.explore.listening import KeyHere
from studio.explore.mixing import Place
from studio.explore.pad import KeptTaste, Pad
from studio.explore.palette import PhraseCalls
from studio.explore.surface import weights_words
from studio.generation.latent import Space
from studio.generation.library import ListedModel
from studio.session import Session
from studio.song.clip import Clip
from studio.words import tr


class Ground(PadControls, PhraseCalls):
    """Signals: `pad_changed()`, `moved(x, y)`, `phrase_changed()`, `grid_changed(cells)` (those that were drawn anew or are
    gone), `path_changed()`, `palette_changed()`; sentences go to `session.said`."""

    def __init__(self, session: Session, ask: Ask) -> None:
        PhraseCalls.__init__(self, session)
        self._ask = ask
        self._chart = Chart(session.jobs, ask, self._setting)
        self._space_of: dict[str, Space] = {}
        self._key_here = KeyHere(session)
        self._trial: Pad | None = None
        """The pad while one of its anchors is being dragged: heard, and not kept yet."""
        self.models: tuple[ListedModel, ...] = ()
        self._last_taste = 0
        self.reconstruction_shown = False
        self.pad_changed: Signal[()] = Signal()
        self.moved: Signal[float, float] = Signal()
        self.phrase_changed: Signal[()] = Signal()
        self.grid_changed: Signal[tuple[Cell, ...]] = self._chart.grid_changed
        self.path_changed: Signal[()] = self._chart.path_changed
        self._chart.located.listen(self.pad_changed.emit)
        self._chart.said.listen(self._say)

    @property
    def pad(self) -> Pad:
        return self._shelves.pad

    @property
    def heard_pad(self) -> Pad:
        """The pad, with the anchor that is being dragged where it is now."""
        return self._trial or self.pad

    @property
    def space(self) -> Space | None:
        """The space of the chosen model; None when there is no such model here."""
        return self._space_of.get(self.pad.model)

    @property
    def pointer(self) -> Place:
        return self._chart.place

    @property
    def x(self) -> float:
        return self._chart.place[0]

    @property
    def y(self) -> float:
        return self._chart.place[1]

    @property
    def phrase(self) -> Clip | None:
        """What is heard at the pointer; while a place is being decoded, what was heard before."""
        return self._chart.clip

    @property
    def is_own(self) -> bool:
        """Whether the pointer is on an anchor and its own notes are heard."""
        return self._chart.step is not None and self._chart.step.is_own

    @property
    def decode_ms(self) -> float | None:
        """Measured from the last move that was decoded to its phrase being here."""
        return self._chart.decode_ms

    @property
    def grid(self) -> dict[Cell, Clip]:
        return self._chart.grid

    @property
    def path_places(self) -> tuple[Place, ...]:
        return self.pad.path_places

    @property
    def path_phrases(self) -> tuple[Clip | None, ...]:
        return tuple(self._chart.path_clips)

    @property
    def is_working(self) -> bool:
        """Whether something is being decoded."""
        return not self._chart.errands.is_idle

    @property
    def taste(self) -> KeptTaste | None:
        """What the switch turns on: the taste that the pad names, else the one last heard or learned in this model."""
        shelf = self._shelves.shelf
        last = shelf.kept_taste(self.pad.taste) or shelf.kept_taste(self._last_taste)
        of_model = [kept for kept in shelf.tastes if self._is_of_model(kept)]
        return last if last in of_model else next(reversed(of_model), None)

    @property
    def taste_on(self) -> bool:
        """Whether places are drawn into a taste."""
        return self._heard_taste is not None

    @property
    def taste_fault(self) -> str:
        """Why the pad is heard without the taste that it names; empty when nothing is amiss."""
        pad = self.pad
        if not pad.taste or self.space is None or self.taste_on:
            return ""
        if self._shelves.shelf.kept_taste(pad.taste) is None:
            return tr("The taste of this pad is not in this project any more: it is heard without. Learn your taste again.")
        return tr(
            "The taste of this pad was learned in another version of {model}: it is heard without. Learn your taste again.",
            model=self.model_title(pad.model),
        )

    def weights_words(self) -> str:
        """Such as "A 28 · B 26 · C 23 · D 23 %"."""
        pad = self.heard_pad
        return weights_words(pad.weights(self.x, self.y, self._chart.surface.placed(pad) or None))

    # Inside

    def _say(self, text: str, is_error: bool) -> None:
        self.session.say(text, is_error)

    def _setting(self) -> Setting:
        pad = self.heard_pad
        key = self._key_here.now() if pad.in_key != "off" else None
        kept = self._heard_taste
        taste = None if kept is None else kept.taste
        return Setting(pad, self.space, key.pitch_classes if key else None, taste, self.reconstruction_shown)

    def _change(self, pad: Pad, *, is_work: bool = True) -> None:
        before, was_trying = self.pad, self._trial is not None
        self._trial = None
        if not self._shelves.change_pad(pad, is_work=is_work):
            if was_trying:
                self._chart.redo()
            return
        after = self.pad
        if (before.model, before.line) != (after.model, after.line):
            self._chart.drop_decoded()
        path_only = replace(before, id=after.id, path=after.path, path_steps=after.path_steps, hold_bars=after.hold_bars)
        if path_only != after:
            self._chart.redo()
        elif (before.path, before.path_steps) != (after.path, after.path_steps):
            self._chart.redo_path()
        self.pad_changed.emit()

    def _point(self, x: float, y: float) -> None:
        place = (unit(x), unit(y))
        slot = self.pad.slot_at(*place)
        anchor = None if slot is None else self.pad.anchors[slot]
        place = place if anchor is None else (anchor.x, anchor.y)
        self._chart.aim(place)
        self.moved.emit(*place)

    @property
    def _heard_taste(self) -> KeptTaste | None:
        kept = self._shelves.shelf.kept_taste(self.pad.taste)
        return kept if kept is not None and self._is_of_model(kept) else None

    def _is_of_model(self, kept: KeptTaste) -> bool:
        """Whether a taste lies in the space of the chosen model as it is installed."""
        return kept.taste.model == self.pad.model and kept.weights == self._weights()

    def _weights(self) -> str:
        card = next((model.card for model in self.models if model.id == self.pad.model), None)
        return "" if card is None else card.weights_sha256
