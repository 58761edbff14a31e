"""Stand-ins that are part of the design: a silent sound, a model that returns what it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from studio.errors import UnsupportedRequest
from studio.generation.contract import Request, Take
from studio.generation.latent import LatentAnswer, LatentRequest
from studio.generation.lecture import Lesson, LessonAnswer
from studio.jobs.progress import Progress
from studio.song.notes import Note, rows_of
from studio.song.origin import Origin
from studio.song.song import Song
from studio.song.ticks import TICKS_PER_BEAT, Span


class SilentSound:
    """Remembers what it was asked; makes no sound."""

    def __init__(self) -> None:
        self.loaded: list[Song] = []
        self.swaps: list[str] = []
        self.calls: list[tuple[str, object]] = []
        self.is_playing = False

    def load(self, song: Song, sounds: Mapping[str, Path] | None = None, swap: str = "now") -> None:
        self.loaded.append(song)
        self.swaps.append(swap)

    def play(self) -> None:
        self.calls.append(("play", None))
        self.is_playing = True

    def pause(self) -> None:
        self.calls.append(("pause", None))
        self.is_playing = False

    def stop(self) -> None:
        self.calls.append(("stop", None))
        self.is_playing = False

    def seek(self, tick: int) -> None:
        self.calls.append(("seek", tick))

    def set_loop(self, span: Span | None) -> None:
        self.calls.append(("loop", span))


def origin_of(request: Request, number: int) -> Origin:
    return Origin(0, request.model, "0" * 64, request.capability, request.seed, number, "{}", "test")


def scale_takes(request: Request, progress: Progress) -> Iterator[Take]:
    """Takes that walk up a scale from the seed: deterministic, inside the region."""
    for number in range(1, request.count + 1):
        progress.stop_if_cancelled()
        span = request.span
        starts = range(span.start_tick, span.end_tick, TICKS_PER_BEAT)
        steps = (0, 2, 4, 5, 7, 9, 11)
        notes = [
            Note(start, TICKS_PER_BEAT, 60 + (request.seed + number) % 5 + steps[i % 7], 60 + (i * 7) % 50)
            for i, start in enumerate(starts)
        ]
        parts = ((request.mask.region.track_ids[0], rows_of(notes)),)
        progress.report(number, request.count, f"take {number}")
        yield Take(number, span, parts, origin_of(request, number))


def no_space(request: LatentRequest, progress: Progress) -> Iterator[LatentAnswer]:
    """No model here has a latent space."""
    raise UnsupportedRequest(f"{request.model} has no space to explore.")


def no_lesson(lesson: Lesson, progress: Progress) -> Iterator[LessonAnswer]:
    """Nothing can be learnt here."""
    raise UnsupportedRequest("Nothing can be learnt here.")


def fixed_takes(parts_of: Callable[[Request], list[Take]]) -> Callable[[Request, Progress], Iterator[Take]]:
    """A generate function that yields prepared takes."""

    def generate(request: Request, progress: Progress) -> Iterator[Take]:
        yield from parts_of(request)

    return generate
