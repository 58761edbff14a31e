"""`ricercar interpolate`: from one phrase to another in steps through the space of a model, all in one file."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from backends.catalogue import Catalogue
from backends.local import LocalBackend
from backends.representations.drum_voices import VOICE_OF
from studio import VERSION
from studio.app.commands import check_target, library, opened, progress_bar, write_song
from studio.explore import phrases, voicing
from studio.generation.latent import Decoded, Decoding, LatentAnswer, LatentRequest, Line, Located, Locating, Phrase
from studio.generation.sphere import between
from studio.jobs.progress import Progress
from studio.song.measures import SIXTEENTH_TICKS, drum_symbols, line_symbols, phrase_distance
from studio.song.notes import Rows
from studio.song.origin import Origin
from studio.song.song import Song
from studio.song.ticks import TICKS_PER_BEAT
from studio.song.timeline import MeterChange
from studio.words import tr

LINES: tuple[Line, ...] = get_args(Line)
BAR_TICKS = 4 * TICKS_PER_BEAT
"""Windows are counted in bars of four quarters, whatever meter the songs have."""

Ask = Callable[[LatentRequest, Progress], Iterator[LatentAnswer]]
Voices = Mapping[str, Rows]
"""Rows by part."""
Symbols = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Way:
    """How to go: the model, how many phrases altogether, the line that is read, and how boldly the ones between are drawn."""

    model: str
    parts: tuple[str, ...]
    steps: int = 7
    line: Line = "skyline"
    temperature: float = 0.0
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The phrases from A to B, each so long, and what is to be said."""

    voices: tuple[Voices, ...]
    length_ticks: int
    remarks: tuple[str, ...] = ()


def interpolate(arguments: Namespace) -> dict[str, object] | None:
    check_target(arguments.output)
    backend = LocalBackend(library(), Catalogue.standard())
    parts = backend.space(arguments.model).parts
    paths = (arguments.a, arguments.b)
    songs = [as_line(opened(path).song, arguments.line) for path in paths]
    ends = [first_phrase(song, path.name) for song, path in zip(songs, paths, strict=True)]
    late = [late_words(song, path.name) for song, path in zip(songs, paths, strict=True)]
    way = Way(arguments.model, parts, arguments.steps, arguments.line, arguments.temperature, arguments.seed)
    with progress_bar(tr("{a} to {b} with {model}", a=arguments.a.name, b=arguments.b.name, model=way.model)) as progress:
        made = stepped(ends[0], ends[1], way, backend.ask, progress)
    title = tr("{first} to {last}", first=songs[0].title, last=songs[1].title)
    write_song(marked(song_of(made, songs[0], parts, title), made, way), arguments.output, is_marked=not arguments.no_mark)
    steps = described(made, way)
    remarks = [words for words in dict.fromkeys([*late, *made.remarks]) if words]
    if arguments.json:
        return {"model": way.model, "steps": steps, "file": str(arguments.output), "remarks": remarks}
    for step in steps:
        print(tr("bar {bar}: {notes} notes, {distance_to_a:.2f} from A, {distance_to_b:.2f} from B").format_map(step))
    for remark in remarks:
        print(remark)
    return None


def stepped(a: Phrase, b: Phrase, way: Way, ask: Ask, progress: Progress) -> Steps:
    """A's own notes, the phrases on the great circle between, B's own notes."""
    found = [answer for answer in ask(Locating(way.model, (a, b), way.line), progress) if isinstance(answer, Located)]
    length = found[0].reconstruction.length_ticks
    between_them: list[Voices] = []
    if way.steps > 2:
        amounts = [number / (way.steps - 1) for number in range(1, way.steps - 1)]
        points = np.stack([between(found[0].mean, found[1].mean, amount) for amount in amounts])
        decoding = Decoding(way.model, points, way.temperature, way.seed)
        answers = [answer for answer in ask(decoding, progress) if isinstance(answer, Decoded)]
        between_them = [voicing.decoded(answer.clip, way.parts) for answer in answers]
    own = [_own(phrase, way.parts, length) for phrase in (a, b)]
    remarks = tuple(remark for located in found for remark in located.remarks)
    return Steps((own[0], *between_them, own[1]), length, remarks)


def as_line(song: Song, line: Line) -> Song:
    """The song; of its tracks with pitches only the first, where that is the line."""
    if line != "track":
        return song
    pitched = [track for track in song.tracks if not track.is_audio and not track.instrument.is_drum and len(track.notes)]
    return replace(song, tracks=tuple(track for track in song.tracks if track not in pitched[1:]))


def first_phrase(song: Song, name: str) -> Phrase:
    """The song from the bar of its first note."""
    # That a phrase holds so many bars at most matters to nobody here: a model reads fewer, and says so.
    return phrases.of_file(song, name, lambda _said: None)


def late_words(song: Song, name: str) -> str:
    """That a song begins with empty bars, which are passed over."""
    starts = [int(track.notes.rows["start"][0]) for track in song.tracks if len(track.notes)]
    bar = song.timeline.bar_of(min(starts, default=0))
    return tr("«{name}» has its first note in bar {bar}: it was read from there.", name=name, bar=bar) if bar > 1 else ""


def described(made: Steps, way: Way) -> list[dict[str, object]]:
    """The steps for a reader: where each lies, how busy it is, and its phrase distance (0 to 1) to either end."""
    steps = made.length_ticks // SIXTEENTH_TICKS
    symbols = [_symbols(voices, steps, way.line) for voices in made.voices]
    return [
        {
            "index": index,
            "bar": 1 + index * made.length_ticks // BAR_TICKS,
            "notes": sum(len(rows) for rows in voices.values()),
            "distance_to_a": round(_distance(symbols[index], symbols[0]), 4),
            "distance_to_b": round(_distance(symbols[index], symbols[-1]), 4),
        }
        for index, voices in enumerate(made.voices)
    ]


def song_of(made: Steps, like: Song, parts: Sequence[str], title: str) -> Song:
    """The steps one after another at the tempo of a song, on tracks with its sounds."""
    rows = {
        part: voicing.joined(voicing.shifted(voices[part], index * made.length_ticks) for index, voices in enumerate(made.voices))
        for part in parts
    }
    timeline = replace(like.timeline, tempos=(like.timeline.tempo_at(0),), meters=(MeterChange(0, 4, 4),), keys=(), markers=())
    tracks = voicing.heard_tracks(voicing.seats(like, parts), rows)
    tracks = tuple(replace(track, controls=type(track.controls).EMPTY) for track in tracks)
    return replace(like, title=title, tracks=tracks, timeline=timeline, origins=(), next_id=10**6, foreign=())


def marked(song: Song, made: Steps, way: Way) -> Song:
    """The song with what the model made told apart from A and B, and ids of its own for every note."""
    origin = Origin(song.next_id, way.model, "", "interpolate", way.seed, 1, "{}", VERSION)
    next_id = origin.id + 1
    tracks = []
    for track in song.tracks:
        rows = track.notes.rows.copy()
        between_ends = (rows["start"] >= made.length_ticks) & (rows["start"] < (len(made.voices) - 1) * made.length_ticks)
        rows["origin"][between_ends] = origin.id
        rows["id"] = np.arange(next_id, next_id + len(rows))
        next_id += len(rows)
        tracks.append(replace(track, notes=type(track.notes)(rows)))
    return replace(song, tracks=tuple(tracks), origins=(origin,), next_id=next_id)


def _own(phrase: Phrase, parts: Sequence[str], length: int) -> Voices:
    """The phrase's notes as they are, cut or repeated to the length."""
    voices = voicing.voiced(phrase, parts)
    return {part: voicing.brought_to(rows, phrase.clip.length_ticks, length) for part, rows in voices.items()}


def _symbols(voices: Voices, steps: int, line: Line) -> list[Symbols]:
    found = []
    for part, rows in voices.items():
        if part == voicing.DRUMS:
            found.append(drum_symbols(rows, steps, VOICE_OF["general"]))
        else:
            found.append(line_symbols(rows, steps, lowest=line == "lowest").astype(np.int64))
    return found


def _distance(one: Sequence[Symbols], other: Sequence[Symbols]) -> float:
    """The mean over the parts."""
    return float(np.mean([phrase_distance(mine, theirs) for mine, theirs in zip(one, other, strict=True)]))
