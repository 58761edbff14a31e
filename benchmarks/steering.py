"""What steering does with every shipped model: each knob's own measure at low, neutral and high, what constraints had to be
relaxed, and how much longer a take takes.

    python benchmarks/steering.py [MODEL ...] [--seeds N] [--bars 7-8] [--knobs | --constraints] [--json]

The songs are those that travel with the program: bars of a melody, a drum track, or a band, as the model writes. Measures are
those of `studio/generation/steer_measures.py`, independent of the models.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast, get_args

import numpy as np
import torch
from frame import ROOT

from backends.catalogue import Catalogue
from backends.choosing import Chooser
from backends.steered import steered
from studio.errors import RicercarError
from studio.files import format as formats
from studio.generation.contract import Backend, Capability, Family, Request, Take
from studio.generation.demands import check_constraints
from studio.generation.library import Library, ListedModel
from studio.generation.offer import parts_of
from studio.generation.steering import STANDARD, all_knobs, is_conditioned
from studio.jobs.progress import Progress
from studio.knobs import KnobValue
from studio.song.clip import Clip
from studio.song.constraint import Constraint
from studio.song.region import Mask, Region
from studio.song.song import Song

FOLDERS = (ROOT / "resources" / "songs", ROOT / "resources" / "primers")
MOST_SONGS = 4


@dataclass(frozen=True)
class Place:
    """Bars of a song and the tracks to write there; `leader`: one with other notes, whose chords can be followed."""

    song: Song
    track_ids: tuple[int, ...]
    leader: int | None

    def request(self, verb: Capability, model: str, bars: tuple[int, int], seed: int) -> Request:
        timeline = self.song.timeline
        clips: tuple[Clip, ...] = ()
        if verb == "morph":
            span = timeline.bar_span(3, 4)
            parts = [self.song.track(id_).notes.starting_in(span).copy() for id_ in self.track_ids]
            for rows in parts:
                rows["start"] -= span.start_tick
            clips = (Clip(tuple(enumerate(parts)), span.length_ticks),)
        hear = tuple(track.id for track in self.song.tracks if track.id not in self.track_ids and not track.is_audio)
        return Request(verb, model, self.song, Mask(Region(self.track_ids, timeline.bar_span(*bars))), hear, {}, seed, 1, clips)


@dataclass(frozen=True)
class Bench:
    """A model, and places that it can write."""

    listed: ListedModel
    model: Backend
    family: Family
    places: tuple[Place, ...]
    bars: tuple[int, int]
    seeds: int

    @property
    def verbs(self) -> tuple[Capability, ...]:
        return tuple(cast(Capability, verb) for verb in self.listed.capabilities if verb in get_args(Capability))

    def takes(self, verb: Capability, **asked: object) -> Iterator[tuple[Request, Take, float]]:
        """A take for each place and seed, with the seconds of processor time it took."""
        for place in self.places:
            for seed in range(1, self.seeds + 1):
                request = place.request(verb, self.listed.id, self.bars, seed)
                constraint = asked.get("constraint")
                knobs = cast(dict[str, KnobValue], asked.get("knobs", {}))
                held = (constraint_for(place, constraint),) if isinstance(constraint, Constraint) else ()
                request = Request(
                    **{name: getattr(request, name) for name in Request.__slots__} | {"knobs": knobs, "constraints": held}
                )
                try:
                    check_constraints(request)
                    began = time.process_time()
                    for take in steered(self.model, self.family, request, Progress()):
                        yield request, take, time.process_time() - began
                except RicercarError:
                    continue  # this place cannot be asked for this: a gap before it, no notes in it

    def knob(self, verb: Capability, name: str) -> dict[str, float | str | bool]:
        """The knob's measure at its lowest, its default and its highest value, and the cost of the highest."""
        knob = next(each for each in all_knobs(self.family) if each.name == name)
        found: dict[str, float | str | bool] = {"own": is_conditioned(self.family, name, verb)}
        seconds = {}
        for word, value in (("low", knob.low or 0), ("neutral", knob.default), ("high", knob.high or 0)):
            made = list(self.takes(verb, knobs={name: value}))
            measures = [Chooser(request, ()).measure(name, take) for request, take, _ in made]
            found[word] = float(np.mean(measures)) if made else float("nan")
            seconds[word] = float(np.mean([each for _, _, each in made])) if made else float("nan")
        return found | {"seconds": seconds["neutral"], "cost": seconds["high"] / seconds["neutral"]}

    def constrained(self, verb: Capability, constraint: Constraint) -> dict[str, float | str | bool]:
        """Of takes that must keep to it: the share that was relaxed, and the cost."""
        plain = [each for _, _, each in self.takes(verb)]
        made = list(self.takes(verb, constraint=constraint))
        relaxed = [any(words.startswith("relaxed") for words in take.remarks) for _, take, _ in made]
        if not made or not plain:
            return {"takes": 0.0}
        cost = float(np.mean([each for _, _, each in made])) / float(np.mean(plain))
        return {"takes": float(len(made)), "relaxed": float(np.mean(relaxed)), "cost": cost}


def constraint_for(place: Place, constraint: Constraint) -> Constraint:
    """The constraint on the first written track, chords followed from the leader."""
    follows = place.leader if constraint.follows is not None else None
    values = {name: getattr(constraint, name) for name in Constraint.__slots__}
    return Constraint(**values | {"track_id": place.track_ids[0], "follows": follows})


CONSTRAINTS = {
    "an octave lower": Constraint(0, low_pitch=43, high_pitch=60),
    "at most 4 a bar": Constraint(0, most_per_bar=4),
    "at least 6 a bar": Constraint(0, least_per_bar=6),
    "one voice, 1/8 to 1/2": Constraint(0, polyphony=1, shortest_ticks=480, longest_ticks=1920),
    "rhythm kept": Constraint(0, keeps_rhythm=True),
    "pitches kept": Constraint(0, keeps_pitches=True),
    "chords followed": Constraint(0, follows=0),
}
OF_DRUMS = {
    "kick to closed hat": Constraint(0, low_pitch=35, high_pitch=42),
    "at most 6 a bar": Constraint(0, most_per_bar=6),
    "at least 6 a bar": Constraint(0, least_per_bar=6),
    "two voices": Constraint(0, polyphony=2),
    "rhythm kept": Constraint(0, keeps_rhythm=True),
}


def places_for(listed: ListedModel, songs: Sequence[Song], bars: tuple[int, int]) -> tuple[Place, ...]:
    """Where a model of these parts can write."""
    found = []
    for song in songs:
        drums = [track.id for track in song.tracks if track.instrument.is_drum and len(track.notes)]
        pitched = [track.id for track in song.tracks if not track.instrument.is_drum and not track.is_audio and len(track.notes)]
        parts = parts_of(listed)
        if song.bar_count < bars[1] or ("drums" in parts and not drums) or (parts != ("drums",) and not pitched):
            continue
        ids = (
            tuple(drums[:1])
            if parts == ("drums",)
            else tuple(pitched[:2] + drums[:1])
            if "drums" in parts
            else tuple(pitched[:1])
        )
        leader = next((track_id for track_id in pitched if track_id not in ids), None)
        found.append(Place(song, ids, leader))
    return tuple(found[:MOST_SONGS])


def bench_of(name: str, songs: Sequence[Song], bars: tuple[int, int], seeds: int) -> Bench:
    catalogue = Catalogue.standard()
    library = Library([ROOT / "resources" / "models"], catalogue.families)
    listed, card = library.find(name), library.card(name)
    model = catalogue.open(card, "cpu")
    return Bench(listed, model, catalogue.family(card.family), places_for(listed, songs, bars), bars, seeds)


def rows_of_knobs(bench: Bench) -> Iterator[dict[str, object]]:
    for verb in bench.verbs:
        for knob in STANDARD:
            yield {"model": bench.listed.id, "verb": verb, "knob": knob.name, **bench.knob(verb, knob.name)}


def rows_of_constraints(bench: Bench) -> Iterator[dict[str, object]]:
    verb = next(each for each in ("vary", "fill", "start") if each in bench.verbs)
    is_drum = parts_of(bench.listed) == ("drums",)
    for name, constraint in (OF_DRUMS if is_drum else CONSTRAINTS).items():
        yield {
            "model": bench.listed.id,
            "verb": verb,
            "constraint": name,
            **bench.constrained(cast(Capability, verb), constraint),
        }


def shown(row: dict[str, object]) -> str:
    return "| " + " | ".join(f"{value:.3g}" if isinstance(value, float) else str(value) for value in row.values()) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--bars", default="7-8")
    parser.add_argument("--knobs", action="store_true", help="the knobs alone")
    parser.add_argument("--constraints", action="store_true", help="the constraints alone")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    first, _, last = arguments.bars.partition("-")
    bars = int(first), int(last or first)
    songs = [formats.open_song(path).song for folder in FOLDERS for path in sorted(folder.iterdir())]
    names = arguments.models or sorted(path.parent.name for path in (ROOT / "resources" / "models").glob("*/card.json"))
    both = arguments.knobs == arguments.constraints
    for name in names:
        bench = bench_of(name, songs, bars, arguments.seeds)
        kinds = [rows_of_knobs] * (both or arguments.knobs) + [rows_of_constraints] * (both or arguments.constraints)
        for row in (row for kind in kinds for row in kind(bench)):
            print(json.dumps(row) if arguments.json else shown(row), flush=True)


if __name__ == "__main__":
    main()
