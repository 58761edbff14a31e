"""What can be made of files that come in, where in the song they land, and why something cannot be had just now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studio.app import exploring
from studio.app.desk import Desk
from studio.app.import_files import Incoming, contents_words, picture_of
from studio.app.workspaces import EXPLORE
from studio.edits import merging, merging_time
from studio.explore import phrases
from studio.files.project import SUFFIX
from studio.song.region import Region
from studio.song.song import Song
from studio.song.ticks import Span
from studio.words import counted, tr
from widgets.dialogs.import_choice import ImportQuestion, Way

OPEN, TRACKS, NOTES, TAKE, ANCHOR, SEED = "open", "tracks", "notes", "take", "anchor", "seed"


@dataclass(frozen=True, slots=True)
class Landing:
    """Where files were let go: the way that is meant most likely, the bar line, and the track there (or in front)."""

    way: str
    tick: int
    track_id: int | None
    is_on_track: bool = False


def is_blank(desk: Desk) -> bool:
    """Whether nobody has begun anything yet."""
    session = desk.session
    return not session.song.note_count and session.tray.current is None and session.history.undo_label is None


def front_track(desk: Desk) -> int | None:
    track_id = desk.session.selection.track_id
    return track_id if desk.session.song.has_track(track_id) else None


def at_cursor(desk: Desk) -> Landing:
    """The bar of the edit cursor, or the first selected one, on the track in front."""
    chosen, timeline = desk.session.selection, desk.session.song.timeline
    tick = chosen.bars.start_tick if chosen.bars is not None else chosen.cursor_tick
    return Landing(TRACKS, timeline.bar_start(timeline.bar_of(tick)), front_track(desk))


def region_of(desk: Desk, landing: Landing) -> Region | None:
    """The bars that takes would be for: the selected ones, else those of the takes that are shown."""
    chosen, song, take_set = desk.session.selection, desk.session.song, desk.session.tray.current
    if chosen.bars is not None:
        track_ids = chosen.range_ids or ((landing.track_id,) if landing.track_id is not None else ())
        there = tuple(id_ for id_ in track_ids if song.has_track(id_) and not song.track(id_).is_audio)
        return Region(there, song.timeline.whole_bars(chosen.bars)) if there else None
    if take_set is not None:
        region = take_set.request.mask.region
        return region if all(map(song.has_track, region.track_ids)) else None
    return None


def question(desk: Desk, files: Sequence[Incoming], landing: Landing) -> ImportQuestion:
    """What to ask about these files."""
    song, policy = desk.session.song, desk.store.settings.import_tempo
    name = f"«{files[0].path.name}»" if len(files) == 1 else counted(len(files), "{n} file", "{n} files")
    different = next((file.song for file in files if merging_time.differs(song, file.song, landing.tick)), None)
    bar = song.timeline.bar_of(landing.tick)
    tempo = _tempo_words(different, bar) if different is not None and policy == "ask" else ""
    return ImportQuestion(
        tr("Import {title}", title=name),
        _about(files),
        tuple(_ways(desk, files, landing)),
        _usual(song, files, landing),
        tempo,
        takes_tempo=not song.note_count,
        picture=picture_of(files),
    )


def _about(files: Sequence[Incoming]) -> str:
    words = contents_words(files)
    if len(files) > 1:
        return f"{words}."
    timeline = files[0].song.timeline
    tempo, meter = round(60e6 / timeline.tempos[0].us_per_beat), timeline.meters[0]
    return tr("{contents}, {tempo} BPM, {meter}.", contents=words, tempo=tempo, meter=f"{meter.numerator}/{meter.denominator}")


def _tempo_words(other: Song, bar: int) -> str:
    tempo, meter = other.timeline.tempos[0], other.timeline.meters[0]
    return tr(
        "Take over its tempo and meter ({tempo} BPM, {meter}) from bar {bar} on",
        tempo=round(60e6 / tempo.us_per_beat),
        meter=f"{meter.numerator}/{meter.denominator}",
        bar=bar,
    )


def _usual(song: Song, files: Sequence[Incoming], landing: Landing) -> str:
    """As meant by the place; on a track a single voice goes onto it, several come as tracks of their own, and a whole project is
    opened."""
    if landing.way in (NOTES, TRACKS) and all(file.path.suffix.lower() == SUFFIX for file in files):
        return OPEN
    if landing.way != NOTES or landing.track_id is None:
        return landing.way
    voices = sum(bool(len(track.notes)) for file in files for track in file.song.tracks)
    fits = any(merging.suiting(song.track(landing.track_id), file.song) for file in files)
    return NOTES if voices == 1 and fits else TRACKS


def _ways(desk: Desk, files: Sequence[Incoming], landing: Landing) -> list[Way]:
    song, is_one = desk.session.song, len(files) == 1
    bar = song.timeline.bar_of(landing.tick)
    opened = tr("Open as a project of its own") if is_one else tr("One new project of all of them")
    voices = sum(len(file.song.tracks) for file in files)
    return [
        Way(
            TRACKS,
            tr("Add to the song at bar {bar}", bar=bar),
            counted(voices, "{n} new track below those of the song", "{n} new tracks below those of the song"),
            by_tempo=True,
        ),
        *_onto_track(song, files, landing, bar),
        _as_take(desk, files, landing),
        Way(OPEN, opened, tr("In place of the song that is open")),
        Way(ANCHOR, tr("Put on the pad of Explore"), tr("Its first bars become a phrase of the pad"), _no_anchor(desk, files)),
        Way(SEED, tr("Give it to the Generate panel"), tr("As the music that the request names"), _no_seed(desk, files)),
    ]


def _onto_track(song: Song, files: Sequence[Incoming], landing: Landing, bar: int) -> list[Way]:
    if landing.track_id is None:
        return []
    track = song.track(landing.track_id)
    reasons = [merging.misfit(track, file.song) for file in files]
    title = tr("Notes onto «{track}» at bar {bar}", track=track.name, bar=bar)
    return [Way(NOTES, title, tr("Notes that are there stay as they are"), "" if not all(reasons) else reasons[0], by_tempo=True)]


def _as_take(desk: Desk, files: Sequence[Incoming], landing: Landing) -> Way:
    region, song = region_of(desk, landing), desk.session.song
    words = tr("Its first bars, to hear, compare and keep like any take")
    if region is None:
        return Way(
            TAKE, tr("As a take of the selected bars"), words, tr("Select bars first: drag over the ruler above the notes.")
        )
    tracks = [song.track(track_id) for track_id in region.track_ids]
    misfits = [merging.misfit(track, file.song) for track in tracks for file in files]
    place = _bars_words(song, region.span)
    return Way(TAKE, tr("As a take of {bars}", bars=place), words, "" if not all(misfits) else misfits[0])


def _bars_words(song: Song, span: Span) -> str:
    first, last = song.timeline.bar_of(span.start_tick), song.timeline.bar_of(span.end_tick - 1)
    return tr("bar {first}", first=first) if first == last else tr("bars {first}-{last}", first=first, last=last)


def _no_anchor(desk: Desk, files: Sequence[Incoming]) -> str:
    if not desk.explorer.models:
        return tr("No model with a space to explore is installed.")
    if len(files) > len(free_slots(desk)):
        return tr("The pad has no room for it: drop the file onto the phrase that it is to replace.")
    return "" if all(file.song.note_count for file in files) else tr("There are no notes in it.")


def free_slots(desk: Desk) -> list[int]:
    return [slot for slot, anchor in enumerate(desk.explorer.pad.anchors) if anchor is None]


def put_anchors(desk: Desk, named: Sequence[tuple[str, Song]]) -> None:
    """Phrases of the files on the free corners of the pad, which is shown."""
    found = [desk.explorer.phrase_of_file(song, name) for name, song in named]
    exploring.show_workspace(desk, EXPLORE)
    for slot, phrase in zip(free_slots(desk), found, strict=False):
        desk.explorer.place_anchor(slot, phrase)


def _no_seed(desk: Desk, files: Sequence[Incoming]) -> str:
    if len(files) > 1:
        return tr("A request names one phrase: drop a single file.")
    if not desk.window.generate.towards.takes_files:
        return tr("Only Vary, Morph and Groove take music from elsewhere: choose one of them in the Generate panel.")
    return "" if files[0].song.note_count else tr("There are no notes in it.")


def name_seed(desk: Desk, name: str, song: Song) -> None:
    """The file is what the request of the Generate panel names."""
    desk.window.generate.towards.name(phrases.of_file(song, name, desk.session.say))
    desk.session.say(tr("«{name}» is what the next request names.", name=name))
