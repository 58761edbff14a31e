"""Fit: which models suit what is asked for where, why one does not, and in what order they are offered."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from studio.errors import RicercarError
from studio.generation import asking
from studio.generation.asking import READ_NOTES, Aim
from studio.generation.card import ModelCard
from studio.generation.describe import part_words, task_words
from studio.generation.latent import space_of
from studio.generation.library import ListedModel
from studio.generation.offer import DRUMS, parts_of, suits
from studio.song.constraint import Constraint
from studio.song.harmony import pitch_name
from studio.song.notes import Rows
from studio.song.song import Song, Track
from studio.words import counted, tr, within

WORDS = ("representation", "cannot")
"""The answers of a card that speak of metres and lengths."""
METERS = re.compile(r"\b(\d{1,2}/\d{1,2}) (?:only|alone)\b")
ONE_BAR = "one bar at a time"
STEPS_PER_BAR = 16
LEGATO_TICKS = 120
"""Notes of one line may sound into each other by so much."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a card says a model reads and writes; None where the card is silent. `bars`: those it thinks in at a time."""

    parts: tuple[str, ...]
    bars: int | None = None
    meters: tuple[str, ...] | None = None
    low_pitch: int | None = None
    high_pitch: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the present selection asks of a model. `voices`: the most notes at once in what it would read; `low_pitch` and
    `high_pitch`: the range of that, None for nothing; `kept`: the range that its takes keep to."""

    capability: str
    bars: int
    meters: tuple[str, ...] = ()
    is_drums: bool = False
    voices: int = 0
    pitched_tracks: int = 1
    drum_tracks: int = 0
    low_pitch: int | None = None
    high_pitch: int | None = None
    kept: tuple[int, int] = (0, 127)


@dataclass(frozen=True, slots=True)
class Fit:
    """`reason`: why the model cannot be chosen here, empty when it can. `remarks`: what does not suit quite, a sentence each."""

    model: ListedModel
    reason: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        return not self.reason and not self.remarks


def needs_of(model: ListedModel) -> Needs:
    card = model.card
    if card is None:
        return Needs(parts_of(model))
    low, high = _range(card)
    return Needs(parts_of(model), _bars(card), _meters(card), low, high)


def asked_of(capability: str, song: Song, aim: Aim, constraint: Constraint | None = None) -> Asked:
    """What is asked; of the notes no more than `READ_NOTES` are looked at."""
    span = asking.place(capability, song, aim)
    track = song.track(aim.track_id) if song.has_track(aim.track_id) else None
    is_drums = track is not None and track.instrument.is_drum
    first, behind = song.timeline.bar_of(span.start_tick), song.timeline.bar_of(span.end_tick)
    changes = [song.timeline.meter_at(span.start_tick)]
    changes += [meter for meter in song.timeline.meters if span.start_tick < meter.tick < span.end_tick]
    voices, low, high = (0, None, None) if track is None or is_drums else _read(capability, song, track, aim)
    drums = sum(each.instrument.is_drum for each in song.tracks)
    pitched = sum(not each.is_audio and not each.instrument.is_drum for each in song.tracks)
    meters = tuple(dict.fromkeys(f"{meter.numerator}/{meter.denominator}" for meter in changes))
    return Asked(capability, max(1, behind - first), meters, is_drums, voices, pitched, drums, low, high, _kept(constraint))


def fit_of(model: ListedModel, asked: Asked, needs: Needs | None = None) -> Fit:
    """How well a model suits what is asked."""
    reason = model.reason or _no_verb(model, asked) or _no_track(model, asked)
    return Fit(model, reason, () if reason else _remarks(needs or needs_of(model), asked))


def ordered(models: Iterable[ListedModel], asked: Asked) -> tuple[Fit, ...]:
    """All models: those that can be chosen first, by what does not suit, then proven, free and good ones first."""
    return tuple(sorted((fit_of(model, asked) for model in models), key=_rank))


class Fitting:
    """The models of a list with their cards read once; asked the same again it answers at once."""

    def __init__(self, models: Iterable[ListedModel] = ()) -> None:
        self._needs = [(model, Needs(()) if model.reason else needs_of(model)) for model in models]
        self._asked: Asked | None = None
        self.fits: tuple[Fit, ...] = ()
        """As it was asked last, in order."""

    def ordered(self, asked: Asked) -> tuple[Fit, ...]:
        """See the function of this name."""
        if asked != self._asked:
            self._asked = asked
            self.fits = tuple(sorted((fit_of(model, asked, needs) for model, needs in self._needs), key=_rank))
        return self.fits

    @property
    def misfits(self) -> dict[str, int]:
        """How much does not suit, by model."""
        return {fit.model.id: len(fit.remarks) for fit in self.fits}


def facts(needs: Needs) -> str:
    """What a card says about reading and writing, in a line; what it is silent about is said to be not stated."""
    length = tr("length not stated") if needs.bars is None else counted(needs.bars, "{n} bar at a time", "{n} bars at a time")
    meter = tr("metre not stated") if needs.meters is None else ", ".join(needs.meters)
    named = " + ".join(map(part_words, needs.parts))
    found = [named, length, meter]
    if needs.low_pitch is not None and needs.high_pitch is not None:
        found.append(f"{pitch_name(needs.low_pitch)}–{pitch_name(needs.high_pitch)}")
    return " · ".join(found)


def _rank(fit: Fit) -> tuple[bool, bool, int, bool, bool, float, str]:
    card = fit.model.card
    if card is None:
        return True, True, 0, True, True, math.inf, fit.model.title
    loss = card.figures.get("loss", math.inf)
    return (
        bool(fit.reason),
        not fit.model.usable,
        len(fit.remarks),
        card.experimental,
        not card.is_permissive,
        loss,
        fit.model.title,
    )


# What a card says


def _bars(card: ModelCard) -> int | None:
    try:
        space = space_of(card)
    except RicercarError:
        return None
    if space is not None:
        return space.bars
    steps = card.codec.get("steps")
    if isinstance(steps, int) and steps >= STEPS_PER_BAR:
        return steps // STEPS_PER_BAR
    return 1 if any(ONE_BAR in card.answers.get(name, "") for name in WORDS) else None


def _meters(card: ModelCard) -> tuple[str, ...] | None:
    found = [meter for name in WORDS for meter in METERS.findall(card.answers.get(name, ""))]
    return tuple(dict.fromkeys(found)) or None


def _range(card: ModelCard) -> tuple[int | None, int | None]:
    """Of its melodies; codecs count the highest pitch from behind."""
    codec = card.codec.get("melody", card.codec)
    low, high = (codec.get("low"), codec.get("high")) if isinstance(codec, dict) else (None, None)
    if not isinstance(low, int) or not isinstance(high, int):
        return None, None
    return low, high - 1


# What is asked


def _read(capability: str, song: Song, track: Track, aim: Aim) -> tuple[int, int | None, int | None]:
    """The most notes at once, and the range, of what a model would read of the track."""
    span = asking.read_span(capability, song, aim)
    rows = track.notes.starting_in(span)[:READ_NOTES]
    if not len(rows):
        return 0, None, None
    return most_at_once(rows), int(np.min(rows["pitch"])), int(np.max(rows["pitch"]))


def most_at_once(rows: Rows) -> int:
    """How many notes sound at once at most; those that one player binds, a little into each other, count as one line."""
    starts = rows["start"].astype(np.int64)
    stops = np.maximum(starts + 1, starts + rows["length"] - LEGATO_TICKS)
    ticks = np.concatenate((stops, starts))
    steps = np.concatenate((np.full(len(rows), -1), np.ones(len(rows), np.int64)))
    return int(np.cumsum(steps[np.lexsort((steps, ticks))]).max(initial=0))


def _kept(constraint: Constraint | None) -> tuple[int, int]:
    if constraint is None:
        return 0, 127
    low, high = constraint.low_pitch, constraint.high_pitch
    return 0 if low is None else low, 127 if high is None else high


# What does not suit


def _no_verb(model: ListedModel, asked: Asked) -> str:
    if asked.capability in model.capabilities:
        return ""
    can = ", ".join(within(task_words(name)) for name in model.capabilities)
    return tr("It cannot {verb}; it can: {can}.", verb=within(task_words(asked.capability)), can=can)


def _no_track(model: ListedModel, asked: Asked) -> str:
    if suits(model, for_drums=asked.is_drums):
        return ""
    return (
        tr("It writes no drums: choose a track with pitches.") if asked.is_drums else tr("It writes drums: choose a drum track.")
    )


def _remarks(needs: Needs, asked: Asked) -> tuple[str, ...]:
    found = (_length(needs, asked), _meter(needs, asked), _voices(needs, asked), _pitches(needs, asked), _seats(needs, asked))
    return tuple(sentence for sentence in found if sentence)


def _length(needs: Needs, asked: Asked) -> str:
    own, bars = needs.bars, asked.bars
    if own is None or bars == own:
        return ""
    if bars < own:
        return counted(
            bars, "It thinks in {own} bars, of which one is used.", "It thinks in {own} bars, of which {n} are used.", own=own
        )
    return counted(
        own,
        "It thinks in single bars: {bars} come in {pieces} pieces.",
        "It thinks in {n} bars: {bars} come in {pieces} pieces.",
        bars=bars,
        pieces=-(-bars // own),
    )


def _meter(needs: Needs, asked: Asked) -> str:
    foreign = [meter for meter in asked.meters if needs.meters is not None and meter not in needs.meters]
    if not foreign or needs.meters is None:
        return ""
    return tr("It knows {known} only; here is {meter}.", known=", ".join(needs.meters), meter=", ".join(foreign))


def _voices(needs: Needs, asked: Asked) -> str:
    if asked.is_drums or asked.voices < 2 or len(needs.parts) > 1:
        return ""
    return tr("It reads and writes one line; here up to {voices} notes sound at once.", voices=asked.voices)


def _pitches(needs: Needs, asked: Asked) -> str:
    low, high = needs.low_pitch, needs.high_pitch
    if low is None or high is None or asked.is_drums:
        return ""
    words = {"low": pitch_name(low), "high": pitch_name(high)}
    if asked.kept[0] > high or asked.kept[1] < low:
        return tr("It learned {low} to {high}; takes here keep to other notes.", **words)
    goes_lower = asked.low_pitch is not None and asked.low_pitch < low
    goes_higher = asked.high_pitch is not None and asked.high_pitch > high
    return tr("It learned {low} to {high}; the notes here go beyond.", **words) if goes_lower or goes_higher else ""


def _seats(needs: Needs, asked: Asked) -> str:
    pitched = len([part for part in needs.parts if part != DRUMS])
    if len(needs.parts) < 2 or (asked.pitched_tracks >= pitched and asked.drum_tracks >= (DRUMS in needs.parts)):
        return ""
    return tr("It writes {parts} together; a part without a track is left out.", parts=", ".join(map(part_words, needs.parts)))
