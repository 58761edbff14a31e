"""Chart: what the pad sounds like, decoded bit by bit: at the pointer first, then along the path, then over the grid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from studio.errors import RicercarError, UnsupportedRequest
from studio.events import Signal
from studio.explore import mixing, voicing
from studio.explore.committing import Step
from studio.explore.errands import Ask, Errand, Errands
from studio.explore.mixing import Floats, Place
from studio.explore.pad import Pad
from studio.explore.surface import Surface
from studio.generation.latent import Decoded, Decoding, LatentAnswer, Located, Locating, Phrase, Space, Taste
from studio.jobs.board import JobBoard
from studio.song.clip import Clip
from studio.song.ticks import TICKS_PER_BEAT
from studio.words import tr

GRID_SIZE = 7
FIRST_BATCH, BATCH_S = 7, 0.05
"""Points asked for at once before it is known how long one takes; how long a batch may keep the pointer waiting."""
SAMPLED_TRIES = 3

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What decoding depends on beside the place. `space` None: there is no model to ask."""

    pad: Pad
    space: Space | None
    pitch_classes: frozenset[int] | None = None
    taste: Taste | None = None
    shows_reconstruction: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that sound."""
        if self.space is not None:
            return self.space.parts
        anchors = [anchor for anchor in self.pad.anchors if anchor is not None]
        only_drums = anchors and all({at for at, _ in a.phrase.clip.parts} == set(a.phrase.drums) for a in anchors)
        return (voicing.DRUMS,) if only_drums else ("melody",)

    @property
    def lengths(self) -> tuple[int, ...]:
        """How long the phrases last that can be heard on the pad, in ticks."""
        window = () if self.space is None else (self.space.bars * 4 * TICKS_PER_BEAT,)
        return window + tuple(anchor.phrase.clip.length_ticks for anchor in self.pad.anchors if anchor is not None)

    def own(self, place: Place) -> Phrase | None:
        """The phrase whose anchor a place is on, where its own notes are what is heard."""
        slot = self.pad.slot_at(*place)
        anchor = None if slot is None else self.pad.anchors[slot]
        is_pushed = self.taste is not None or any(self.pad.attributes.values()) or self.pad.analogy.phrases
        return None if anchor is None or self.shows_reconstruction or is_pushed else anchor.phrase


class Chart:
    """Signals: `heard()` another phrase is at the pointer, `grid_changed(cells)`, `path_changed()`, `located()`,
    `said(text, is_error)`."""

    def __init__(self, jobs: JobBoard, ask: Ask, setting: Callable[[], Setting]) -> None:
        self._setting = setting
        self._serial = self._era = 0
        self.surface = Surface()
        self.errands = Errands(jobs, ask, self._next)
        self.heard: Signal[()] = Signal()
        self.grid_changed: Signal[tuple[Cell, ...]] = Signal()
        self.path_changed: Signal[()] = Signal()
        self.located: Signal[()] = Signal()
        self.said: Signal[str, bool] = Signal()
        self.clear()

    def clear(self) -> None:
        """Nothing is known, nothing wanted: another song. Answers to what was asked before come too late."""
        self._era += 1
        self.place: Place = (0.5, 0.5)
        self.step: Step | None = None
        self.clip: Clip | None = None
        self.decode_ms: float | None = None
        self.grid: dict[Cell, Clip] = {}
        self.path_clips: list[Clip | None] = []
        self._rung = ""
        self._path_places: tuple[Place, ...] = ()
        self._heard_serial = self._serial
        self._aimed_s = 0.0
        self._pointer_due = False
        self._path_due: list[int] = []
        self._grid_due: list[Cell] = []
        self._samples_due = 0
        self._samples_seed = 1
        self._sampled: Callable[[tuple[Phrase, ...]], object] = _nothing
        self._point_s: float | None = None

    # What is wanted

    def aim(self, place: Place) -> None:
        """Hear this place: at once where the composer's own notes are, else as soon as it is decoded."""
        self._aim(place)
        self.errands.go()

    def _aim(self, place: Place) -> None:
        setting = self._setting()
        self.place = place
        self._serial += 1
        self._aimed_s = perf_counter()
        own = setting.own(place)
        self._pointer_due = own is None and bool(setting.pad.slots)
        if own is not None:
            self._show(self._serial, Step(place, voicing.voiced(own, setting.parts), own.clip.length_ticks, True), own.clip)
        elif not setting.pad.slots:
            self._show(self._serial, None, None)

    def redo(self) -> None:
        """What the decodings depend on has changed: everything once more. What was decoded stands until it is replaced."""
        setting = self._setting()
        self._grid_due = list(mixing.grid_order(GRID_SIZE, *self.place)) if setting.pad.slots else []
        if not setting.pad.slots and self.grid:
            gone = tuple(self.grid)
            self.grid = {}
            self.grid_changed.emit(gone)
        self._aim(self.place)
        self.redo_path()

    def drop_decoded(self) -> None:
        """Another model: what was decoded says nothing any more."""
        gone, self.grid = tuple(self.grid), {}
        self.path_clips = [None] * len(self.path_clips)
        self._point_s = None
        if gone:
            self.grid_changed.emit(gone)

    def redo_path(self) -> None:
        """The path has changed, or what lies along it."""
        setting = self._setting()
        places = setting.pad.path_places
        if len(places) != len(self.path_clips):
            self.path_clips = [None] * len(places)
        self._path_places = places
        for at, place in enumerate(places):
            own = setting.own(place)
            self.path_clips[at] = own.clip if own is not None else self.path_clips[at]
        self._path_due = [at for at, place in enumerate(places) if setting.own(place) is None]
        if not setting.pad.slots:
            self._path_due, self.path_clips = [], [None] * len(places)
        self.path_changed.emit()
        self.errands.go()

    def want_samples(self, count: int, seed: int, sampled: Callable[[tuple[Phrase, ...]], object]) -> None:
        """So many phrases drawn from the prior, that have notes; `sampled` gets them (fewer, when most came out empty)."""
        self._samples_due, self._samples_seed, self._sampled = count, seed, sampled
        self.errands.go()

    @property
    def is_drawn(self) -> bool:
        """Whether the whole grid is there, or there is nothing to draw."""
        return not self._grid_due and len(self.grid) == (GRID_SIZE**2 if self._setting().pad.slots else 0)

    @property
    def is_path_ready(self) -> bool:
        return not self._path_due and all(clip is not None for clip in self.path_clips)

    def path_steps(self) -> tuple[Step, ...]:
        """The steps of a path that is ready."""
        setting = self._setting()
        made = []
        for place, clip in zip(self._path_places, self.path_clips, strict=True):
            own = setting.own(place)
            assert clip is not None
            rows = voicing.decoded(clip, setting.parts) if own is None else voicing.voiced(own, setting.parts)
            made.append(Step(place, rows, clip.length_ticks, own is not None, self._rung if own is None else ""))
        return tuple(made)

    # What is asked next

    def _next(self) -> Errand | None:
        setting = self._setting()
        if setting.space is None:
            return None
        phrase = self.surface.unknown(setting.pad)
        if phrase is not None:
            return self._locating(setting, phrase)
        if self._samples_due:
            return self._sampling(setting, setting.space)
        return self._drawing(setting) if self.surface.placed(setting.pad) else None

    def _drawing(self, setting: Setting) -> Errand | None:
        if self._pointer_due:
            return self._pointer(setting)
        if self._path_due:
            return self._along_path(setting)
        return self._over_grid(setting) if self._grid_due else None

    def _locating(self, setting: Setting, phrase: Phrase) -> Errand:
        pad = setting.pad

        def answered(answer: LatentAnswer) -> None:
            assert isinstance(answer, Located)
            self.surface.note(pad.model, pad.line, phrase, answer)
            for remark in answer.remarks:
                self.said.emit(remark, False)

        def failed(problem: BaseException) -> bool:
            # A phrase that this model cannot read stays on the pad, unused; anything else would befall the next one too.
            is_its_own = isinstance(problem, UnsupportedRequest)
            if is_its_own:
                self.surface.note(pad.model, pad.line, phrase, str(problem))
            self._say(problem)
            self.located.emit()
            return is_its_own

        return Errand(
            tr("Placing {source}", source=phrase.source),
            Locating(pad.model, (phrase,), pad.line),
            answered,
            self.located.emit,
            failed,
        )

    def _sampling(self, setting: Setting, space: Space) -> Errand:
        wanted, seed = self._samples_due, self._samples_seed
        points = np.random.default_rng(seed).standard_normal((SAMPLED_TRIES * wanted, space.dimensions))
        drums = tuple(at for at, part in enumerate(space.parts) if part == voicing.DRUMS)
        found: list[Phrase] = []
        is_current = self._asked(setting)

        def answered(answer: LatentAnswer) -> None:
            assert isinstance(answer, Decoded)
            if answer.clip.note_count and len(found) < wanted:
                found.append(Phrase(answer.clip, tr("Sampled · seed {seed}", seed=seed + len(found)), drums))

        def done() -> None:
            if is_current():
                self._samples_due = 0
                self._sampled(tuple(found))

        def failed(problem: BaseException) -> bool:
            self._samples_due = 0
            return self._say(problem)

        return Errand(tr("Sampling phrases"), self._decoding(setting, points), answered, done, failed)

    def _pointer(self, setting: Setting) -> Errand:
        self._pointer_due = False
        place, serial, aimed_s, parts, is_current = self.place, self._serial, self._aimed_s, setting.parts, self._asked(setting)
        points = self.surface.points(setting.pad, [place])
        assert points is not None

        def answered(answer: LatentAnswer) -> None:
            assert isinstance(answer, Decoded)
            if serial > self._heard_serial and is_current():
                self.decode_ms = (perf_counter() - aimed_s) * 1000
                clip = answer.clip
                self._show(serial, Step(place, voicing.decoded(clip, parts), clip.length_ticks, rung=answer.rung), clip)

        return Errand(tr("Listening to a place"), self._decoding(setting, points), answered, _nothing, self._say)

    def _along_path(self, setting: Setting) -> Errand:
        batch = self._path_due[: self._batch()]
        del self._path_due[: len(batch)]
        places = self._path_places

        def arrived(at: int, clip: Clip) -> None:
            if places == self._path_places or (len(places) == len(self.path_clips) and at in self._path_due):
                self.path_clips[at] = clip

        return self._batched(setting, [places[at] for at in batch], batch, arrived, self.path_changed.emit)

    def _over_grid(self, setting: Setting) -> Errand:
        batch = self._grid_due[: self._batch()]
        del self._grid_due[: len(batch)]

        def arrived(cell: Cell, clip: Clip) -> None:
            if self._setting().pad.slots:
                self.grid[cell] = clip

        def done() -> None:
            self.grid_changed.emit(tuple(batch))

        return self._batched(setting, [mixing.cell_place(*cell, GRID_SIZE) for cell in batch], batch, arrived, done)

    def _batched(
        self,
        setting: Setting,
        places: list[Place],
        names: list[Cell] | list[int],
        arrived: Callable[..., object],
        done: Callable[[], object],
    ) -> Errand:
        points = self.surface.points(setting.pad, places)
        assert points is not None
        begun_s, is_current = perf_counter(), self._asked(setting)

        def answered(answer: LatentAnswer) -> None:
            assert isinstance(answer, Decoded)
            if is_current():
                self._rung = answer.rung
                arrived(names[answer.index], answer.clip)

        def over() -> None:
            took_s = (perf_counter() - begun_s) / len(places)
            # A crowded moment says little about the model: only slowly it is believed to have become slower.
            self._point_s = took_s if self._point_s is None else min(took_s, 1.2 * self._point_s)
            done()

        return Errand(tr("Drawing the pad"), self._decoding(setting, points), answered, over, self._say)

    def _asked(self, setting: Setting) -> Callable[[], bool]:
        """Whether, by the time it is called, the song and the model are still those of now."""
        era = self._era
        return lambda: era == self._era and setting.pad.model == self._setting().pad.model

    def _decoding(self, setting: Setting, points: Floats) -> Decoding:
        pad = setting.pad
        return Decoding(
            pad.model,
            points.astype(np.float32),
            pad.temperature,
            pad.seed,
            _pushes(pad.attributes),
            None if pad.in_key == "off" else setting.pitch_classes,
            pad.in_key,
            setting.taste,
        )

    def _batch(self) -> int:
        if self._point_s is None:
            return FIRST_BATCH
        return int(min(GRID_SIZE**2, max(1, BATCH_S / max(self._point_s, 1e-6))))

    def _show(self, serial: int, step: Step | None, clip: Clip | None) -> None:
        self._heard_serial = serial
        self.step, self.clip = step, clip
        self.heard.emit()

    def _say(self, problem: BaseException) -> bool:
        """Say what went wrong; nothing more is asked until the composer does something."""
        self.said.emit(
            str(problem) if isinstance(problem, RicercarError) else tr("The pad failed: {problem}.", problem=problem), True
        )
        return False


def _pushes(attributes: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in attributes.items() if value}


def _nothing(*_: object) -> None:
    """Nobody waits for it."""
