"""An explorer that keeps what it is told and asks no model: for the panels at the pad's side."""

from __future__ import annotations

from dataclasses import replace

from studio.errors import UnsupportedRequest
from studio.events import Signal
from studio.explore import phrases
from studio.explore.pad import SLOTS, Anchor, Mode, Pad, Snapshot
from studio.generation.latent import Attribute, Line, Phrase, Space, Strictness, Taste
from studio.jobs.board import InlineRunner, Runner, Running
from studio.jobs.job import TRAIN, Job
from studio.jobs.progress import Progress
from studio.session import Session
from studio.song.clip import Clip
from studio.song.notes import Note, rows_of
from studio.song.song import Song
from tests.fakes import SilentSound, scale_takes
from tests.generate_parts import song_of

ATTRIBUTES = (Attribute("density", "Note density", "How many notes"), Attribute("range", "Pitch range"))
SPACE = Space(2, 16, ("melody",), ATTRIBUTES)


def phrase(source: str = "Bars 1–2 · Lead", starts: tuple[int, ...] = (0, 960, 1920), length: int = 480) -> Phrase:
    rows = rows_of(Note(start, length, 60 + at) for at, start in enumerate(starts))
    return Phrase(Clip(((0, rows),), 7680), source)


class StandIn:
    """The part of the explorer that palette and attributes talk to; `told` remembers the calls."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.pad = Pad()
        self.space: Space | None = SPACE
        self.palette: tuple[Phrase, ...] = ()
        self.snapshots: tuple[Snapshot, ...] = ()
        self.taste: Taste | None = None
        self.taste_on = False
        self.heard_phrase: Phrase | None = None
        self.told: list[tuple[str, object]] = []
        self.pad_changed: Signal[()] = Signal()
        self.palette_changed: Signal[()] = Signal()
        self.phrase_changed: Signal[()] = Signal()

    # Palette

    def add_to_palette(self, phrase: Phrase, at: int | None = None) -> None:
        at = len(self.palette) if at is None else at
        self.palette = (*self.palette[:at], phrase, *self.palette[at:])
        self.palette_changed.emit()

    def remove_from_palette(self, index: int) -> None:
        self.palette = (*self.palette[:index], *self.palette[index + 1 :])
        self.palette_changed.emit()

    def phrase_of_selection(self) -> Phrase:
        return phrases.of_selection(self.session.song, self.session.selection, self.session.say)

    def phrase_of_take(self, index: int) -> Phrase:
        take_set = self.session.tray.current
        if take_set is None or index >= len(take_set.takes):
            raise UnsupportedRequest("That take is gone.", "Choose another one.")
        return phrases.of_take(self.session.song, take_set.takes[index], "Pop")

    def phrase_of_file(self, song: Song, title: str) -> Phrase:
        return phrases.of_file(song, title, self.session.say)

    def sample_phrase(self) -> None:
        self.add_to_palette(phrase("Sampled · seed 77"))

    def hear_phrase(self, phrase: Phrase) -> None:
        self.heard_phrase = phrase
        self.phrase_changed.emit()

    def stop(self) -> None:
        self.heard_phrase = None
        self.phrase_changed.emit()

    # Pad

    def set_mode(self, mode: Mode) -> None:
        self.change(mode=mode, anchors=(None,) * SLOTS[mode])

    def place_anchor(self, slot: int, phrase: Phrase, x: float = 0.5, y: float = 0.5) -> None:
        self.pad = self.pad.with_anchor(slot, Anchor(phrase.source, phrase, x, y))
        self.pad_changed.emit()

    def set_attribute(self, name: str, sd: float) -> None:
        self.told.append((name, sd))
        self.change(attributes={**self.pad.attributes, name: sd})

    def set_temperature(self, temperature: float) -> None:
        self.told.append(("temperature", temperature))
        self.change(temperature=temperature)

    def set_line(self, line: Line) -> None:
        self.told.append(("line", line))
        self.change(line=line)

    def set_strictness(self, strictness: Strictness) -> None:
        self.told.append(("in_key", strictness))
        self.change(in_key=strictness)

    def change(self, **fields: object) -> None:
        self.pad = replace(self.pad, **fields)  # type: ignore[arg-type]
        self.pad_changed.emit()

    def take_snapshot(self, name: str) -> None:
        self.snapshots = (*self.snapshots, Snapshot(name, self.pad, 0.25, 0.75))

    def remove_snapshot(self, index: int) -> None:
        self.snapshots = (*self.snapshots[:index], *self.snapshots[index + 1 :])

    def restore(self, index: int) -> None:
        self.pad = self.snapshots[index].pad
        self.pad_changed.emit()

    # Taste

    def personalise(self, phrases: tuple[Phrase, ...]) -> Running:
        def work(progress: Progress) -> Taste:
            progress.report(1, 2, "Learning from 3 phrases")
            return Taste("mel-2bar", {}, len(phrases), 12.34)

        def done(taste: object) -> None:
            assert isinstance(taste, Taste)
            self.taste, self.taste_on = taste, True
            self.pad_changed.emit()

        return self.session.jobs.start(Job("Learning your taste", TRAIN, work), on_done=done)

    def set_taste(self, is_on: bool) -> None:
        self.told.append(("taste", is_on))
        self.taste_on = is_on


def stand_in(runner: Runner | None = None) -> StandIn:
    """An explorer over four bars of lead and bass."""
    return StandIn(Session(runner or InlineRunner(), scale_takes, SilentSound(), song_of()))


def heard(explorer: StandIn) -> list[str]:
    """Sentences of the status line from now on."""
    said: list[str] = []
    explorer.session.said.listen(lambda text, _is_error: said.append(text))
    return said
