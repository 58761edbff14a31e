"""Takes, requests and models in words: what stands beside them in the window. Only what was measured is said."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from studio.generation.card import ModelCard
from studio.generation.contract import UNMODELLED, Request, Take
from studio.song.harmony import Key, estimate_key, key_words, pitch_name
from studio.song.notes import Rows
from studio.song.song import Song
from studio.song.ticks import Span
from studio.words import counted, mark, tr

ENOUGH_NOTES = 16
"""Fewer sounding notes say too little about a key to measure anything by it."""


def key_of(song: Song, tick: int) -> Key | None:
    """The key in force: written in the song, else estimated from its pitched notes; None when there are too few."""
    written = song.timeline.key_at(tick)
    if written is not None:
        return written
    pitched = [track.notes.rows for track in song.tracks if not track.instrument.is_drum and len(track.notes)]
    if sum(len(rows) for rows in pitched) < ENOUGH_NOTES:
        return None
    rows = np.concatenate(pitched)
    return estimate_key(rows["pitch"], rows["length"])


def share_in_key(rows: Rows, song: Song) -> float | None:
    """The share of notes, 0 to 1, whose pitch belongs to the key where they start; None without notes or key."""
    if not len(rows):
        return None
    estimated = key_of(song, int(rows["start"][0]))
    inside = 0
    for start, pitch in zip(rows["start"].tolist(), rows["pitch"].tolist(), strict=True):
        key = song.timeline.key_at(start) or estimated
        if key is None:
            return None
        inside += pitch % 12 in key.pitch_classes
    return inside / len(rows)


def take_line(take: Take, song: Song) -> str:
    """The one figure on a take's card, such as "in key 97 %"; the count of notes where there is no key."""
    share = None if _is_drums(take, song) else share_in_key(take.rows, song)
    return notes_words(take.note_count) if share is None else tr("in key {share:.0f} %", share=share * 100)


def take_details(take: Take, song: Song) -> str:
    """Everything about a take, a line each."""
    rows = take.rows
    lines = [tr("Take {number}: {notes}", number=take.number, notes=notes_words(take.note_count))]
    if len(rows) and not _is_drums(take, song):
        low, high = int(rows["pitch"].min()), int(rows["pitch"].max())
        lines.append(tr("from {lowest} to {highest}", lowest=pitch_name(low), highest=pitch_name(high)))
        key = key_of(song, int(rows["start"][0]))
        share = share_in_key(rows, song)
        if key is not None and share is not None:
            lines.append(tr("in key ({key}) {share:.0f} %", key=key_words(key), share=share * 100))
    lines.extend(f"{name} {value:g}" for name, value in take.figures)
    if take.origin.capability not in UNMODELLED:
        lines.append(tr("seed {seed}", seed=take.origin.seed))
    lines.extend(take.remarks)
    return "\n".join(lines)


def request_line(request: Request, title: str) -> str:
    """Such as "Fill bars 9-12 · Attention · seed 20 417"."""
    words = bar_words(request.song, request.span)
    if request.capability == "record":
        return tr("{task} {bars} · played by hand", task=task_words(request.capability), bars=words)
    if request.capability == "import":
        return tr("{task} {bars} · from files", task=task_words(request.capability), bars=words)
    return tr(
        "{task} {bars} · {title} · seed {seed}",
        task=task_words(request.capability),
        bars=words,
        title=title,
        seed=grouped(request.seed),
    )


def data_line(card: ModelCard) -> str:
    """Such as "trained on POP909 (MIT), OpenEWLD (CC0)"; what binds its user stands first, where no narrow panel cuts it off."""
    if not card.data:
        return tr("its training data is not stated")
    free = ", ".join(f"{source.name} ({source.licence})" for source in card.data if source.permissive)
    bound = ", ".join(f"{source.name} ({source.licence})" for source in card.data if not source.permissive)
    if not bound:
        return tr("trained on {free}", free=free)
    return tr("not permissive: trained on {bound}", bound=bound) + (tr(", and on {free}", free=free) if free else "")


def bar_words(song: Song, span: Span) -> str:
    """Such as "bar 5" or "bars 5–8"."""
    first, last = song.timeline.bar_of(span.start_tick), song.timeline.bar_of(max(span.start_tick, span.end_tick - 1))
    return tr("bar {first}", first=first) if first == last else tr("bars {first}–{last}", first=first, last=last)


def notes_words(count: int) -> str:
    return counted(count, "{n} note", "{n} notes")


def takes_words(count: int) -> str:
    return counted(count, "{n} take", "{n} takes")


_TASKS = {
    "start": mark("Start"),
    "continue": mark("Continue"),
    "fill": mark("Fill"),
    "vary": mark("Vary"),
    "morph": mark("Morph"),
    "accompany": mark("Accompany"),
    "groove": mark("Groove"),
    "harmonise": mark("Harmonise"),
    "render": mark("Render"),
    "record": mark("Record"),
    "import": mark("Import"),
}


def task_words(capability: str) -> str:
    """What a model is asked to do, as it stands on its button."""
    return tr(_TASKS.get(capability, capability.capitalize()))


_PARTS = {"melody": mark("melody"), "bass": mark("bass"), "drums": mark("drums"), "chords": mark("chords")}


def part_words(part: str) -> str:
    """A part of a phrase, as it is called within a sentence."""
    return tr(_PARTS.get(part, part))


def grouped(number: int) -> str:
    """20417 as "20 417"."""
    return f"{number:,}".replace(",", " ")


def listed(words: Iterable[str]) -> str:
    """ "Piano, Bass" or "Piano, Bass and 3 more"."""
    named = list(words)
    return (
        ", ".join(named) if len(named) <= 3 else tr("{named} and {count} more", named=", ".join(named[:2]), count=len(named) - 2)
    )


def _is_drums(take: Take, song: Song) -> bool:
    return all(song.has_track(track_id) and song.track(track_id).instrument.is_drum for track_id, _ in take.parts)
