"""MusicVAE: phrases as points of a space that can be sampled, varied, blended and gone on from (Roberts et al. 2018)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import torch

from backends.checkpoints import load_weights, shapes_of
from backends.networks.latent_search import continuing, sampled_in_key
from backends.networks.music_vae import MusicVae
from backends.networks.phrase_model import PhraseModel
from backends.networks.taste import STEPS as TASTE_STEPS
from backends.networks.taste import fitted, pulled
from backends.representations.key_choice import KeyChoice, chosen_key
from backends.representations.latent_scene import BAR_TICKS, LatentScene, has_notes, latent_scene, phrase_at
from backends.representations.melody import STEP_TICKS
from backends.representations.phrases import BAR_STEPS, Window, clip_of, read_phrase, rows_of
from backends.sampling import derive
from studio import VERSION
from studio.errors import DamagedCheckpoint, UnsupportedRequest
from studio.generation.card import ModelCard
from studio.generation.contract import Family, Request, Take
from studio.generation.describe import task_words
from studio.generation.latent import (
    Decoded,
    Decoding,
    Fitting,
    Line,
    Located,
    Locating,
    Phrase,
    Space,
    Strictness,
    Taste,
    Vector,
    space_of,
)
from studio.generation.request_text import take_origin
from studio.generation.sphere import along, between
from studio.jobs.progress import Progress
from studio.knobs import Knob, KnobValue, filled
from studio.song.clip import Clip
from studio.song.notes import ROW, Rows
from studio.song.ticks import Span
from studio.words import mark, tr, within

FAMILY = Family(
    name="music-vae",
    title="MusicVAE",
    version=1,
    capabilities=("start", "continue", "vary", "morph"),
    knobs=(
        Knob("temperature", "How surprising", default=0.5, low=0.1, high=2.0, help="Low: the likeliest notes. High: bolder "
             "ones."),
        Knob("resemblance", "How close", default=0.5, low=0.0, high=1.0, help="How different from what is there: 1 is as the "
             "model hears it, 0 anything it knows. Start: how alike the pieces of a long take are."),
        Knob("amount", "Amount", default=1.0, low=-2.0, high=2.0, help="Vary as from one phrase to another: how much of that is "
             "added; below 0 it is taken away."),
        Knob("density", "How busy", default=0.0, low=-3.0, high=3.0, help="In standard deviations of real music."),
        Knob("interval", "Average interval", default=0.0, low=-3.0, high=3.0, help="Steps or leaps, in standard deviations."),
        Knob("range", "Pitch range", default=0.0, low=-3.0, high=3.0, help="In standard deviations of real music."),
        Knob("syncopation", "Syncopation", default=0.0, low=-3.0, high=3.0, help="In standard deviations of real music."),
        Knob("cymbals", "Cymbals", default=0.0, low=-3.0, high=3.0, expert=True, help="Drums only, in standard deviations."),
        Knob("line", "Line", default="skyline", choices=("skyline", "lowest", "track"), help="Which line of several notes at "
             "once is read: the highest, the lowest, or the first track's own."),
        Knob("stay_in_key", "Stay in key", default="soft", choices=("off", "soft", "on"), help="On: only notes of the key. "
             "Soft: notes outside it are rare."),
        Knob("key", "Key", default="auto", help="auto: the song's key, or the one heard. Or a name: C, F# minor, Bb dorian."),
    ),
    heeds=(("resemblance", ("start", "vary")), ("temperature", ("start", "vary", "morph"))),
)  # fmt: skip

WAY = (mark("The phrase to go from"), mark("The phrase to go to"))
"""The two clips that a request to vary may name."""
HEARD_BARS = 16
"""So many bars before the region tell the key."""


class Model:
    """A trained MusicVAE."""

    def __init__(self, card: ModelCard, device: str, network: MusicVae | None = None) -> None:
        """`network`: one at hand (in training, in tests) instead of the card's weights."""
        self._card = card
        self.space = _space_of(card)
        if network is None:
            network = _new_network(card)
            network.load_state_dict(load_weights(card, shapes_of(network)))
        self._curve = _curve_of(card)
        self._phrases = PhraseModel(network, [attribute.name for attribute in self.space.attributes], device)

    # Places and phrases

    def locate(self, request: Locating, progress: Progress) -> Iterator[Located]:
        for index, phrase in enumerate(request.phrases):
            progress.stop_if_cancelled()
            reading = read_phrase(phrase, self.space.parts, self.space.bars, request.line)
            mean, deviation = self._phrases.posterior(reading.window)
            again = self._phrases.likeliest(mean, None, progress.stop_if_cancelled)[0]
            yield Located(
                index=index,
                mean=mean[0],
                deviation=deviation[0],
                reconstruction=clip_of(again, self.space.parts),
                agreement=float((again == reading.window).mean()),
                remarks=reading.remarks,
            )

    def decode(self, request: Decoding, progress: Progress) -> Iterator[Decoded]:
        """Points are decoded in batches; each draws from a seed of its own."""
        points = np.asarray(request.points, np.float32)
        if request.taste is not None:
            points = pulled(points, request.taste.weights, request.pull)
        points = self._phrases.pushed(points, request.attributes, progress.stop_if_cancelled)
        penalties = self._phrases.penalties(request.pitch_classes, request.strictness)
        windows: Iterable[Window]
        if request.temperature <= 0:
            windows = self._phrases.likeliest(points, penalties, progress.stop_if_cancelled)
        else:
            seeds = [derive(request.seed, index) for index in range(len(points))]
            windows = self._phrases.each_sampled(points, request.temperature, seeds, penalties, progress.stop_if_cancelled)
        rung = self._phrases.rung(request.temperature)
        for index, window in enumerate(windows):
            yield Decoded(index, clip_of(window, self.space.parts), rung)

    def fit(self, request: Fitting, progress: Progress) -> Iterator[Taste]:
        if not request.phrases:
            raise UnsupportedRequest(tr("There are no phrases to learn your taste from."), tr("Put some into the palette first."))
        began = time.monotonic()
        windows = [read_phrase(phrase, self.space.parts, self.space.bars).window for phrase in request.phrases]
        mean, deviation = self._phrases.posterior(np.stack(windows))
        scale = self._phrases.network.prior_factor.square().sum(1).sqrt().cpu()

        def on_step(step: int) -> None:
            progress.stop_if_cancelled()
            if step % 50 == 0:
                progress.report(step, TASTE_STEPS, tr("learning your taste"))

        weights = fitted(torch.from_numpy(mean), torch.from_numpy(deviation), scale, request.seed, on_step)
        yield Taste(request.model, weights, len(windows), time.monotonic() - began)

    # Takes

    def generate(self, request: Request, progress: Progress) -> Iterator[Take]:
        """Takes in order of their numbers, each from its own seed."""
        if request.capability not in self._card.capabilities:
            raise UnsupportedRequest(
                tr("{card} cannot {task}.", card=self._card.title, task=within(task_words(request.capability))),
                tr("Choose another model for that."),
            )
        knobs = filled(FAMILY.knobs, dict(request.knobs))
        scene = latent_scene(request, self.space.parts, self.space.bars)
        key = self._key(request, scene, str(knobs["key"]))
        strictness = strictness_of(str(knobs["stay_in_key"])) if key is not None else "off"
        pitch_classes = frozenset(key.first.pitch_classes) if key is not None and strictness != "off" else None
        for number in range(1, request.count + 1):
            progress.stop_if_cancelled()
            progress.report(number - 1, request.count, tr("take {number} of {count}", number=number, count=request.count))
            making = Making(
                self._phrases,
                self.space,
                request,
                scene=scene,
                knobs=knobs,
                pitch_classes=pitch_classes,
                strictness=strictness,
                progress=progress,
                seed=derive(request.seed, number),
                nearness=float(np.interp(float(knobs["resemblance"]), np.linspace(0, 1, len(self._curve)), self._curve)),
            )
            windows = making.windows()
            remarks = tuple(dict.fromkeys((*scene.remarks, *(key.remarks if key is not None else ()), *making.remarks)))
            yield self._take(request, scene, number, windows, remarks)
        progress.report(1, 1, "")

    def _key(self, request: Request, scene: LatentScene, wanted: str) -> KeyChoice | None:
        """None for drums, which have none."""
        if self.space.parts == ("drums",):
            return None
        around = Span(max(0, request.span.start_tick - HEARD_BARS * BAR_TICKS), request.span.end_tick)
        heard = phrase_at(request, scene, around).clip
        pitched = [rows for at, rows in heard.parts if self.space.parts[at] != "drums"]
        return chosen_key(request, wanted, np.concatenate([*pitched, np.zeros(0, ROW)]), request.span.start_tick)

    def _take(self, request: Request, scene: LatentScene, number: int, windows: list[Window], remarks: tuple[str, ...]) -> Take:
        rng = np.random.default_rng([derive(request.seed, number), 1])
        parts = []
        for at, (name, track_id) in enumerate(zip(self.space.parts, scene.tracks, strict=True)):
            if track_id is not None:
                column = np.concatenate([window[:, at] for window in windows])
                parts.append((track_id, _within(rows_of(column, name, scene.start_tick, scene.feels[at], rng), request.span)))
        origin = take_origin(request, number, self._card.weights_sha256, VERSION)
        return Take(number, request.span, tuple(parts), origin, remarks)


class Making:
    """One take in the making: the windows of a request's pieces, and what there is to say about them."""

    def __init__(
        self,
        phrases: PhraseModel,
        space: Space,
        request: Request,
        *,
        scene: LatentScene,
        knobs: Mapping[str, KnobValue],
        pitch_classes: frozenset[int] | None,
        strictness: Strictness,
        progress: Progress,
        seed: int,
        nearness: float,
    ) -> None:
        """`nearness`: how far from a sample of the prior to the phrase's own place a variation lies (0..1)."""
        self._phrases, self._space, self._request, self._scene = phrases, space, request, scene
        self._pitch_classes, self._beat = pitch_classes, progress.stop_if_cancelled
        self._penalties = phrases.penalties(pitch_classes, strictness)
        self._generator = torch.Generator().manual_seed(seed % 2**63)
        self._temperature, self._nearness, self._amount = float(knobs["temperature"]), nearness, float(knobs["amount"])
        self._line: Line = line_of(str(knobs["line"]))
        self._attributes = {attribute.name: float(knobs[attribute.name]) for attribute in space.attributes}
        self.remarks: list[str] = []

    def windows(self) -> list[Window]:
        """One for each tile of the scene."""
        makers = {"start": self._started, "vary": self._varied, "morph": self._morphed, "continue": self._continued}
        return makers[self._request.capability]()

    def _started(self) -> list[Window]:
        """A sample of the prior; later pieces resemble the first."""
        first = self._sampled()
        others = [between(self._sampled(), first, self._nearness) for _ in self._scene.tiles[1:]]
        return [self._drawn(point) for point in (first, *others)]

    def _sampled(self) -> Vector:
        return sampled_in_key(self._phrases, self._pitch_classes, self._generator, self._beat)

    def _varied(self) -> list[Window]:
        """What is there, moved on the sphere towards a sample of the prior by as much as it need not resemble; by half as much
        where it is moved as from one named phrase to another."""
        there = [phrase_at(self._request, self._scene, tile, tr("A piece of the region")) for tile in self._scene.tiles]
        if not any(map(has_notes, there)):
            raise UnsupportedRequest(
                tr("There are no notes in these bars to vary."), tr("Select bars with notes, or choose Start.")
            )
        ends = [self._phrases.mean(self._named(clip, tr(name))) for clip, name in zip(self._request.clips, WAY, strict=False)]
        if len(ends) == 1:
            raise UnsupportedRequest(tr("Only one phrase was named to vary by."), tr("Name two, from one to another, or none."))
        found = []
        for phrase in there:
            if not has_notes(phrase):
                self.remarks.append(tr("Where there is nothing to vary, new music was made."))
                found.append(self._drawn(self._phrases.prior(self._generator)))
                continue
            mean = self._phrases.mean(self._read(phrase))
            if ends:
                point = self._beside(along(mean, ends[0], ends[1], self._amount).astype(np.float32))
            else:
                point = between(self._phrases.prior(self._generator), mean, self._nearness)
            found.append(self._drawn(point))
        return found

    def _morphed(self) -> list[Window]:
        """From the region's first phrase to the one named, a step for each piece; of three pieces or more the ends are as they
        were written."""
        if not self._request.clips:
            raise UnsupportedRequest(tr("Morph needs a second phrase to move towards."), tr("Choose one under Towards."))
        here = self._read(phrase_at(self._request, self._scene, self._scene.tiles[0], tr("The region")))
        there = self._named(self._request.clips[0], tr("The other phrase"))
        ends, count = (self._phrases.mean(here), self._phrases.mean(there)), len(self._scene.tiles)
        if count <= 2:  # no place between the ends: what lies there is what the composer does not have yet
            return [self._drawn(self._beside(between(*ends, (at + 1) / (count + 1)))) for at in range(count)]
        inner = [self._drawn(self._beside(between(*ends, at / (count - 1)))) for at in range(1, count - 1)]
        return [here, *inner, there]

    def _named(self, clip: Clip, source: str) -> Window:
        """Music from elsewhere, read."""
        parts = self._space.parts
        drums = tuple(at for at, _ in clip.parts if parts == ("drums",) or (at < len(parts) and parts[at] == "drums"))
        return self._read(Phrase(clip, source, drums))

    def _beside(self, point: Vector) -> Vector:
        """A little off the way, so that takes differ; by less than a variation of the same resemblance."""
        return between(self._phrases.prior(self._generator), point, 0.5 + 0.5 * self._nearness)

    def _continued(self) -> list[Window]:
        """Half windows one after another: the half before is held, and the point searched whose phrase begins so."""
        half = self._space.bars * BAR_STEPS // 2
        start = self._request.span.start_tick
        before = Span(max(0, start - half * STEP_TICKS), start)
        there = phrase_at(self._request, self._scene, before, tr("What stands before"))
        if not before.length_ticks or not has_notes(there):
            raise UnsupportedRequest(tr("Nothing stands before the region to go on from."), tr("Choose Start, or other bars."))
        known = read_phrase(there, self._space.parts, self._space.bars, self._line).window[:half]
        pieces: list[Window] = []
        for _ in range(2 * len(self._scene.tiles)):
            known = self._following(known)
            pieces.append(known)
        return [np.concatenate(pieces[at : at + 2]) for at in range(0, len(pieces), 2)]

    def _following(self, known: Window) -> Window:
        """The second half of a window whose first half is known."""
        held = np.concatenate([known, np.zeros_like(known)])
        point = continuing(self._phrases, known, self._penalties, self._generator, self._beat)
        return self._drawn(point, held)[len(known) :]

    def _read(self, phrase: Phrase) -> Window:
        reading = read_phrase(phrase, self._space.parts, self._space.bars, self._line)
        self.remarks += reading.remarks
        return reading.window

    def _drawn(self, point: Vector, held: Window | None = None) -> Window:
        seed = int(torch.randint(2**62, (1,), generator=self._generator))
        moved = self._phrases.pushed(point[None], self._attributes, self._beat)[0]
        return self._phrases.sampled(moved, self._temperature, seed, self._penalties, self._beat, held=held)


def _within(rows: Rows, span: Span) -> Rows:
    """The rows that begin in the span, ended by its end."""
    kept = rows[(rows["start"] < span.end_tick) & (rows["start"] + rows["length"] > span.start_tick)].astype(ROW)
    early = np.maximum(span.start_tick - kept["start"], 0)
    kept["start"] += early
    kept["length"] = np.maximum(1, np.minimum(kept["length"] - early, span.end_tick - kept["start"]))
    found: Rows = kept
    return found


def line_of(text: str) -> Line:
    """The choice of the knob."""
    return "lowest" if text == "lowest" else "track" if text == "track" else "skyline"


def strictness_of(text: str) -> Strictness:
    """The choice of the knob."""
    return "off" if text == "off" else "on" if text == "on" else "soft"


def _space_of(card: ModelCard) -> Space:
    space = space_of(card)
    if space is None:
        raise DamagedCheckpoint(
            tr("The card of {card} does not describe a space.", card=card.title), tr("Install the model again.")
        )
    return space


def _curve_of(card: ModelCard) -> tuple[float, ...]:
    """Nearness at evenly spaced resemblances, as measured after training; a straight line where the card says nothing."""
    found = card.settings.get("resemblance", [0.0, 1.0])
    if not isinstance(found, list) or len(found) < 2 or not all(isinstance(v, int | float) and 0 <= v <= 1 for v in found):
        raise DamagedCheckpoint(
            tr("The card of {card} is damaged: its resemblance curve is odd.", card=card.title), tr("Install the model again.")
        )
    return tuple(map(float, found))


def _new_network(card: ModelCard) -> MusicVae:
    try:
        return MusicVae(card.hyper)
    except (KeyError, TypeError, ValueError, RuntimeError) as problem:
        raise DamagedCheckpoint(
            tr("The card of {card} does not describe a MusicVAE: {problem}.", card=card.title, problem=problem)
        ) from None
