"""A family of models with a latent space, for tests: no weights, and a space that can be read by eye.

A place has one number for each sixteenth of two bars: 0 a rest, -1 "goes on", else the pitch in octaves. So the
reconstruction is exact, half-way between two tunes lies between their pitches, and nothing has to be learned.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.catalogue import Catalogue
from backends.sampling import derive
from studio import VERSION
from studio.errors import UnsupportedRequest
from studio.generation.card import ModelCard, WeightsFile
from studio.generation.contract import Family, Request, Take
from studio.generation.latent import Decoded, Decoding, Fitting, Located, Locating, Space, Taste
from studio.generation.request_text import take_origin
from studio.jobs.progress import Progress
from studio.knobs import Knob, filled
from studio.song.clip import Clip
from studio.song.notes import Rows, rows_from_columns

FAMILY = Family(
    name="plain-space",
    title="Plain space",
    version=1,
    capabilities=("start", "vary", "morph", "groove"),
    knobs=(
        Knob("resemblance", "Resemblance", 0.7, 0.0, 1.0),
        Knob("strength", "Strength", 1.0, 0.0, 1.0),
        Knob("temperature", "Surprise", 0.5, 0.0, 2.0),
        Knob("line", "Line", "skyline", choices=("skyline", "lowest", "track")),
    ),
)
STEP, STEPS = 240, 32
WINDOW = STEP * STEPS
SPACE = {"bars": 2, "dimensions": STEPS, "parts": ["melody"], "attributes": [{"name": "density", "label": "Busy", "help": ""}]}


def plain_card(model_id: str = "plain", **changes: Any) -> ModelCard:
    values: dict[str, Any] = {
        "capabilities": FAMILY.capabilities,
        "codec": {},
        "hyper": {},
        "settings": {"space": SPACE},
        "weights": (WeightsFile("weights.safetensors", "0" * 64, 0),),
    } | changes
    return ModelCard(model_id, f"Plain {model_id}", "plain-space", 1, "", **values)


def saved_plain(folder: Path, model_id: str = "plain", **changes: Any) -> ModelCard:
    card = plain_card(model_id, **changes)
    (folder / model_id).mkdir()
    (folder / model_id / "weights.safetensors").write_bytes(b"")
    card.write(folder / model_id)
    return card


def with_plain_space(catalogue: Catalogue) -> Catalogue:
    """The catalogue with this family in it; a host gets there too, for its paths are ours."""
    return Catalogue(
        {**catalogue.families, FAMILY.name: FAMILY},
        {**catalogue.modules, FAMILY.name: "tests.plain_space"},
    )


class Model:
    def __init__(self, card: ModelCard, device: str) -> None:
        self.card = card
        self.space = Space(2, STEPS, ("melody",))

    def locate(self, request: Locating, progress: Progress) -> Iterator[Located]:
        for index, phrase in enumerate(request.phrases):
            progress.stop_if_cancelled()
            if not phrase.clip.note_count:
                raise UnsupportedRequest(f"{phrase.source} holds no notes.", "Choose a phrase with notes.")
            mean = point_of(phrase.clip, request.line)
            too_long = phrase.clip.length_ticks > WINDOW
            remarks = (f"{phrase.source}: its first two bars are read.",) if too_long else ()
            yield Located(index, mean, np.full(STEPS, 0.1, np.float32), Clip(((0, rows_of(mean)),), WINDOW), 1.0, remarks)

    def decode(self, request: Decoding, progress: Progress) -> Iterator[Decoded]:
        for index, point in enumerate(request.points):
            progress.stop_if_cancelled()
            progress.report(index, len(request.points))
            yield Decoded(index, Clip(((0, rows_of(point)),), WINDOW))

    def fit(self, request: Fitting, progress: Progress) -> Iterator[Taste]:
        progress.stop_if_cancelled()
        mean = np.mean([point_of(phrase.clip) for phrase in request.phrases], axis=0)
        yield Taste(request.model, {"mean": mean.astype(np.float32)}, len(request.phrases))

    def generate(self, request: Request, progress: Progress) -> Iterator[Take]:
        knobs = filled(FAMILY.knobs, dict(request.knobs))
        (track_id, *_) = request.mask.region.track_ids
        for number in range(1, request.count + 1):
            progress.stop_if_cancelled()
            rng = np.random.default_rng(derive(request.seed, number))
            span = request.span
            here = request.song.track(track_id).notes.starting_in(span).copy()
            here["start"] -= span.start_tick
            point = point_of(Clip(((0, here),), span.length_ticks))
            if request.clips:
                point = 0.5 * (point + point_of(request.clips[0]))
            moved = rng.random(STEPS) > float(knobs["resemblance"])
            point = np.where(moved & (point > 0), point + rng.integers(1, 4, STEPS) / 12, point)
            rows = np.concatenate([moved_rows(rows_of(point), at) for at in range(0, span.length_ticks, WINDOW)])
            rows["start"] += span.start_tick
            yield Take(number, span, ((track_id, rows),), take_origin(request, number, "0" * 64, VERSION))


def point_of(clip: Clip, line: str = "skyline") -> NDArray[np.float32]:
    """The first two bars as a place; shorter clips repeat."""
    found = np.zeros(STEPS, np.float32)
    rows = clip.rows
    order = np.lexsort((rows["pitch"] if line != "lowest" else -rows["pitch"].astype(int), rows["start"]))
    for row in rows[order]:
        first = int(row["start"]) // STEP
        if first < STEPS:
            found[first : first + max(1, int(row["length"]) // STEP)] = -1
            found[first] = row["pitch"] / 12
    steps = max(1, clip.length_ticks // STEP)
    return np.resize(found[:steps], STEPS) if steps < STEPS else found


def rows_of(point: NDArray[Any]) -> Rows:
    rows: list[list[int]] = []
    for at, value in enumerate(point):
        if value >= 0.5:
            rows.append([at * STEP, STEP, round(float(value) * 12)])
        elif value <= -0.5 and rows:
            rows[-1][1] += STEP
    starts, lengths, pitches = np.array(rows, np.int64).reshape(-1, 3).T
    return rows_from_columns(starts, lengths, np.minimum(pitches, 127), np.full(len(rows), 90))


def moved_rows(rows: Rows, by_ticks: int) -> Rows:
    found = rows.copy()
    found["start"] += by_ticks
    return found
