"""`ricercar generate`: takes of a model, one MIDI file each."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from backends.catalogue import Catalogue
from backends.local import LocalBackend
from studio.app.commands import check_target, library, opened, progress_bar, write_song
from studio.app.constrain_words import axis_of, constraint_of
from studio.edits import takes as take_edits
from studio.errors import UnreadableFile, UnsupportedRequest
from studio.explore import phrases, voicing
from studio.generation import asking
from studio.generation.asking import Aim
from studio.generation.contract import Family, Request, Take
from studio.generation.describe import task_words
from studio.generation.library import ListedModel
from studio.generation.offer import WAY, parts_of
from studio.generation.steering import all_knobs
from studio.generation.sweep import swept
from studio.knobs import filled
from studio.song.clip import Clip
from studio.song.constraint import Constraint
from studio.song.notes import Notes
from studio.song.region import Mask, Region
from studio.song.song import Song, Track, empty_song
from studio.song.ticks import Span
from studio.words import tr, within

START_BARS = 8
CONTINUE_BARS = 4
MOST_BARS = 256
TAKE_ID = 10**6
TOWARDS = ("morph", "groove")
"""Tasks that may name music from elsewhere."""


def generate(arguments: Namespace) -> dict[str, object] | None:
    check_target(arguments.output)
    song = opened(arguments.input).song if arguments.input else _blank(arguments.task)
    request = _request(arguments, song)
    backend = LocalBackend(library(), Catalogue.standard())
    with progress_bar(tr("{task} with {model}", task=task_words(arguments.task), model=request.model)) as progress:
        made = list(backend.generate(request, progress))
    written = []
    for take in made:
        target = arguments.output.with_name(f"{arguments.output.stem}-{take.number}{arguments.output.suffix or '.mid'}")
        whole = _alone(song, take) if arguments.only_take else _with_take(request, take)
        write_song(whole, target, is_marked=not arguments.no_mark)
        written.append(_described(take, target))
    if arguments.json:
        return {"model": request.model, "task": request.capability, "takes": written}
    for entry in written:
        print(
            tr("{file}: {notes} notes", file=entry["file"], notes=entry["notes"])
            + "".join(f"; {remark}" for remark in take_remarks(entry))
        )
    return None


def take_remarks(entry: dict[str, object]) -> list[str]:
    remarks = entry["remarks"]
    return [str(remark) for remark in remarks] if isinstance(remarks, list) else []


def _blank(task: str) -> Song:
    if task != "start":
        raise UnreadableFile(
            tr("There is no song to {task}.", task=within(task_words(task))), tr("Give a MIDI file or a project before --model.")
        )
    return empty_song()


def _request(arguments: Namespace, song: Song) -> Request:
    model = library().find(arguments.model)
    task = arguments.task
    if task not in model.capabilities:
        raise UnsupportedRequest(
            tr("{model} cannot {task}.", model=model.title, task=within(task_words(task))),
            tr("It can: {tasks}.", tasks=", ".join(within(task_words(each)) for each in model.capabilities)),
        )
    song, track_ids = tracks_for(song, model, task, arguments.tracks)
    span = span_for(song, task, arguments.bars)
    family = Catalogue.standard().family(model.family)
    clips = _towards(arguments, song.track(track_ids[0])) or _way(arguments, model, family, song.track(track_ids[0]))
    _refuse_silence(song, task, track_ids, span, clips)
    hear = tuple(track.id for track in song.tracks if track.id not in track_ids)
    knobs = filled(all_knobs(family), dict(arguments.settings))
    mask = Mask(Region(track_ids, span))
    kept = _constraints(arguments.constraints, song, track_ids)
    request = Request(task, model.id, song, mask, hear, knobs, arguments.seed, arguments.takes, clips, kept)
    axes = tuple(axis_of(text) for text in arguments.sweep)
    return swept(request, axes, family) if axes else request


def _constraints(texts: list[str], song: Song, track_ids: tuple[int, ...]) -> tuple[Constraint, ...]:
    """What the written tracks keep to in the song, and in its stead what is said of one here."""
    said = [constraint_of(text, lambda name: named_tracks(song, name)[0], track_ids[0]) for text in texts]
    named = {constraint.track_id for constraint in said}
    return *said, *(each for each in song.constraints if each.track_id in track_ids and each.track_id not in named)


def tracks_for(song: Song, model: ListedModel, task: str, text: str) -> tuple[Song, tuple[int, ...]]:
    """Where the takes go: "1,2" or names; without any, the first tracks that suit the model's parts, added where new
    music is to be written and the song has none."""
    if text:
        return song, named_tracks(song, text)
    parts = ("drums",) if task == "groove" else parts_of(model)
    if parts == ("melody",):
        melodic = [track.id for track in song.tracks if not track.instrument.is_drum and not track.is_audio]
        if not melodic:
            raise UnsupportedRequest(tr("The song has no track for a melody."), tr("Add a track that is no drum kit."))
        return song, (melodic[0],)
    placed = voicing.seats(song, parts)
    missing = [seat.part for seat in placed if seat.is_new]
    if task in asking.OF_NOTES and len(missing) == len(placed):
        raise UnsupportedRequest(
            tr("The song has no track of {missing} to {task}.", missing=tr(" or ").join(missing), task=within(task_words(task))),
            tr("Name one with --tracks."),
        )
    grown = voicing.with_new_tracks(song, placed)
    return grown, tuple(seat.track.id for seat in placed)


def named_tracks(song: Song, text: str) -> tuple[int, ...]:
    """The tracks that "1,2" or their names mean, each once; UnsupportedRequest where there is none of a name."""
    found = []
    for word in (part.strip() for part in text.split(",")):
        by_name = [track.id for track in song.tracks if track.name == word]
        by_number = [song.tracks[int(word) - 1].id] if word.isdecimal() and 1 <= int(word) <= len(song.tracks) else []
        if not by_name and not by_number:
            names = ", ".join(f"{number} {track.name}" for number, track in enumerate(song.tracks, start=1))
            raise UnsupportedRequest(tr("There is no track «{word}».", word=word), tr("The song has: {names}.", names=names))
        found.append((by_name or by_number)[0])
    return tuple(dict.fromkeys(found))


def _towards(arguments: Namespace, track: Track) -> tuple[Clip, ...]:
    """What of the file named fits the track: the far end of a morph, the drums whose feel is taken."""
    if arguments.towards is None:
        return ()
    if arguments.task not in TOWARDS:
        raise UnsupportedRequest(
            tr("--towards has no meaning for {task}.", task=arguments.task),
            tr("Use it with {towards}.", towards=tr(" or ").join(TOWARDS)),
        )
    return (_suiting(arguments.towards, track),)


def _way(arguments: Namespace, model: ListedModel, family: Family, track: Track) -> tuple[Clip, ...]:
    """Two files: as the first is to the second, so is what stands in the bars to what is to stand there."""
    if arguments.start is None and arguments.goal is None:
        return ()
    if arguments.task != "vary":
        raise UnsupportedRequest(
            tr("--from and --to have no meaning for {task}.", task=arguments.task), tr("Use them with vary.")
        )
    if arguments.start is None or arguments.goal is None:
        raise UnsupportedRequest(
            tr("An analogy leads from one phrase to another, and one is missing."), tr("Give --from and --to.")
        )
    if not any(knob.name == WAY for knob in family.knobs):
        raise UnsupportedRequest(
            tr("{model} cannot vary as from one phrase to another.", model=model.title), tr("Choose a MusicVAE.")
        )
    return _suiting(arguments.start, track), _suiting(arguments.goal, track)


def _suiting(path: Path, track: Track) -> Clip:
    phrase = phrases.of_file(opened(path).song, path.name, lambda _said: None)
    return asking.suiting(phrase, track)


def _refuse_silence(song: Song, task: str, track_ids: tuple[int, ...], span: Span, clips: tuple[Clip, ...]) -> None:
    reasons = [asking.obstacle(task, song, Aim(track_id, span)) for track_id in track_ids] if task in asking.OF_NOTES else [""]
    reason = reasons[0] if all(reasons) else ""
    if task == "morph" and not clips:
        raise UnsupportedRequest(tr("Morph needs to know towards what."), tr("Add --towards and a music file."))
    if reason:
        raise UnsupportedRequest(reason)


def span_for(song: Song, task: str, bars: tuple[int, int] | None) -> Span:
    """The bars named; without any the end of the song, or all of it for what makes something of its notes."""
    count = song.bar_count
    if bars is None:
        if task == "fill":
            raise UnsupportedRequest(tr("Fill needs to know which bars to fill."), tr("Add --bars, such as --bars 9-12."))
        if task in asking.OF_NOTES and count:
            return _whole(song, 1, count)
        length = START_BARS if task == "start" and not count else CONTINUE_BARS
        return song.timeline.bar_span(count + 1, count + length)
    first, last = bars
    if first > count + 1 or (task in ("fill", *asking.OF_NOTES) and last > count):
        raise UnsupportedRequest(
            tr("Bars {first}-{last} lie outside the song, which has {count}.", first=first, last=last, count=count),
            tr("Use bars up to {count}.", count=count),
        )
    return _whole(song, first, last)


def _whole(song: Song, first: int, last: int) -> Span:
    if last - first >= MOST_BARS:
        raise UnsupportedRequest(
            tr("{n} bars are too many for one take.", n=last - first + 1),
            tr("Ask for at most {most} with --bars.", most=MOST_BARS),
        )
    return song.timeline.bar_span(first, last)


def _with_take(request: Request, take: Take) -> Song:
    return take_edits.keep(take.parts, request.mask, take.origin, "take").apply(request.song)


def _alone(song: Song, take: Take) -> Song:
    """The take by itself from tick 0, with the tempo, meter and key in force there."""
    start = take.span.start_tick
    timeline = replace(
        song.timeline,
        tempos=(song.timeline.tempo_at(start)._replace(tick=0),),
        meters=(song.timeline.meter_at(start)._replace(tick=0),),
        keys=(),
        markers=(),
    )
    key = song.timeline.key_at(start)
    timeline = timeline.with_key(0, key) if key else timeline
    tracks, next_id = [], TAKE_ID + 1
    for track_id, rows in take.parts:
        moved = rows.copy()
        moved["start"] -= start
        moved["id"] = range(next_id, next_id + len(moved))
        next_id += len(moved)
        moved["origin"] = TAKE_ID
        track = song.track(track_id)
        tracks.append(replace(track, notes=Notes(moved), controls=type(track.controls).EMPTY))
    origins = (replace(take.origin, id=TAKE_ID),)
    return replace(song, tracks=tuple(tracks), timeline=timeline, origins=origins, next_id=next_id, foreign=())


def _described(take: Take, target: Path) -> dict[str, object]:
    return {
        "file": str(target),
        "number": take.number,
        "seed": take.origin.seed,
        "notes": take.note_count,
        "remarks": list(take.remarks),
        "figures": dict(take.figures),
    }
