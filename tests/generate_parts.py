"""Stand-ins for the Generate and Takes panels: models that need no weights, and one that makes a take when told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Semaphore

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.generation.card import DataSource, ModelCard
from studio.generation.contract import Family, Request, Take
from studio.generation.library import ListedModel
from studio.jobs.board import InlineRunner, Runner
from studio.jobs.progress import Progress
from studio.knobs import Knob
from studio.session import Generate as Make
from studio.session import Session
from studio.song import Note, Notes, Track, empty_song
from studio.song.harmony import Key
from studio.song.song import Song
from tests.fakes import SilentSound, scale_takes
from widgets.panels.generate import Generate
from widgets.panels.takes import Takes

BAR = 3840
KNOBS = (
    Knob("stay_in_key", "Stay in key", "soft", choices=("off", "soft", "on")),
    Knob("key", "Key", "auto"),
    Knob("density", "How busy", 0.0, -1.0, 1.0),
    Knob("temperature", "Surprise", 1.0, 0.1, 2.0, help="Low: likely. High: bold."),
    Knob("top_p", "Nucleus", 1.0, 0.05, 1.0, expert=True),
)
FAMILIES = {"melody": Family("melody", "Melody", 1, ("start", "continue", "fill"), KNOBS)}


def listed(model_id: str, title: str, licence: str, permissive: bool, reason: str = "") -> ListedModel:
    data = (DataSource("POP909", "MIT", True, 0.5), DataSource("Tunes", licence, permissive, 0.5))
    verbs = ("start", "continue", "fill")
    figures = {"loss": 0.5, "ngram_loss": 0.6, "accuracy": 0.8, "accuracy_on_onsets": 0.4, "steps": 24000.0}
    answers = {"objective": "To go on.", "cannot": "Chords."}
    card = ModelCard(model_id, title, "melody", 1, "", verbs, {}, {}, data, "ricercar train", 1, figures=figures, answers=answers)
    return ListedModel(model_id, Path(), card, verbs, reason)


class Shelf:
    """A library of three: two usable, one of them permissive, one broken."""

    def __init__(self, *models: ListedModel) -> None:
        self.models = models or (
            listed("folk", "Folk", "GPL v3", False),
            listed("pop", "Pop", "CC0", True),
            listed("old", "Old", "CC0", True, "Its weights are missing. Install the model again."),
        )

    def cards(self, permissive_only: bool = False) -> tuple[ListedModel, ...]:
        return tuple(m for m in self.models if not permissive_only or (m.card is not None and m.card.is_permissive))


class GatedModel:
    """Yields one take for each `allow()`, on whatever thread runs it; obeys cancel at once."""

    def __init__(self) -> None:
        self.gate = Semaphore(0)
        self.requests: list[Request] = []

    def allow(self, takes: int = 1) -> None:
        self.gate.release(takes)

    def __call__(self, request: Request, progress: Progress) -> Iterator[Take]:
        self.requests.append(request)
        for take in scale_takes(request, Progress()):
            progress.report(take.number - 1, request.count, f"take {take.number} of {request.count}, bar 1")
            while not self.gate.acquire(timeout=0.002):
                progress.stop_if_cancelled()
            yield take


class Recorder:
    """Makes scales, and remembers in `asked` what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def __call__(self, request: Request, progress: Progress) -> Iterator[Take]:
        self.asked.append(request)
        return scale_takes(request, progress)


def song_of(bars: int = 4) -> Song:
    """A lead and a bass of so many bars in C major, and a drum kit without notes."""
    song = empty_song("Test")
    tracks = (Track(1, "Lead", 0), Track(2, "Bass", 1), Track(3, "Empty", 2))
    song = replace(song, tracks=tracks, next_id=1000, timeline=song.timeline.with_key(0, Key(0)))
    for track_id in (1, 2):
        notes = [Note(beat * 960, 900, 48 + 12 * track_id, id=track_id * 100 + beat) for beat in range(4 * bars)]
        song = song.with_track(song.track(track_id).with_notes(Notes.of(notes)))
    return song


@dataclass
class Bench:
    """The right side of the window, alive."""

    session: Session
    sound: SilentSound
    generate: Generate
    takes: Takes
    side: QWidget


def bench(make: Make = scale_takes, runner: Runner | None = None, song: Song | None = None, shelf: Shelf | None = None) -> Bench:
    sound = SilentSound()
    session = Session(runner or InlineRunner(), make, sound, song or song_of())
    generate, takes = Generate(session), Takes(session)
    shelf = shelf or Shelf()
    takes.library = shelf  # type: ignore[assignment]
    takes.again_wanted.connect(generate.again)
    takes.rerun_wanted.connect(generate.rerun)
    takes.cancel_wanted.connect(generate.cancel)
    generate.offer_models(shelf, FAMILIES)  # type: ignore[arg-type]
    generate.seed.set_value(7)
    side = QWidget()
    column = QVBoxLayout(side)
    column.addWidget(generate)
    column.addWidget(takes)
    side.resize(360, 950)
    return Bench(session, sound, generate, takes, side)
