"""Tastes in the project file: a list of what each is, and the plain numbers of each in a member of its own."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from studio.errors import UnreadableFile
from studio.explore.pad import KeptTaste
from studio.files.fields import Fields
from studio.files.loading import load_json
from studio.generation.latent import Taste
from studio.strict_json import dumped
from studio.words import tr

TASTES = "latent/tastes.json"
MOST_LISTED, MOST_LAYERS, MOST_AXIS, MOST_NUMBERS = 1000, 64, 1 << 16, 1 << 22
LONGEST_TEXT, MOST_SOURCES = 400, 200
NUMBER = np.dtype("<f4")


def members(tastes: tuple[KeptTaste, ...]) -> dict[str, bytes]:
    """What the project file holds of tastes; nothing where there are none."""
    if not tastes:
        return {}
    made = {TASTES: dumped({"tastes": [_told(kept) for kept in tastes]})}
    for kept in tastes:
        layers = [np.asarray(layer, NUMBER).tobytes() for _, layer in sorted(kept.taste.weights.items())]
        made[_numbers(kept.id)] = b"".join(layers)
    return made


def tastes_of(extras: Mapping[str, bytes]) -> tuple[tuple[KeptTaste, ...], str]:
    """The tastes of a project, and a sentence when some cannot be read: the rest, and all pads, are none the worse."""
    if TASTES not in extras:
        return (), ""
    try:
        value = load_json(extras[TASTES], TASTES)
        listed = Fields(value if isinstance(value, dict) else {}, "", TASTES).inners("tastes")[:MOST_LISTED]
    except UnreadableFile as problem:
        return (), tr("What was learned of your taste could not be read ({problem}).", problem=problem.message.rstrip("."))
    found: dict[int, KeptTaste] = {}
    for fields in listed:
        try:
            kept = _taste(fields, extras)
        except UnreadableFile:
            continue
        found.setdefault(kept.id, kept)
    lost = len(listed) - len(found)
    return tuple(found.values()), tr(
        "{lost} of {count} learned tastes could not be read.", lost=lost, count=len(listed)
    ) if lost else ""


def _told(kept: KeptTaste) -> dict[str, Any]:
    taste = kept.taste
    return {
        "id": kept.id,
        "model": taste.model,
        "weights": kept.weights,
        "clips": taste.clip_count,
        "seconds": taste.seconds,
        "sources": [source[:LONGEST_TEXT] for source in kept.sources[:MOST_SOURCES]],
        "layers": [{"name": name, "shape": list(layer.shape)} for name, layer in sorted(taste.weights.items())],
    }


def _taste(fields: Fields, extras: Mapping[str, bytes]) -> KeptTaste:
    taste_id = fields.whole("id", 1, 2**31)
    shapes = {item.text("name"): tuple(item.column("shape", 0, MOST_AXIS).tolist()) for item in fields.inners("layers")}
    data = extras.get(_numbers(taste_id), b"")
    count = sum(map(prod, shapes.values()))
    if not 0 < len(shapes) <= MOST_LAYERS or count > MOST_NUMBERS or len(data) != count * NUMBER.itemsize:
        raise fields.refused("layers", tr("the shapes of the numbers that are there"))
    numbers = np.frombuffer(data, NUMBER).astype(np.float32)
    if not np.isfinite(numbers).all():
        raise fields.refused("layers", tr("finite numbers"))
    cuts = np.cumsum([prod(shape) for shape in shapes.values()])[:-1]
    pieces = zip(shapes.items(), np.split(numbers, cuts), strict=True)
    weights = {name: piece.reshape(shape) for (name, shape), piece in pieces}
    taste = Taste(fields.text("model"), weights, fields.whole("clips", 1), fields.decimal("seconds"))
    sources = fields.values.get("sources")
    if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
        raise fields.refused("sources", tr("a list of texts"))
    return KeptTaste(taste_id, taste, fields.text("weights"), tuple(source[:LONGEST_TEXT] for source in sources[:MOST_SOURCES]))


def _numbers(taste_id: int) -> str:
    return f"latent/taste-{taste_id}.f32"
