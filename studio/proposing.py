"""Proposing: the take that is shown, in its place in the song; what keeping it would do, and edits of its notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce

from studio.edits import hearing, points, proposals, takes
from studio.edits.hearing import Hearing
from studio.edits.history import Edit, History, Step
from studio.errors import RicercarError, UnsupportedRequest
from studio.generation import forks
from studio.generation.contract import Take
from studio.generation.describe import task_words
from studio.generation.tray import TakeSet, Tray
from studio.song.region import Mask, Patch, Region
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.words import tr

Pieces = tuple[tuple[Span, Take], ...]


class Proposing:
    """Of one tray. It keeps nothing but the last song it made, so that looking at it again costs nothing."""

    def __init__(self, tray: Tray) -> None:
        self.tray = tray
        self.hearing: Hearing = "context"
        self.matches_loudness = False
        self._known: tuple[Song, Mask, Pieces, Song] | None = None
        self._sounded: tuple[tuple[Song, Hearing, float], Song] | None = None

    def shown(self, song: Song) -> Song:
        """The song with what is proposed in it, whose notes have ids of their own; the song itself while nothing is."""
        take_set = self.tray.current
        pieces = () if take_set is None else _pieces(take_set)
        if take_set is None or not pieces:
            return song
        known, mask = self._known, take_set.request.mask
        if known is not None and known[0] is song and known[1] is mask and _are_same(known[2], pieces):
            return known[3]
        made = _edit(song, mask, pieces, "", proposals.FIRST_ID).apply(song)
        self._known = (song, mask, pieces, made)
        return made

    def with_take(self, song: Song, take_set: TakeSet, index: int | None) -> Song:
        """The song with any take of a set in it, as `shown`; None: with what the set shows."""
        pieces = _pieces(take_set) if index is None else ((take_set.request.span, take_set.takes[index]),)
        is_shown = take_set is self.tray.current and (index is None or (index == take_set.active and not take_set.comp))
        if is_shown or not pieces:
            return self.shown(song) if is_shown else song
        return _edit(song, take_set.request.mask, pieces, "", proposals.FIRST_ID).apply(song)

    def keeping(self, song: Song, bars: str) -> Edit | None:
        """What keeping would do: each piece replaced by its take's; None while what was there is shown."""
        take_set = self.tray.current
        pieces = () if take_set is None else _pieces(take_set)
        if take_set is None or not pieces:
            return None
        task = task_words(take_set.request.capability)
        label = tr("Keep {take_set} of {task} {bars}", take_set=take_set.words(), task=task, bars=bars)
        return _edit(song, take_set.request.mask, pieces, label)

    def hear_in(self, company: Hearing) -> None:
        """In what company takes are heard from now on."""
        self.hearing = company
        self.tray.changed.emit()

    def match_loudness(self, is_on: bool) -> None:
        """Whether takes are heard as loud as what was there."""
        self.matches_loudness = is_on
        self.tray.changed.emit()

    def sounding(self, song: Song) -> Song:
        """The song as it is to sound now: in what company, and as loud as what was there."""
        shown, take_set = self.shown(song), self.tray.current
        if take_set is None:
            return shown
        index = take_set.active if not take_set.comp else None
        gain_db = take_set.gain_of(index) if self.matches_loudness else 0.0
        key = (shown, self.hearing, gain_db)
        known = self._sounded
        if known is None or known[0][0] is not shown or known[0][1:] != key[1:]:
            made = hearing.heard(song, shown, take_set.request.mask.region.track_ids, self.hearing, gain_db)
            known = self._sounded = (key, made)
        return known[1]

    def laid(self, song: Song, index: int, track_id: int, tick: int) -> Edit:
        """A take at the bar of a tick; one of several parts stays on its tracks, another goes to the track that is named."""
        take_set = self.tray.current
        if take_set is None or not 0 <= index < len(take_set.takes) or not song.has_track(track_id):
            raise UnsupportedRequest(tr("That take is gone."), tr("Choose one of the takes that are shown."))
        take, target, timeline = take_set.takes[index], song.track(track_id), song.timeline
        begin = timeline.bar_start(timeline.bar_of(max(0, tick)))
        parts = [(id_, rows) for id_, rows in take.parts if song.has_track(id_)]
        goes = {id_: id_ for id_, _ in parts}
        if len(parts) == 1:
            goes = {parts[0][0]: track_id}
            _refuse_other_kind(song.track(parts[0][0]), target)
            parts = [(track_id, parts[0][1])]
        by = begin - take.span.start_tick
        patches = _carried(take_set.request.mask, goes, by)
        mask = Mask(Region(tuple(goes.values()), take.span.moved(by)), patches=patches)
        words = {"number": take_set.numeral(index), "track": target.name, "bar": timeline.bar_of(begin)}
        return takes.lay(parts, by, mask, take.origin, tr("Lay take {number} on «{track}» at bar {bar}", **words))

    def promoted(self, song: Song, index: int) -> Edit:
        """A take on a track of its own, where it belongs in time."""
        take_set = self.tray.current
        if take_set is None or not 0 <= index < len(take_set.takes):
            raise UnsupportedRequest(tr("That take is gone."), tr("Choose one of the takes that are shown."))
        take = take_set.takes[index]
        parts = [(id_, rows) for id_, rows in take.parts if song.has_track(id_)]
        if not parts:
            raise UnsupportedRequest(tr("The track these takes were made for is gone."), tr("Choose a track and generate anew."))
        label = tr("Take {number} to a new track", number=take_set.numeral(index))
        return takes.promote(parts, take.span, take.origin, label, take.number)

    def do(self, history: History, edit: Edit, selected: frozenset[int], select: frozenset[int] | None) -> Step | None:
        """Do an edit while something is proposed: on the take where it is of its notes, else on the song, or on both."""
        song, take_set = history.song, self.tray.current
        shown = self.shown(song)
        if take_set is None or shown is song:
            return history.do(edit, selected, select)
        wanted = None if select is None else frozenset(_dealt(id_, song, shown) for id_ in select)
        trial = History(shown).do(edit, selected, wanted)
        if trial is None:  # whatever it may change of the song lies under the take
            return history.do(edit, selected, _plain(select, song, shown))
        mask = _present(song, take_set.request.mask)
        song_after = _applied(edit, song)
        if take_set.comp and proposals.touches_take(shown, trial.after, song_after, mask):
            words = tr("Bars of several takes are shown: their notes cannot be edited before they are kept.")
            raise UnsupportedRequest(words, tr("Keep them (Ctrl+Enter), or show one take."))
        division = proposals.divided(song, shown, trial.after, song_after, mask)
        if division.parts is None or take_set.comp:
            return history.do(edit, selected, _plain(select, song, shown))
        beside = forks.edited(self.tray, division.parts)
        after = proposals.moved_ids(trial.selected_after, trial.after, self.shown(song))
        if division.changes_song:
            done = replace(edit, apply=lambda present: song_after if present is song and song_after else edit.apply(present))
        else:
            done = replace(edit, apply=lambda _: song, asked=None)
        return history.do(done, selected, after, beside)


def _carried(mask: Mask, goes: Mapping[int, int], by_ticks: int) -> tuple[Patch, ...]:
    """What was painted on the tracks of a take, on those where it goes, later in time."""
    patches = (patch for patch in mask.patches if patch.track_id in goes)
    return tuple(replace(each, track_id=goes[each.track_id], span=each.span.moved(by_ticks)) for each in patches)


def _pieces(take_set: TakeSet) -> Pieces:
    return tuple((span, take_set.takes[index]) for span, index in take_set.pieces if index is not None)


def _are_same(some: Pieces, others: Pieces) -> bool:
    if len(some) != len(others):
        return False
    return all(one[0] == other[0] and one[1] is other[1] for one, other in zip(some, others, strict=True))


def _edit(song: Song, whole: Mask, pieces: Pieces, label: str, first_id: int = 0) -> Edit:
    """Each piece of the mask replaced by what its take has there."""
    edits = []
    for span, take in pieces:
        mask = _present(song, replace(whole, region=replace(whole.region, span=span)))
        parts = [(track_id, rows) for track_id, rows in take.within(span) if track_id in mask.region.track_ids]
        edits.append(takes.keep(parts, mask, take.origin, label, first_id))
        turned = take.points_within(span)
        edits += [points.lay(track_id, listed) for track_id, listed in turned if track_id in mask.region.track_ids]
    return edits[0] if len(edits) == 1 else Edit(label, lambda song: reduce(lambda made, edit: edit.apply(made), edits, song))


def _present(song: Song, mask: Mask) -> Mask:
    """The mask without tracks that were deleted since."""
    track_ids = tuple(track_id for track_id in mask.region.track_ids if song.has_track(track_id))
    return replace(mask, region=replace(mask.region, track_ids=track_ids))


def _refuse_other_kind(source: Track, target: Track) -> None:
    if target.is_audio:
        raise UnsupportedRequest(tr("«{track}» holds sound, not notes.", track=target.name), tr("Choose a note track."))
    if source.instrument.is_drum != target.instrument.is_drum:
        words = tr("«{track}» plays drums, and this take is none.", track=target.name)
        if source.instrument.is_drum:
            words = tr("This take is of drums, and «{track}» plays none.", track=target.name)
        raise UnsupportedRequest(words, tr("Choose a track of its kind."))


def _dealt(id_: int, song: Song, shown: Song) -> int:
    """The id that a new note gets in the song as it is shown, of the one it would get in the song itself."""
    return id_ - song.next_id + shown.next_id if song.next_id <= id_ < proposals.FIRST_ID else id_


def _plain(select: frozenset[int] | None, song: Song, shown: Song) -> frozenset[int] | None:
    """The other way round."""
    if select is None:
        return None
    return frozenset(id_ - shown.next_id + song.next_id if id_ >= shown.next_id else id_ for id_ in select)


def _applied(edit: Edit, song: Song) -> Song | None:
    try:
        return edit.apply(song)
    except RicercarError:
        return None
