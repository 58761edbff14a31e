"""Session: the one object that panels talk to.

It holds the present song with its history, the selection, the takes and the jobs, and lets the rest meet. It knows
neither Qt nor torch: sound, generation and the runner of jobs are handed in. Only the thread that made it may call it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Protocol

from studio.audio.swap import Swap
from studio.edits.history import Edit, History, Step
from studio.edits.proposals import FIRST_ID
from studio.errors import RicercarError, UnsupportedRequest
from studio.events import Signal
from studio.generation import asking
from studio.generation.asking import Aim
from studio.generation.contract import Request, Take
from studio.generation.forks import TakeEdit
from studio.generation.tray import Tray
from studio.jobs.board import JobBoard, Runner, Running
from studio.jobs.job import GENERATE, Job
from studio.jobs.progress import Progress
from studio.proposing import Proposing
from studio.selection import Selection
from studio.song.region import Mask, Patch, Region
from studio.song.song import Song, empty_song
from studio.song.ticks import Span
from studio.words import counted, tr

Generate = Callable[[Request, Progress], Iterator[Take]]
"""What makes takes; in the window it drives the model host from a worker thread."""


@dataclass(frozen=True, slots=True)
class _LentLoop:
    """The loop while takes are heard in their place, and the composer's own, to be given back."""

    span: Span
    before: Span | None


class SoundPort(Protocol):
    """What the session needs of `studio.audio.sound.Sound`; all calls return at once."""

    @property
    def is_playing(self) -> bool: ...
    def load(self, song: Song, sounds: Mapping[str, Path] | None = None, swap: Swap = "now") -> None: ...
    def play(self) -> None: ...
    def pause(self) -> None: ...
    def stop(self) -> None: ...
    def seek(self, tick: int) -> None: ...
    def set_loop(self, span: Span | None) -> None: ...


class Session:
    """See the module. Signals: `song_changed(before, after)`, `selection_changed()`, `document_changed()` (title,
    path or clean mark), `opened()` (another song altogether), `said(text, is_error)` for the status line;
    `tray.changed()`, `jobs.changed(running)`."""

    def __init__(self, runner: Runner, generate: Generate, sound: SoundPort, song: Song | None = None) -> None:
        self._thread = threading.get_ident()
        self._generate = generate
        self.sound = sound
        self.jobs = JobBoard(runner)
        self.tray = Tray()
        self.proposing = Proposing(self.tray)
        self._shown_take: tuple[object, ...] = ()
        self.swap: Swap = "beat"
        """When another take is heard while the music plays."""
        self.path: Path | None = None
        self.sounds: Mapping[str, Path] = {}
        self.song_changed: Signal[Song, Song] = Signal()
        self.selection_changed: Signal[()] = Signal()
        self.document_changed: Signal[()] = Signal()
        self.opened: Signal[()] = Signal()
        self.said: Signal[str, bool] = Signal()
        self.interrupting: Signal[Edit | None] = Signal()
        """What goes on with the song while time passes, such as a recording, is to end first if it must: this edit is about to
        be done, or (None) the song will be another one, or is to be read as it is."""
        self.history = History(song or empty_song())
        self.beside: Mapping[str, object] = {}
        self._clean_beside: Mapping[str, object] = self.beside
        self.kept: Signal[str] = Signal()
        self.selection = Selection(track_id=self.song.tracks[0].id)
        self.loop: Span | None = None
        self._lent_loop: _LentLoop | None = None
        self._previewed: Song | None = None
        self._preview_span: Span | None = None
        self.tray.changed.listen(self._tray_changed)
        self._reload_sound()

    # The song

    @property
    def song(self) -> Song:
        return self.history.song

    def do(self, edit: Edit, select: frozenset[int] | None = None) -> bool:
        """Apply an edit; `select` is the selection after it. False when refused (said in a sentence) or without effect. While a
        take is shown, an edit of its notes makes another take of it."""
        self.interrupting.emit(edit)
        return self._done(lambda: self.proposing.do(self.history, edit, self.selection.note_ids, select))

    def _done(self, doing: Callable[[], Step | None]) -> bool:
        self._assert_thread()
        before = self.song
        try:
            step = doing()
        except RicercarError as problem:
            self.say(str(problem), is_error=True)
            return False
        if step is None:
            return False
        self._show_step(before, step.selected_after)
        if step.left_alone:
            self.say(counted(step.left_alone, "{n} locked note was left alone.", "{n} locked notes were left alone."))
        return True

    def undo(self) -> None:
        self.interrupting.emit(None)
        self._walk(self.history.undo(), True, lambda step: step.selected_before)

    def redo(self) -> None:
        self.interrupting.emit(None)
        self._walk(self.history.redo(), False, lambda step: step.selected_after)

    def open(
        self,
        song: Song,
        path: Path | None = None,
        *,
        is_saved: bool = True,
        sounds: Mapping[str, Path] | None = None,
        beside: Mapping[str, object] | None = None,
    ) -> None:
        """Begin anew with this song: history, takes and selection of the one before are gone.

        `sounds`: the file of each sound that audio tracks play, by its SHA-256. `beside`: see `keep_beside`.
        """
        self._assert_thread()
        self.interrupting.emit(None)
        before = self.song
        self.jobs.cancel_all(but_files=True)
        self.sound.stop()
        self.history = History(song, self.history.limit_bytes)
        if not is_saved:
            self.history.mark_clean(replace(song))
        self.path = path
        self.sounds = dict(sounds or {})
        self.beside = self._clean_beside = dict(beside or {})
        self._previewed = self._preview_span = None
        self.tray.forget_all()
        self.set_loop(None)
        self.selection = Selection(track_id=song.tracks[0].id if song.tracks else 0)
        self.song_changed.emit(before, song)
        self.selection_changed.emit()
        self.document_changed.emit()
        self._reload_sound()
        self.sound.seek(0)
        self.opened.emit()

    def keep_beside(self, name: str, value: object) -> None:
        """What a layer above keeps beside the song and saves with it, by name: an immutable value. Another one is unsaved
        work."""
        if self.beside.get(name) is value:
            return
        was_clean = self.is_clean
        self.beside = {**self.beside, name: value}
        if self.is_clean != was_clean:
            self.document_changed.emit()

    def mark_saved(self, song: Song, path: Path, beside: Mapping[str, object] | None = None) -> None:
        """The file at `path` now holds `song`, and `beside` with it (the snapshots that were written)."""
        self.history.mark_clean(song)
        self._clean_beside = self.beside if beside is None else beside
        self.path = path
        self.document_changed.emit()

    @property
    def is_clean(self) -> bool:
        return self.history.is_clean and self.beside is self._clean_beside

    def say(self, text: str, is_error: bool = False) -> None:
        """One sentence for the status line."""
        self.said.emit(text, is_error)

    # Selection and transport

    def select(
        self,
        note_ids: frozenset[int] | None = None,
        *,
        track_id: int | None = None,
        bars: Span | None = None,
        keep_bars: bool = True,
        cursor_tick: int | None = None,
        range_ids: tuple[int, ...] = (),
        patches: tuple[Patch, ...] | None = None,
    ) -> None:
        """Change parts of the selection; `keep_bars=False` with no `bars` clears the bar selection.

        `range_ids` come with `bars`; `patches`, where given, are all that is painted.
        """
        chosen = self.selection
        is_kept = bars is None and keep_bars
        self.selection = Selection(
            chosen.note_ids if note_ids is None else note_ids,
            chosen.track_id if track_id is None else track_id,
            chosen.bars if is_kept else bars,
            chosen.cursor_tick if cursor_tick is None else max(0, cursor_tick),
            chosen.range_ids if is_kept else range_ids,
            chosen.patches if patches is None else patches,
        )
        if self.selection != chosen:
            self.selection_changed.emit()

    def set_loop(self, span: Span | None) -> None:
        """Loop a stretch when playing; an empty one is no loop."""
        self.loop = span if span is not None and span.length_ticks > 0 else None
        self.sound.set_loop(self.loop)
        self.document_changed.emit()

    @property
    def own_loop(self) -> Span | None:
        """The loop that the composer set; while takes are heard in their place another one is in force."""
        lent = self._lent_loop
        return self.loop if lent is None or self.loop != lent.span else lent.before

    # Takes

    def target(self, capability: str) -> Mask:
        """Where a request writes by default: what is painted, else the selected bars, else the bars after the song's end."""
        chosen = self.selection
        aim = Aim(chosen.track_id, chosen.bars)
        if chosen.patches:
            aim = asking.painted(self.song, chosen.track_id, chosen.patches)
        reason = asking.obstacle(capability, self.song, aim)
        if reason:
            raise UnsupportedRequest(reason)
        written = dict.fromkeys((aim.track_id, *(patch.track_id for patch in aim.patches)))
        return Mask(Region(tuple(written), asking.place(capability, self.song, aim)), patches=aim.patches)

    def generate(self, request: Request, *, keeps_all: bool = False) -> Running:
        """Start a request; its takes come to the tray one by one, after the judged ones of the same place (or all of them)."""
        self._assert_thread()
        self.interrupting.emit(None)
        take_set = self.tray.begin(request, keeps_all=keeps_all)

        def arrived(take: Take) -> None:
            if self.tray.current is take_set:
                self.tray.add(take_set, take)

        def ended() -> None:
            if self.tray.current is take_set and not take_set.takes:
                self.tray.clear()
            elif self.tray.current is take_set and len(take_set.takes) == take_set.carried:
                self.tray.show(take_set.listed[-1] if take_set.listed else None)

        return self.sample(request, arrived, ended)

    def sample(self, request: Request, arrived: Callable[[Take], object], ended: Callable[[], object]) -> Running:
        """Start a request whose takes go to `arrived` instead of the tray; `ended` is called however it ends."""

        def work(progress: Progress) -> int:
            made = 0
            for take in self._generate(request, progress):
                progress.deliver(take)
                made += 1
            return made

        def delivered(take: object) -> None:
            if isinstance(take, Take):
                arrived(take)

        def failed(problem: BaseException) -> None:
            self.say(
                str(problem) if isinstance(problem, RicercarError) else tr("The take failed: {problem}.", problem=problem),
                is_error=True,
            )
            ended()

        job = Job(f"{request.capability.capitalize()} {self.span_words(request.span)}", GENERATE, work)
        return self.jobs.start(job, delivered, lambda _made: ended(), failed, ended)

    def hear_take(self, index: int) -> None:
        """Show a take and play it where it belongs: from a bar before, its bars in a loop until the tray is emptied."""
        take_set = self.tray.current
        if take_set is None:
            return
        self.tray.show(index)
        span = take_set.request.span
        before = self.loop if self._lent_loop is None else self._lent_loop.before
        self._lent_loop = _LentLoop(span, before)
        self.set_loop(span)
        timeline = self.song.timeline
        self.sound.seek(timeline.bar_start(max(1, timeline.bar_of(span.start_tick) - 1)))
        self.sound.play()

    def preview(self, song: Song, from_tick: int = 0) -> None:
        """Play another song in place of the present one, until `end_preview`."""
        self._previewed, self._preview_span = song, None
        self.sound.stop()
        self.sound.set_loop(None)
        self.sound.load(song)
        self.sound.seek(from_tick)
        self.sound.play()

    def preview_loop(self, song: Song, span: Span) -> None:
        """Play a stretch of another song round and round, until `end_preview`.

        Called again for the same stretch it goes on in time with the other notes; paused it stays paused.
        """
        before = self._preview_span
        begins = before is None
        self._previewed, self._preview_span = song, span
        if begins:
            self.sound.stop()
        self.sound.load(song)
        if before != span:
            self.sound.set_loop(span)
        if before is None or before.start_tick != span.start_tick or before.end_tick > span.end_tick:
            self.sound.seek(span.start_tick)
        if begins:
            self.sound.play()

    @property
    def is_previewing(self) -> bool:
        """Whether another song than the present one is what sounds."""
        return self._previewed is not None

    def end_preview(self) -> None:
        """The present song is what sounds again, where the edit cursor stands."""
        if self._previewed is None:
            return
        self._previewed = self._preview_span = None
        self.sound.stop()
        self._reload_sound()
        self.sound.set_loop(self.loop)
        self.sound.seek(self.selection.cursor_tick)

    def keep(self) -> bool:
        """Write the active take, or the bars of several that were combined, into the song as one undo step, and empty the
        tray."""
        take_set = self.tray.current
        edit = None if take_set is None else self.proposing.keeping(self.song, self.span_words(take_set.request.span))
        if take_set is None or edit is None:
            self.say(tr("No take is chosen to keep."), is_error=True)
            return False
        before = self.song
        if not self._done(lambda: self.history.do(edit, self.selection.note_ids)):
            return False
        self.tray.clear(keeps_judged=True)
        ids = range(before.next_id, self.song.next_id)
        region, tracks = take_set.request.mask.region, self.song.tracks
        there = [track.notes.starting_in(region.span)["id"] for track in tracks if track.id in region.track_ids]
        written = [found[(found >= ids.start) & (found < ids.stop)].tolist() for found in there]
        self.select(frozenset(chain.from_iterable(written)), bars=None, keep_bars=False, patches=())
        self.kept.emit(edit.label)
        return True

    def lay_take(self, index: int, track_id: int, tick: int) -> bool:
        """Write a take on another track or at another bar, as one undo step; it stays in the tray."""
        return self._done(lambda: self.history.do(self.proposing.laid(self.song, index, track_id, tick)))

    def promote(self, index: int) -> bool:
        """Write a take on a new track, as one undo step; then what was there is shown beside it."""
        if not self._done(lambda: self.history.do(self.proposing.promoted(self.song, index))):
            return False
        self.tray.show(None)
        return True

    def discard(self) -> None:
        """Empty the tray; a request that still runs for it is cancelled."""
        for running in self.jobs.active(GENERATE):
            running.cancel()
        self.tray.discard()

    def heard_song(self) -> Song:
        """The song as it is shown and sounds now: with the active take in it, though nothing is committed. The take's notes
        have ids of their own there, and edits of them make another take of it."""
        return self.proposing.shown(self.song)

    def span_words(self, span: Span) -> str:
        """Such as "bar 5" or "bars 5-8"."""
        first = self.song.timeline.bar_of(span.start_tick)
        last = self.song.timeline.bar_of(max(span.start_tick, span.end_tick - 1))
        return tr("bar {first}", first=first) if first == last else tr("bars {first}-{last}", first=first, last=last)

    # Inside

    def _walk(self, step: Step | None, is_undo: bool, selected: Callable[[Step], frozenset[int]]) -> None:
        self._assert_thread()
        if step is None:
            self.say(tr("There is nothing to undo.") if is_undo else tr("There is nothing to redo."))
            return
        before = step.after if is_undo else step.before
        if step.beside is not None:
            step.beside.undo() if is_undo else step.beside.redo()
        self._show_step(before, selected(step))
        self.say(tr("Undo: {label}", label=step.label) if is_undo else tr("Redo: {label}", label=step.label))

    def _show_step(self, before: Song, selected: frozenset[int]) -> None:
        is_other = before is not self.song
        if is_other:
            self._mark_stale(before)
        track_id = self.selection.track_id
        if not self.song.has_track(track_id):
            track_id = self.song.tracks[0].id if self.song.tracks else 0
        patches = tuple(patch for patch in self.selection.patches if self.song.has_track(patch.track_id))
        chosen = self.selection
        self.selection = replace(chosen, note_ids=selected, track_id=track_id, patches=patches)
        if is_other:
            self.song_changed.emit(before, self.song)
        if not is_other or self.selection != chosen:
            self.selection_changed.emit()
        self.document_changed.emit()
        self._reload_sound()

    def _mark_stale(self, before: Song) -> None:
        take_set = self.tray.current
        if take_set is not None:
            region = take_set.request.mask.region
            take_set.is_stale |= any(_differs_in(Region((id_,), region.span), before, self.song) for id_ in region.track_ids)

    def _tray_changed(self) -> None:
        lent, take_set = self._lent_loop, self.tray.current
        if lent is not None and (take_set is None or take_set.request.span != lent.span):
            self._lent_loop = None
            if self.loop == lent.span:
                self.set_loop(lent.before)
        self._forget_gone_takes()
        self._reload_sound(self.swap)

    def _forget_gone_takes(self) -> None:
        """Notes of a take that is shown no more are not selected, and steps that changed one that is gone can do nothing."""
        take_set = self.tray.current
        shown = () if take_set is None else (take_set, take_set.active, take_set.comp)
        if shown != self._shown_take:
            if take_set is not None and self._shown_take[:1] != (take_set,):
                self._mark_stale(take_set.request.song)  # it may have been put away meanwhile
            self._shown_take = shown
            held = self.selection.note_ids
            if held and max(held) >= FIRST_ID:
                self.select(frozenset(id_ for id_ in held if id_ < FIRST_ID))
            self.history.forget(lambda beside: isinstance(beside, TakeEdit) and beside.take_set not in self.tray.sets)

    def _reload_sound(self, swap: Swap = "now") -> None:
        if self._previewed is None:
            self.sound.load(self.proposing.sounding(self.song), self.sounds, swap)

    def _assert_thread(self) -> None:
        assert threading.get_ident() == self._thread, "the session belongs to one thread"


def _differs_in(region: Region, before: Song, after: Song) -> bool:
    """Whether the one track of the region has other notes there, or is gone."""
    (track_id,) = region.track_ids
    if not before.has_track(track_id) or not after.has_track(track_id):
        return True
    was, now = before.track(track_id), after.track(track_id)
    if was is now:
        return False
    if (was.is_locked, was.locks) != (now.is_locked, now.locks):
        return True
    return before.notes_in(region)[track_id].tobytes() != after.notes_in(region)[track_id].tobytes()
