"""Songs -> encoded melodies in three parts, split by tune; what was skipped is counted, not hidden."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from backends.representations.melody import (
    STEP_TICKS,
    Events,
    Line,
    MelodyCodec,
    PhraseRules,
    attacks,
    bar_steps,
    phrases,
    read_line,
)
from studio.jobs.progress import Progress
from studio.song.song import Song, Track
from studio.song.ticks import Span

PARTS = ("train", "valid", "test")
SHARES = (0.90, 0.05, 0.05)
SAME_TUNE_NOTES = 20
"""Melodies that share this many notes in a row (intervals and lengths) count as one tune and stay in one part."""

NAMES_OF_MELODY = ("melody", "vocal", "voice", "lead", "singer", "solo", "tune")


@dataclass(frozen=True, slots=True)
class Melody:
    """One phrase, ready to learn: classes of the codec, steps of its bar, the song it is from, its shift to C."""

    events: Events
    bar: int
    source: str
    shift: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """The three parts, and counts of what was read, skipped and why."""

    parts: Mapping[str, tuple[Melody, ...]]
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def train(self) -> tuple[Melody, ...]:
        return self.parts["train"]

    @property
    def valid(self) -> tuple[Melody, ...]:
        return self.parts["valid"]

    @property
    def test(self) -> tuple[Melody, ...]:
        return self.parts["test"]

    def described(self) -> str:
        """One line per count, for a log or a card."""
        sizes = [f"{part}: {len(held)} melodies, {sum(len(m.events) for m in held)} steps" for part, held in self.parts.items()]
        return "\n".join(sizes + [f"{name}: {count}" for name, count in sorted(self.counts.items())])


def melody_track(song: Song) -> tuple[Track, str] | None:
    """The track that carries the tune, and how it was found; None when nothing has pitch."""
    pitched = [track for track in song.tracks if track.notes and not track.instrument.is_drum and not track.is_audio]
    if not pitched:
        return None
    for word in NAMES_OF_MELODY:
        for track in pitched:
            if word in track.name.lower():
                return track, f"track named {word}"
    if len(pitched) == 1:
        return pitched[0], "only track"
    return max(pitched, key=lambda track: float(np.mean(track.notes.rows["pitch"]))), "highest track"


def melody_lines(song: Song, track: Track) -> Iterator[tuple[Line, int]]:
    """The line of each stretch of one metre, with the steps of its bar."""
    end = track.notes.end_tick
    meters = song.timeline.meters
    following = [meter.tick for meter in meters[1:]] + [end]
    for meter, stop in zip(meters, following, strict=True):
        last = min(stop, end)
        if last <= meter.tick:
            continue
        whole = meter.tick + -(-(last - meter.tick) // STEP_TICKS) * STEP_TICKS
        yield read_line(track.notes.rows, Span(meter.tick, whole)).line, bar_steps(meter)


def build(
    songs: Iterable[tuple[str, Song]], codec: MelodyCodec, rules: PhraseRules | None = None, progress: Progress | None = None
) -> Corpus:
    """Encode every song's melody, drop exact doubles, keep variants of one tune together, split 90/5/5 by content."""
    rules = rules or PhraseRules()
    counts: Counter[str] = Counter()
    melodies: list[Melody] = []
    tunes = _Tunes()
    seen: set[bytes] = set()
    for source, song in songs:
        if progress is not None:
            progress.stop_if_cancelled()
        counts["songs read"] += 1
        found = melody_track(song)
        if found is None:
            counts["skipped, no pitched notes"] += 1
            continue
        track, how = found
        counts[f"melody by {how}"] += 1
        for line, bar in melody_lines(song, track):
            kept, skipped = phrases(line, bar, rules)
            counts.update({f"stretches left out, {reason}": count for reason, count in skipped.items()})
            for phrase in kept:
                shift = codec.shift(phrase)
                events = codec.events(phrase, shift)
                counts["notes moved into range"] += codec.outside(phrase, shift)
                digest = hashlib.sha256(events.tobytes() + bytes([bar])).digest()
                if digest in seen:
                    counts["exact doubles dropped"] += 1
                    continue
                seen.add(digest)
                melodies.append(Melody(events, bar, source, shift))
                tunes.add(source, phrase, digest)
    return Corpus(_split(melodies, tunes), dict(counts))


def _split(melodies: list[Melody], tunes: _Tunes) -> dict[str, tuple[Melody, ...]]:
    digests = {melody.source: tunes.digest_of(melody.source) for melody in melodies}
    chosen = {digest: part_of(digest) for digest in digests.values()}
    for part in PARTS[1:]:
        # A small collection can leave a part empty: the tune nearest to it by place goes there.
        if part not in chosen.values() and len(chosen) >= 10:
            spare = [digest for digest, where in chosen.items() if where == PARTS[0]]
            chosen[max(spare, key=_place)] = part
    held: dict[str, list[Melody]] = {part: [] for part in PARTS}
    for melody in melodies:
        held[chosen[digests[melody.source]]].append(melody)
    return {part: tuple(found) for part, found in held.items()}


def part_of(digest: bytes) -> str:
    """The part a tune belongs to: the same in every run and beside any other data."""
    place = _place(digest)
    return PARTS[0] if place < SHARES[0] else PARTS[1] if place < SHARES[0] + SHARES[1] else PARTS[2]


def _place(digest: bytes) -> float:
    """A tune's place in [0, 1), even over tunes."""
    return int.from_bytes(hashlib.sha256(digest).digest()[:8], "big") / 2**64


class _Tunes:
    """Which songs are one tune: joined when they share a long enough run of intervals and lengths."""

    def __init__(self) -> None:
        self._joined: dict[str, str] = {}
        self._owner: dict[bytes, str] = {}
        self._digests: dict[str, bytes] = {}

    def add(self, source: str, line: Line, digest: bytes) -> None:
        self._joined.setdefault(source, source)
        root = self._root(source)
        self._digests[root] = min(self._digests.get(root, digest), digest)
        for run in _runs(line):
            other = self._owner.setdefault(run, source)
            self._join(source, other)

    def digest_of(self, source: str) -> bytes:
        return self._digests[self._root(source)]

    def _root(self, source: str) -> str:
        while self._joined[source] != source:
            self._joined[source] = self._joined[self._joined[source]]
            source = self._joined[source]
        return source

    def _join(self, one: str, other: str) -> None:
        first, second = sorted((self._root(one), self._root(other)))
        if first != second:
            self._joined[second] = first
            self._digests[first] = min(self._digests[first], self._digests.pop(second))


def _runs(line: Line) -> Iterator[bytes]:
    """Every run of SAME_TUNE_NOTES (interval, step to the next attack) pairs that is not mere repetition."""
    starts, _, pitches = attacks(line)
    pairs = np.stack([np.diff(pitches), np.minimum(np.diff(starts), 64)], axis=1).astype(np.int8)
    for first in range(len(pairs) - SAME_TUNE_NOTES + 1):
        run = pairs[first : first + SAME_TUNE_NOTES]
        if len(np.unique(run, axis=0)) >= 6:
            yield run.tobytes()
