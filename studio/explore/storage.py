"""Pads, palette and snapshots in the project file: written as strict JSON, read with every value checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studio.errors import UnreadableFile
from studio.explore import taste_storage
from studio.explore.pad import (
    BESIDE,
    HOLD_BARS,
    MOST_ANALOGY,
    MOST_SD,
    MOST_TEMPERATURE,
    SLOTS,
    STEPS,
    Analogy,
    Anchor,
    Pad,
    Shelf,
    Snapshot,
)
from studio.files.fields import Fields
from studio.files.loading import load_json
from studio.files.song_json import rows_from_json, rows_to_json
from studio.generation.latent import Phrase
from studio.song.clip import Clip
from studio.strict_json import dumped
from studio.words import tr

FORMAT = 2
"""1 knew neither tastes nor analogies; shelves without them are still written so."""
PADS, PHRASES = "latent/pads.json", "latent/phrases.json"
FOLDER = "latent/"
MOST_PADS, MOST_PHRASES, MOST_PATH = 1000, 4000, 200
MOST_NOTES, LAST_TICK = 20_000, 1 << 31
LONGEST_TEXT = 400

Json = dict[str, Any]


def members(shelf: Shelf) -> dict[str, bytes]:
    """What the project file holds of a shelf; equal shelves give equal bytes."""
    phrases: dict[Phrase, int] = {}

    def number(phrase: Phrase) -> int:
        return phrases.setdefault(phrase, len(phrases))

    pads = {
        "format": FORMAT if shelf.tastes or any(pad.taste or pad.analogy != Analogy() for pad in shelf.pads) else 1,
        "pad": _pad_to_json(shelf.pad, number),
        "kept": [_pad_to_json(pad, number) for pad in shelf.kept],
        "palette": [number(phrase) for phrase in shelf.palette],
        "snapshots": [
            {"name": item.name, "x": item.x, "y": item.y, "pad": _pad_to_json(item.pad, number)} for item in shelf.snapshots
        ],
    }
    listed = {PADS: dumped(pads), PHRASES: dumped({"phrases": [_phrase_to_json(phrase) for phrase in phrases]})}
    return listed | taste_storage.members(shelf.tastes)


def shelf_of(extras: Mapping[str, bytes]) -> tuple[Shelf | None, str]:
    """The shelf of a project and what was wrong with it in a sentence; None when there is none, or it cannot be read."""
    if PADS not in extras and PHRASES not in extras:
        return None, ""
    try:
        if PADS not in extras or PHRASES not in extras:
            raise UnreadableFile(tr("One of the two parts that hold the pads is missing."))
        shelf = _read(load_json(extras[PADS], PADS), load_json(extras[PHRASES], PHRASES))
        tastes, fault = taste_storage.tastes_of(extras)
        return replace(shelf, tastes=tastes), fault
    except UnreadableFile as problem:
        reason = problem.message.rstrip(".")
        return None, tr(
            "The pads and the palette of this song could not be read; its notes are all there ({reason}).", reason=reason
        )


def extras_with(extras: Mapping[str, bytes], beside: Mapping[str, object]) -> dict[str, bytes]:
    """A project's further members, with what the session keeps beside the song; what could not be read stays as it was."""
    shelf = beside.get(BESIDE)
    if not isinstance(shelf, Shelf):
        return dict(extras)
    return {name: data for name, data in extras.items() if not name.startswith(FOLDER)} | members(shelf)


def _read(pads: object, phrases: object) -> Shelf:
    fields = Fields(pads if isinstance(pads, dict) else {}, "", PADS)
    if fields.whole("format", 1) > FORMAT:
        raise UnreadableFile(tr("They were made by a later Ricercar. Update it."))
    listed = Fields(phrases if isinstance(phrases, dict) else {}, "", PHRASES).inners("phrases")
    if len(listed) > MOST_PHRASES:
        raise UnreadableFile(tr("There are more than {most} phrases.", most=MOST_PHRASES))
    read = tuple(_phrase(item) for item in listed)
    kept, snapshots = fields.inners("kept"), fields.inners("snapshots")
    if len(kept) + len(snapshots) > MOST_PADS:
        raise UnreadableFile(tr("There are more than {most} pads.", most=MOST_PADS))
    palette = fields.column("palette", 0, len(read) - 1).tolist()
    return Shelf(
        _pad(fields.inner("pad"), read),
        tuple(_pad(item, read) for item in kept),
        tuple(read[at] for at in palette),
        tuple(
            Snapshot(_short(item, "name"), _pad(item.inner("pad"), read), _number(item, "x", 0, 1), _number(item, "y", 0, 1))
            for item in snapshots
        ),
    )


# A pad


def _pad_to_json(pad: Pad, number: Any) -> Json:
    anchors = [
        None if anchor is None else {"label": anchor.label, "phrase": number(anchor.phrase), "x": anchor.x, "y": anchor.y}
        for anchor in pad.anchors
    ]
    return {
        "id": pad.id,
        "model": pad.model,
        "mode": pad.mode,
        "anchors": [{"slot": slot, **anchor} for slot, anchor in enumerate(anchors) if anchor is not None],
        "attributes": dict(pad.attributes),
        "temperature": pad.temperature,
        "line": pad.line,
        "in_key": pad.in_key,
        "path": [list(point) for point in pad.path],
        "path_steps": pad.path_steps,
        "hold_bars": pad.hold_bars,
        "interpolation": pad.interpolation,
        "seed": pad.seed,
        **({"taste": pad.taste} if pad.taste else {}),
        **({"analogy": _analogy_to_json(pad.analogy, number)} if pad.analogy != Analogy() else {}),
    }


def _analogy_to_json(analogy: Analogy, number: Any) -> Json:
    ends = {"start": analogy.start, "goal": analogy.goal}
    return {"amount": analogy.amount, **{name: number(phrase) for name, phrase in ends.items() if phrase is not None}}


def _pad(fields: Fields, phrases: tuple[Phrase, ...]) -> Pad:
    mode = _one_of(fields, "mode", tuple(SLOTS))
    attributes = fields.inner("attributes")
    pad = Pad(
        id=fields.whole("id", 1, 2**31),
        model=_short(fields, "model"),
        mode=mode,
        anchors=(None,) * SLOTS[mode],
        attributes={name[:LONGEST_TEXT]: _number(attributes, name, -MOST_SD, MOST_SD) for name in attributes.values},
        temperature=_number(fields, "temperature", 0, MOST_TEMPERATURE),
        line=_one_of(fields, "line", ("skyline", "lowest", "track")),
        in_key=_one_of(fields, "in_key", ("off", "soft", "on")),
        path=_path(fields),
        path_steps=fields.whole("path_steps", *STEPS),
        hold_bars=fields.whole("hold_bars", *HOLD_BARS),
        interpolation=_one_of(fields, "interpolation", ("spherical", "linear")),
        seed=fields.whole("seed", 0, 2**31),
        taste=fields.whole("taste", 0, 2**31) if "taste" in fields.values else 0,
        analogy=_analogy(fields.inner("analogy"), phrases) if "analogy" in fields.values else Analogy(),
    )
    for item in fields.inners("anchors"):
        phrase = phrases[item.whole("phrase", 0, len(phrases) - 1)]
        anchor = Anchor(_short(item, "label"), phrase, _number(item, "x", 0, 1), _number(item, "y", 0, 1))
        pad = pad.with_anchor(item.whole("slot", 0, SLOTS[mode] - 1), anchor)
    return pad


def _analogy(fields: Fields, phrases: tuple[Phrase, ...]) -> Analogy:
    ends = {
        name: phrases[fields.whole(name, 0, len(phrases) - 1)] if name in fields.values else None for name in ("start", "goal")
    }
    return Analogy(**ends, amount=_number(fields, "amount", -MOST_ANALOGY, MOST_ANALOGY))


def _path(fields: Fields) -> tuple[tuple[float, float], ...]:
    listed = fields.values.get("path")
    if not isinstance(listed, list) or len(listed) > MOST_PATH:
        raise fields.refused("path", tr("a list of at most {most} points", most=MOST_PATH))
    made = []
    for point in listed:
        if not isinstance(point, list) or len(point) != 2 or not all(type(at) in (int, float) and 0 <= at <= 1 for at in point):
            raise fields.refused("path", tr("a list of [x, y] from 0 to 1"))
        made.append((float(point[0]), float(point[1])))
    return tuple(made)


# A phrase


def _phrase_to_json(phrase: Phrase) -> Json:
    return {
        "source": phrase.source,
        "length": phrase.clip.length_ticks,
        "drums": list(phrase.drums),
        "parts": [{"offset": offset, "notes": rows_to_json(rows)} for offset, rows in phrase.clip.parts],
    }


def _phrase(fields: Fields) -> Phrase:
    parts = []
    for item in fields.inners("parts"):
        rows = rows_from_json(item.inner("notes"))
        if len(rows) > MOST_NOTES or (len(rows) and int((rows["start"] + rows["length"]).max()) > LAST_TICK):
            raise item.refused("notes", tr("at most {most} notes within a phrase", most=MOST_NOTES))
        parts.append((item.whole("offset", 0, 4096), rows))
    drums = tuple(fields.column("drums", 0, 4096).tolist())
    return Phrase(Clip(tuple(parts), fields.whole("length", 1, LAST_TICK)), _short(fields, "source"), drums)


def _short(fields: Fields, key: str) -> str:
    text = fields.text(key)
    if len(text) > LONGEST_TEXT:
        raise fields.refused(key, tr("a text of at most {most} letters", most=LONGEST_TEXT))
    return text


def _number(fields: Fields, key: str, low: float, high: float) -> float:
    value = fields.decimal(key)
    if not low <= value <= high:
        raise fields.refused(key, tr("a number from {low:g} to {high:g}", low=low, high=high))
    return value


def _one_of(fields: Fields, key: str, known: tuple[str, ...]) -> Any:
    value = fields.text(key)
    if value not in known:
        raise fields.refused(key, tr("one of {known}", known=", ".join(known)))
    return value
