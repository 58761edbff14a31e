"""Explorer: the one object that the Explore workspace talks to: pad, pointer, grid, path, palette and what is heard.

It knows neither Qt nor torch. Only the thread that made the session may call it; models are asked in jobs, one errand at
a time, and nothing here waits for them.
"""

from __future__ import annotations

from dataclasses import replace

from studio.explore.anchoring import Anchoring
from studio.explore.chart import GRID_SIZE
from studio.explore.errands import Ask
from studio.explore.keeping import Keeping
from studio.explore.pad import Pad
from studio.explore.surface import spaces
from studio.explore.tasting import Tasting
from studio.explore.writing import Writing
from studio.generation.library import Library
from studio.generation.offer import first_choice
from studio.session import Session
from studio.words import tr


class Explorer(Anchoring, Writing, Keeping, Tasting):
    """The calls are in the classes it is made of; here is which model is asked, and the change to another song."""

    grid_size = GRID_SIZE

    def __init__(self, session: Session, ask: Ask) -> None:
        super().__init__(session, ask)
        session.opened.listen(self._adopt)

    def offer_models(self, library: Library) -> None:
        """The models there are; a pad without one gets one that is no experiment and suits the selected track."""
        self._titles = {model.id: model.title for model in library.cards()}
        self._space_of = spaces(library)
        self.models = tuple(model for model in library.cards() if model.id in self._space_of)
        self._choose_default()
        self._tell_of_taste()
        self.pad_changed.emit()

    def choose_model(self, model_id: str) -> None:
        if model_id not in self._space_of:
            self.session.say(
                tr("The model «{model_id}» has no space to explore. Choose one of the list.", model_id=model_id), is_error=True
            )
            return
        self._change(self._with_model(self.pad, model_id))

    def wake(self) -> None:
        """The workspace is in view: locate and decode what is missing."""
        if not self._chart.is_drawn or not self._chart.is_path_ready:
            self._chart.redo()

    # Inside

    def _with_model(self, pad: Pad, model_id: str) -> Pad:
        before, space = self.space, self._space_of[model_id]
        known = {attribute.name for attribute in space.attributes}
        hold = space.bars if before is None or pad.hold_bars == before.bars else pad.hold_bars
        pushed = {name: value for name, value in pad.attributes.items() if name in known}
        return replace(pad, model=model_id, hold_bars=hold, attributes=pushed, taste=0 if model_id != pad.model else pad.taste)

    def _choose_default(self) -> None:
        if self.pad.model in self._space_of or not self.pad.is_blank or not self.models:
            return
        chosen = self.session.selection.track_id
        for_drums = self.session.song.has_track(chosen) and self.session.song.track(chosen).instrument.is_drum
        self._change(self._with_model(self.pad, first_choice(self.models, for_drums=for_drums).id), is_work=False)

    def _adopt(self) -> None:
        """Another song: its pads instead of those of the one before."""
        self._wants_sound = False
        self._trial = None
        self._listening.stop()
        self._commit_due = None
        self.reconstruction_shown = False
        self._stop_learning()
        self._chart.clear()
        self._chart.errands.halt()
        self._shelves.adopt()
        self._choose_default()
        self.grid_changed.emit(())
        self.pad_changed.emit()
        self.palette_changed.emit()
        self.path_changed.emit()
        self.phrase_changed.emit()
        self.moved.emit(self.x, self.y)
        self._tell_of_taste()
