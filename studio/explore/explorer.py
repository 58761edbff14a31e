"""Explorer: the one object that the Explore workspace talks to: pad, pointer, grid, path, palette and what is heard.

It knows neither Qt nor torch. Only the thread that made the session may call it; models are asked in jobs, one errand at
a time, and nothing here waits for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from studio.errors import UnsupportedRequest
from studio.events import Signal
from studio.explore import committing, mixing, placing, taste, voicing
from studio.explore.chart import GRID_SIZE, Cell, Chart, Setting
from studio.explore.committing import Goal
from studio.explore.controls import PadControls, unit
from studio.explore.errands import Ask
from studio.explore.listening import KeyHere, Listening, loop_ticks, start_of_place
from studio.explore.mixing import Place
from studio.explore.pad import LETTERS, Anchor, Pad, Snapshot
from studio.explore.palette import LONGEST_NAME, PhraseCalls
from studio.explore.surface import spaces, weights_words
from studio.generation.latent import Fitting, Phrase, Space, Taste
from studio.generation.library import Library, ListedModel
from studio.generation.offer import first_choice
from studio.jobs.board import Running
from studio.session import Session
from studio.song.clip import Clip
from studio.song.song import Song

MOST_SNAPSHOTS = 200


class Explorer(PadControls, PhraseCalls):
    """Signals: `pad_changed()`, `moved(x, y)`, `phrase_changed()`, `grid_changed(cells)` (those that were drawn anew or are
    gone), `path_changed()`, `palette_changed()`; sentences go to `session.said`."""

    grid_size = GRID_SIZE

    def __init__(self, session: Session, ask: Ask) -> None:
        PhraseCalls.__init__(self, session)
        self._ask = ask
        self._chart = Chart(session.jobs, ask, self._setting)
        self._listening = Listening(session)
        self._space_of: dict[str, Space] = {}
        self._wants_sound = False
        self._key_here = KeyHere(session)
        self._commit_due: tuple[int | None, int | None] | None = None
        self.models: tuple[ListedModel, ...] = ()
        self.taste: Taste | None = None
        self.taste_on = False
        self.reconstruction_shown = False
        self.heard_phrase: Phrase | None = None
        self.pad_changed: Signal[()] = Signal()
        self.moved: Signal[float, float] = Signal()
        self.phrase_changed: Signal[()] = Signal()
        self.grid_changed: Signal[tuple[Cell, ...]] = self._chart.grid_changed
        self.path_changed: Signal[()] = self._chart.path_changed
        self._chart.heard.listen(self._heard)
        self._chart.located.listen(self.pad_changed.emit)
        self._chart.path_changed.listen(self._commit_if_due)
        self._chart.said.listen(self._say)
        session.song_changed.listen(self._song_changed)
        session.opened.listen(self._adopt)

    # What there is

    @property
    def pad(self) -> Pad:
        return self._shelves.pad

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        return self._shelves.shelf.snapshots

    @property
    def paths(self) -> tuple[Pad, ...]:
        """The pads of paths that were committed, for `open_path`."""
        return tuple(pad for pad in self._shelves.shelf.kept if pad.path)

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
    def is_playing(self) -> bool:
        return self._listening.is_sounding

    @property
    def is_working(self) -> bool:
        """Whether something is being decoded."""
        return not self._chart.errands.is_idle

    def refusal(self, slot: int) -> str:
        """Why the model cannot use the phrase of a slot; empty when it can."""
        return self._chart.surface.refusal(self.pad, slot)

    def weights_words(self) -> str:
        """Such as "A 28 · B 26 · C 23 · D 23 %"."""
        placed = self._chart.surface.placed(self.pad)
        return weights_words(self.pad.weights(self.x, self.y, placed or None))

    # The model

    def offer_models(self, library: Library) -> None:
        """The models there are; a pad without one gets one that is no experiment and suits the selected track."""
        self._titles = {model.id: model.title for model in library.cards()}
        self._space_of = spaces(library)
        self.models = tuple(model for model in library.cards() if model.id in self._space_of)
        self._choose_default()
        self.pad_changed.emit()

    def choose_model(self, model_id: str) -> None:
        if model_id not in self._space_of:
            self.session.say(f"The model «{model_id}» has no space to explore. Choose one of the list.", is_error=True)
            return
        self._change(self._with_model(self.pad, model_id))

    # The pad

    def place_anchor(self, slot: int, phrase: Phrase, x: float | None = None, y: float | None = None) -> None:
        """Put a phrase on a slot; in the mode of free anchors at a place."""
        if not 0 <= slot < len(self.pad.anchors):
            return
        if not phrase.clip.note_count:
            self.session.say(f"«{phrase.source or 'The phrase'}» has no notes. Choose another phrase.", is_error=True)
            return
        free = placing.free_place(self.pad, slot)
        at = (free[0] if x is None else unit(x), free[1] if y is None else unit(y))
        label = phrase.source[:LONGEST_NAME] or f"Phrase {LETTERS[slot]}"
        self._change(self.pad.with_anchor(slot, Anchor(label, phrase, *at)))

    def clear_anchor(self, slot: int) -> None:
        if 0 <= slot < len(self.pad.anchors):
            self._change(self.pad.with_anchor(slot, None))

    def move_anchor(self, slot: int, x: float, y: float) -> None:
        """Only in the mode of free anchors: corners stay where they are."""
        anchor = self.pad.anchors[slot] if 0 <= slot < len(self.pad.anchors) else None
        if anchor is not None and self.pad.mode == "anchors":
            self._change(self.pad.with_anchor(slot, replace(anchor, x=unit(x), y=unit(y))))

    def fill_empty_corners(self) -> None:
        """Phrases drawn from the prior for the first four slots that are empty."""
        empty = [slot for slot in range(4) if self.pad.anchors[slot] is None]
        if self.space is None:
            self.session.say("There is no model with a space to explore. Install or train one first.", is_error=True)
        elif empty:
            self._chart.want_samples(len(empty), self.pad.seed, self._place_samples)

    def wake(self) -> None:
        """The workspace is in view: locate and decode what is missing."""
        if not self._chart.is_drawn or not self._chart.is_path_ready:
            self._chart.redo()

    # The pointer

    def move_to(self, x: float, y: float) -> None:
        """Hear a place at once, looped; near an anchor the pointer settles on it."""
        self._wants_sound = True
        self._listening.resume()
        self._point(x, y)

    def release(self) -> None:
        """The drag is over: what is heard goes on, and the place is decoded once more if that failed on the way."""
        if self._chart.step is None or (self._chart.step.place != self._chart.place):
            self._chart.aim(self._chart.place)

    def play(self) -> None:
        """Hear the phrase at the pointer, round and round."""
        if not self.pad.slots:
            self.session.say("The pad is empty. Put a phrase on a corner, or fill the corners with samples.", is_error=True)
            return
        self._wants_sound = True
        self._listening.resume()
        if self._chart.step is None or self.heard_phrase is not None or not self._listening.is_on:
            self._chart.aim(self._chart.place)

    def stop(self) -> None:
        """The song is what plays again."""
        self._wants_sound = False
        self.heard_phrase = None
        self._listening.stop()
        self.phrase_changed.emit()

    def show_reconstruction(self, shown: bool) -> None:
        """On an anchor hear what the model makes of it, instead of the phrase itself."""
        if shown != self.reconstruction_shown:
            self.reconstruction_shown = shown
            self._chart.redo()
            self.pad_changed.emit()

    # The path

    def open_path(self, pad_id: int) -> bool:
        """Take up a path that was committed, with its pad as it was then."""
        pad = self._shelves.shelf.kept_pad(pad_id)
        if pad is None:
            self.session.say("The pad of this path is not kept in this project any more.", is_error=True)
            return False
        self._change(pad)
        return True

    def commit_path(self, track_id: int | None = None, bar: int | None = None) -> bool:
        """Write the path as bars: on a track (None: new ones), from a bar on (None: the selected bars', or the cursor's).

        A path that is still being decoded is committed as soon as it is there.
        """
        if not self.pad.path or not self.pad.slots:
            self.session.say("There is no path to commit. Draw one over the pad first.", is_error=True)
            return False
        if not self._chart.is_path_ready:
            self._commit_due = (track_id, bar)
            self.session.say("The path is being decoded; it is committed as soon as that is done.")
            self._chart.errands.go()
            return False
        self._commit_due = None
        try:
            return self._commit(track_id, bar)
        except UnsupportedRequest as problem:
            self.session.say(str(problem), is_error=True)
            return False

    # Phrases, snapshots

    def sample_phrase(self) -> None:
        """A phrase drawn from the prior goes to the palette, each time another one."""
        if self.space is None:
            raise UnsupportedRequest("There is no model with a space to sample from.", "Install or train one first.")
        seed = self.pad.seed + 1 + sum(phrase.source.startswith("Sampled") for phrase in self.palette)

        def sampled(found: tuple[Phrase, ...]) -> None:
            for phrase in found or self._no_samples():
                self.add_to_palette(phrase)

        self._chart.want_samples(1, seed, sampled)

    def hear_phrase(self, phrase: Phrase) -> None:
        """Hear a phrase as it is, looped, until `stop` or until the pad is heard again."""
        self._wants_sound = False
        self.heard_phrase = phrase
        self._sound_phrase(phrase)
        self._listening.resume()
        self.phrase_changed.emit()

    def phrase_here(self) -> Phrase:
        """The phrase at the pointer, for the palette."""
        step, clip = self._chart.step, self._chart.clip
        own = self._setting().own(self._chart.place)
        if own is not None:
            return own
        if step is None or clip is None or not clip.note_count:
            raise UnsupportedRequest("Nothing is heard at the pointer yet.", "Move it over the pad first.")
        drums = tuple(at for at, part in enumerate(step.rows) if part == voicing.DRUMS)
        return Phrase(clip, f"Pad · {self.weights_words()}", drums)

    def take_snapshot(self, name: str) -> None:
        """Remember pad and pointer under a name."""
        if len(self.snapshots) >= MOST_SNAPSHOTS:
            self.session.say(f"There are {MOST_SNAPSHOTS} snapshots. Remove one first.", is_error=True)
            return
        made = Snapshot(name.strip()[:LONGEST_NAME] or f"Snapshot {len(self.snapshots) + 1}", self.pad, self.x, self.y)
        self._shelves.change(snapshots=(*self.snapshots, made))
        self.pad_changed.emit()

    def remove_snapshot(self, index: int) -> None:
        if 0 <= index < len(self.snapshots):
            self._shelves.change(snapshots=(*self.snapshots[:index], *self.snapshots[index + 1 :]))
            self.pad_changed.emit()

    def restore(self, index: int) -> None:
        """Pad and pointer as they were in a snapshot."""
        if 0 <= index < len(self.snapshots):
            snapshot = self.snapshots[index]
            self._change(snapshot.pad)
            self._point(snapshot.x, snapshot.y)

    def origin_place(self, origin_id: int) -> tuple[int, float, float] | None:
        """Pad and place on it that bars of the song came from; None for bars from elsewhere."""
        origin = self.session.song.origin(origin_id)
        return None if origin is None else committing.place_of(origin)

    def open_place(self, origin_id: int) -> bool:
        """The pad as it was when these bars were committed, the pointer where they come from."""
        found = self.origin_place(origin_id)
        if found is None:
            self.session.say("These bars do not come from a pad.", is_error=True)
            return False
        if found[0] != self.pad.id and not self.open_path(found[0]):
            return False
        self._change(self._shelves.shelf.kept_pad(found[0]) or self.pad)
        self._point(found[1], found[2])
        return True

    def pin(self) -> bool:
        """What is heard becomes a take in the tray."""
        step = self._chart.step
        if step is None:
            self.session.say("Nothing is heard at the pointer yet. Move it over the pad first.", is_error=True)
            return False
        try:
            placing.pin(self.session, self.pad, step, self._weights())
        except UnsupportedRequest as problem:
            self.session.say(str(problem), is_error=True)
            return False
        return True

    # The composer's taste

    def personalise(self, own: Sequence[Phrase]) -> Running | None:
        """Learn the composer's corner of the space from a few phrases; None when there is nothing to learn from."""
        pad = self.pad
        heard = tuple(phrase for phrase in own if phrase.clip.note_count)
        if self.space is None or not heard:
            reason = "Add phrases of your own to the palette first." if self.space else "There is no model to learn with."
            self.session.say(f"Your taste cannot be learned. {reason}", is_error=True)
            return None

        def fitted(found: Taste) -> None:
            self.taste = found
            self.session.say(f"Your taste was learned from {found.clip_count} phrases in {found.seconds:.0f} s.")
            self.set_taste(True)

        return taste.learn(self.session, self._ask, Fitting(pad.model, heard, pad.seed), fitted)

    def set_taste(self, on: bool) -> None:
        """Whether places are drawn into the composer's taste."""
        if on and (self.taste is None or self.taste.model != self.pad.model):
            self.session.say("Nothing was learned for this model yet. Choose Learn first.", is_error=True)
            on = False
        self.taste_on = on
        self._chart.redo()
        self.pad_changed.emit()

    # Inside

    def _say(self, text: str, is_error: bool) -> None:
        if is_error:
            self._commit_due = None
        self.session.say(text, is_error)

    def _setting(self) -> Setting:
        pad = self.pad
        key = self._key_here.now() if pad.in_key != "off" else None
        fits = self.taste_on and self.taste is not None and self.taste.model == pad.model
        return Setting(
            pad, self.space, key.pitch_classes if key else None, self.taste if fits else None, self.reconstruction_shown
        )

    def _change(self, pad: Pad, *, is_work: bool = True) -> None:
        before = self.pad
        if not self._shelves.change_pad(pad, is_work=is_work):
            return
        after = self.pad
        if (before.model, before.line) != (after.model, after.line):
            self._chart.drop_decoded()
        if (before.path, before.path_steps) != (after.path, after.path_steps):
            self._commit_due = None  # what was to be committed was another path
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

    def _heard(self) -> None:
        if self._wants_sound:
            self._sound_pad()
        self.phrase_changed.emit()

    def _sound_pad(self) -> None:
        step = self._chart.step
        if step is not None:
            self.heard_phrase = None
            lengths = self._setting().lengths
            self._listening.hear(step.rows, step.length_ticks, loop_ticks([*lengths, step.length_ticks]))

    def _sound_phrase(self, phrase: Phrase) -> None:
        rows = voicing.voiced(phrase, self._setting().parts)
        self._listening.hear(rows, phrase.clip.length_ticks, phrase.clip.length_ticks)

    def _song_changed(self, _before: Song, _after: Song) -> None:
        """What is heard goes through the song's tracks and strips as they are now."""
        if not self._listening.is_on:
            return
        if self.heard_phrase is not None:
            self._sound_phrase(self.heard_phrase)
        elif self._wants_sound:
            self._sound_pad()

    def _place_samples(self, found: tuple[Phrase, ...]) -> None:
        empty = [slot for slot in range(4) if self.pad.anchors[slot] is None]
        pad = self.pad
        for slot, phrase in zip(empty, found, strict=False):
            pad = pad.with_anchor(slot, Anchor(phrase.source, phrase, *mixing.CORNERS[slot]))
        if not found:
            self._no_samples()
        self._change(pad, is_work=not self.pad.is_blank)

    def _no_samples(self) -> tuple[Phrase, ...]:
        self.session.say("The samples came out without notes. Try another seed.", is_error=True)
        return ()

    def _commit_if_due(self) -> None:
        if self._commit_due is not None and self._chart.is_path_ready:
            self.commit_path(*self._commit_due)

    def _commit(self, track_id: int | None, bar: int | None) -> bool:
        song, session = self.session.song, self.session
        first_bar = song.timeline.bar_of(start_of_place(session)) if bar is None else max(1, bar)
        goal = Goal(placing.seats_for(song, self._setting().parts, track_id), first_bar, self._weights())
        done = placing.commit(session, self._shelves, self._chart.path_steps(), goal)
        if done:
            self.stop()
        return done

    def _weights(self) -> str:
        card = next((model.card for model in self.models if model.id == self.pad.model), None)
        return "" if card is None else card.weights_sha256

    def _with_model(self, pad: Pad, model_id: str) -> Pad:
        before, space = self.space, self._space_of[model_id]
        known = {attribute.name for attribute in space.attributes}
        hold = space.bars if before is None or pad.hold_bars == before.bars else pad.hold_bars
        pushed = {name: value for name, value in pad.attributes.items() if name in known}
        return replace(pad, model=model_id, hold_bars=hold, attributes=pushed)

    def _choose_default(self) -> None:
        if self.pad.model in self._space_of or not self.pad.is_blank or not self.models:
            return
        chosen = self.session.selection.track_id
        for_drums = self.session.song.has_track(chosen) and self.session.song.track(chosen).instrument.is_drum
        self._change(self._with_model(self.pad, first_choice(self.models, for_drums=for_drums).id), is_work=False)

    def _adopt(self) -> None:
        """Another song: its pads instead of those of the one before."""
        self._wants_sound = False
        self._listening.stop()
        self._commit_due = None
        self.taste_on = self.reconstruction_shown = False
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
