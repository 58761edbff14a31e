"""From what a composer chose to a request: what is possible, what is likely meant, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from studio.errors import UnsupportedRequest
from studio.generation.contract import Capability, Request
from studio.generation.describe import task_words
from studio.generation.latent import Phrase
from studio.knobs import KnobValue
from studio.song import masking
from studio.song.clip import Clip
from studio.song.constraint import Constraint
from studio.song.measures import SIXTEENTH_TICKS, line_symbols
from studio.song.region import Mask, Patch, Region
from studio.song.song import Song, Track
from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.words import tr

DEFAULT_BARS = 4
"""Length of what is written at the end of the song when nobody chose a length."""
OF_NOTES = ("vary", "morph", "groove")
"""Verbs that make something of the notes that are in the bars."""
READ_BARS, READ_NOTES = 16, 512
"""So many bars of, or before, the place and so many notes are looked at for what a model may read there."""
LONGEST_CLIP_TICKS = 16 * 4 * TICKS_PER_BEAT
"""More of a phrase from elsewhere no model reads; the record of every take holds it."""
LAST_SEED = 99_999
"""Seeds the dice deals: short enough to read, say and type."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Where in the song the composer points: a track, maybe bars, else so many bars at the end."""

    track_id: int
    bars: Span | None = None
    bar_count: int = DEFAULT_BARS
    patches: tuple[Patch, ...] = ()
    """What was painted: of the bars, which are their hull, only this may be written."""


@dataclass(frozen=True, slots=True)
class Wish:
    """All that the Generate panel asks for."""

    capability: Capability
    model: str
    aim: Aim
    hear: frozenset[int] = frozenset()
    knobs: Mapping[str, KnobValue] = field(default_factory=dict)
    seed: int = 1
    count: int = 4
    clips: tuple[Clip, ...] = ()
    also: tuple[int, ...] = ()
    """Further tracks that a model of several parts may write on."""
    constraints: tuple[Constraint, ...] = ()
    """What tracks keep to; those of tracks that are not written are left aside."""


def request_of(wish: Wish, song: Song) -> Request:
    """The request; UnsupportedRequest says in a sentence why there can be none."""
    reason = obstacle(wish.capability, song, wish.aim) or missing_clip(wish.capability, wish.clips)
    if reason:
        raise UnsupportedRequest(reason)
    if wish.count < 1:
        raise UnsupportedRequest(tr("No takes were asked for."), tr("Ask for at least one."))
    others = tuple(patch.track_id for patch in wish.aim.patches) or wish.also
    written = tuple(dict.fromkeys((wish.aim.track_id, *others)))
    mask = Mask(Region(written, place(wish.capability, song, wish.aim)), patches=wish.aim.patches)
    around = heard_by_default(song, wish.aim.track_id)
    hear = tuple(track.id for track in around if track.id in wish.hear and track.id not in written)
    kept = tuple(each for each in wish.constraints if each.track_id in written and not each.is_free)
    return Request(wish.capability, wish.model, song, mask, hear, dict(wish.knobs), wish.seed, wish.count, wish.clips, kept)


def repeated(request: Request, song: Song, seed: int) -> Request:
    """The same request of the song as it is now; UnsupportedRequest when its track is gone."""
    if request.capability == "record":
        raise UnsupportedRequest(tr("These takes were played by hand, so no model can make another."), tr("Record one (R)."))
    if request.capability == "import":
        words = tr("These takes came from files, so no model can make another.")
        raise UnsupportedRequest(words, tr("Drop another file onto the takes."))
    if not all(song.has_track(track_id) for track_id in request.mask.region.track_ids):
        raise UnsupportedRequest(tr("The track these takes were made for is gone."), tr("Choose a track and generate anew."))
    hear = tuple(track_id for track_id in request.hear if song.has_track(track_id))
    return replace(request, song=song, hear=hear, seed=seed)


def bars_of_loop(song: Song, loop: Span | None) -> Span | None:
    """The bars of a loop as a place to write; None for one round the whole piece, which nobody asks to have written anew."""
    if loop is None or (loop.start_tick == 0 and loop.end_tick >= song.end_tick):
        return None
    return song.timeline.whole_bars(loop)


def painted(song: Song, track_id: int, patches: tuple[Patch, ...]) -> Aim:
    """The aim at what was painted: its hull in whole bars, on the track in front where it was painted, else on the first."""
    tracks = [patch.track_id for patch in patches]
    hull = Span(min(patch.span.start_tick for patch in patches), max(patch.span.end_tick for patch in patches))
    return Aim(track_id if track_id in tracks else tracks[0], song.timeline.whole_bars(hull), patches=patches)


def place(capability: str, song: Song, aim: Aim) -> Span:
    """The bars a request writes: the chosen ones; else so many at the song's end.

    To continue bars before which there is nothing means to go on after them.
    """
    if aim.bars is not None:
        bars = song.timeline.whole_bars(aim.bars)
        if capability == "continue" and not aim.patches and goes_on_after(song, aim):
            first = song.timeline.bar_of(bars.end_tick)
            return song.timeline.bar_span(first, first + _bars_in(song, bars) - 1)
        return bars
    first = song.bar_count + 1
    return song.timeline.bar_span(first, first + max(1, aim.bar_count) - 1)


def goes_on_after(song: Song, aim: Aim) -> bool:
    """Whether the chosen bars hold the track's first music, so that continuing them means the bars after."""
    track = _track(song, aim)
    if track is None or aim.bars is None:
        return False
    bars = song.timeline.whole_bars(aim.bars)
    return not _has_notes(track, Span(0, bars.start_tick)) and _has_notes(track, bars)


def obstacle(capability: str, song: Song, aim: Aim) -> str:
    """Why this cannot be asked for here, with what to do; empty when it can."""
    track = _track(song, aim)
    if track is None:
        return tr("No track is selected. Click a track to choose where the take goes.")
    if track.is_audio:
        return tr("«{track}» holds sound, not notes. Choose a note track.", track=track.name)
    mask = Mask(Region((track.id,), place(capability, song, aim)), patches=aim.patches)
    return _lock_obstacle(track, mask) or _verb_obstacle(capability, song, track, aim)


def missing_clip(capability: str, clips: Sequence[Clip]) -> str:
    """What music from elsewhere a verb still needs; empty when it has it."""
    if capability == "morph" and not any(clip.note_count for clip in clips):
        return tr("Morph needs to know towards what. Choose a phrase with notes: bars before or after, the clipboard or a file.")
    return ""


def has_lines(song: Song, aim: Aim, capability: str) -> bool:
    """Whether what a model would read of the track holds more than one line at once."""
    track = _track(song, aim)
    if track is None or track.is_audio or track.instrument.is_drum or capability == "start":
        return False
    read = read_span(capability, song, aim)
    rows = track.notes.starting_in(read)[:READ_NOTES].copy()
    rows["start"] -= read.start_tick
    steps = read.length_ticks // SIXTEENTH_TICKS
    return bool((line_symbols(rows, steps) != line_symbols(rows, steps, lowest=True)).any())


def has_notes_near(song: Song, aim: Aim, capability: str) -> bool:
    """Whether there is anything that a take could be close to: in the bars, or before them where they are gone on from."""
    track = _track(song, aim)
    if track is None or track.is_audio:
        return False
    span = place(capability, song, aim)
    return _has_notes(track, span) or (capability != "start" and _has_notes(track, Span(0, span.start_tick)))


def read_span(capability: str, song: Song, aim: Aim) -> Span:
    """Where a model looks on the track: the bars themselves where it makes something of their notes, else those before too."""
    span = place(capability, song, aim)
    bars_before = 0 if capability in OF_NOTES else READ_BARS
    first_bar = max(1, song.timeline.bar_of(span.start_tick) - bars_before)
    whole = song.timeline.bar_span(first_bar, first_bar + READ_BARS - 1)
    return Span(whole.start_tick, max(whole.start_tick, min(whole.end_tick, span.end_tick)))


def suiting(phrase: Phrase, track: Track) -> Clip:
    """What of a phrase's first bars can be asked for on a track: its drums on a drum track, all else on another;
    UnsupportedRequest when there is no such thing."""
    wants_drums = track.instrument.is_drum
    chosen = [rows for offset, rows in phrase.clip.parts if (offset in phrase.drums) == wants_drums]
    parts = [rows[rows["start"] < LONGEST_CLIP_TICKS] for rows in chosen]
    parts = [rows for rows in parts if len(rows)]
    if not parts:
        kind = tr("drums") if wants_drums else tr("notes other than drums")
        bars = LONGEST_CLIP_TICKS // (4 * TICKS_PER_BEAT)
        where = tr(" in its first {bars} bars", bars=bars) if any(map(len, chosen)) else ""
        hint = tr("Choose something that suits «{track}».", track=track.name)
        raise UnsupportedRequest(
            tr("{source} has no {kind}{where}.", source=phrase.source or "The phrase", kind=kind, where=where), hint
        )
    return Clip(tuple(enumerate(parts)), min(phrase.clip.length_ticks, LONGEST_CLIP_TICKS))


def suggestion(capabilities: Sequence[str], song: Song, aim: Aim) -> str | None:
    """The verb most likely meant for what is selected; the first possible one otherwise."""
    possible = [name for name in capabilities if not obstacle(name, song, aim)]
    track = _track(song, aim)
    if track is None or not possible:
        return possible[0] if possible else None
    wanted = ["continue", "start"]
    if aim.bars is not None:
        bars = song.timeline.whole_bars(aim.bars)
        wanted = ["fill", *wanted] if _has_notes(track, Span(bars.end_tick, _far(song, bars))) else wanted
    return next((name for name in wanted if name in possible), possible[0])


def heard_by_default(song: Song, track_id: int) -> tuple[Track, ...]:
    """The other note tracks, which a model may listen to."""
    return tuple(track for track in song.tracks if track.id != track_id and not track.is_audio and len(track.notes))


def next_seed(seed: int) -> int:
    """The seed of "more like this"."""
    return seed + 1


def _lock_obstacle(track: Track, mask: Mask) -> str:
    if track.is_locked:
        return tr("«{track}» is locked. Unlock it first: the padlock in its row.", track=track.name)
    if masking.has_room(track, mask):
        return ""
    return tr("All that could be written on «{track}» there is locked. Unlock bars first (Shift+K).", track=track.name)


def _verb_obstacle(capability: str, song: Song, track: Track, aim: Aim) -> str:
    if capability == "fill":
        return _fill_obstacle(song, track, aim)
    if capability in OF_NOTES:
        return _notes_obstacle(capability, song, track, aim)
    if capability == "continue":
        before = place(capability, song, aim).start_tick
        if not _has_notes(track, Span(0, before)):
            bar = song.timeline.bar_of(before)
            return tr(
                "«{track}» has nothing before bar {bar} to continue. Draw a few notes first, or choose Start.",
                track=track.name,
                bar=bar,
            )
    return ""


def _fill_obstacle(song: Song, track: Track, aim: Aim) -> str:
    if aim.bars is None:
        return tr("Fill needs to know which bars to fill. Drag over bars in the ruler above the notes.")
    bars = song.timeline.whole_bars(aim.bars)
    if track.instrument.is_drum and _has_notes(track, bars):
        return ""  # a voice more among those that are there
    if not _has_notes(track, Span(0, bars.start_tick)) and not _has_notes(track, Span(bars.end_tick, _far(song, bars))):
        return tr(
            "«{track}» has no notes around these bars to lead in or out. Choose Start, or bars between notes.", track=track.name
        )
    return ""


def _notes_obstacle(capability: str, song: Song, track: Track, aim: Aim) -> str:
    verb = task_words(capability)
    if capability == "groove" and not track.instrument.is_drum:
        return tr("«{track}» is no drum track, and only drums can be given a groove. Choose a drum track.", track=track.name)
    if aim.bars is None:
        return tr("{verb} needs to know which bars. Drag over bars with notes in the ruler above the notes.", verb=verb)
    bars = song.timeline.whole_bars(aim.bars)
    if not _has_notes(track, bars):
        first = song.timeline.bar_of(bars.start_tick)
        where = (
            tr("bar {first}", first=first)
            if _bars_in(song, bars) == 1
            else tr("bars {first}-{last}", first=first, last=first + _bars_in(song, bars) - 1)
        )
        return tr(
            "«{track}» has no notes in {where} to {task}. Choose bars with notes, or choose Start.",
            track=track.name,
            where=where,
            task=capability,
        )
    return ""


def _track(song: Song, aim: Aim) -> Track | None:
    return song.track(aim.track_id) if song.has_track(aim.track_id) else None


def _has_notes(track: Track, span: Span) -> bool:
    return track.notes.has_start_in(span)


def _far(song: Song, bars: Span) -> int:
    return max(song.end_tick, bars.end_tick)


def _bars_in(song: Song, span: Span) -> int:
    return song.timeline.bar_of(max(span.start_tick, span.end_tick - 1)) - song.timeline.bar_of(span.start_tick) + 1
