"""GrooVAE: drums made to breathe, a kit for a tapped rhythm, one drum anew, another's feel (Gillick et al. 2019)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

import numpy as np
import torch

from backends.checkpoints import load_weights, shapes_of
from backends.networks.groovae import GrooveSeq2Seq, GrooveVib
from backends.networks.groove_drawing import busier, drawn_hits
from backends.networks.groove_feel import Habits
from backends.networks.groove_player import GroovePlayer
from backends.networks.taste import fitted, pulled
from backends.representations.drums import OUT_PITCHES, VOICES, Groove, groove_of, written
from backends.representations.groove_results import drum_rows_of, moved, remade
from backends.representations.groove_scene import GrooveScene, clip_groove, groove_scene
from backends.representations.groove_tasks import HUMANISE, INFILL, MIDDLE_TEMPO, TAP
from backends.sampling import derive
from studio import VERSION
from studio.errors import DamagedCheckpoint, UnsupportedRequest
from studio.generation.card import ModelCard
from studio.generation.contract import Family, Request, Take
from studio.generation.describe import task_words
from studio.generation.latent import Decoded, Decoding, Fitting, Located, Locating, Phrase, Space, Taste, space_of
from studio.generation.request_text import take_origin
from studio.generation.sphere import between
from studio.jobs.progress import Progress
from studio.knobs import Knob, KnobValue, filled
from studio.song.clip import Clip
from studio.song.notes import Rows
from studio.strict_json import FaultyJson
from studio.words import tr, within

FAMILY = Family(
    name="groovae",
    title="GrooVAE",
    version=2,
    capabilities=("groove", "fill", "vary", "morph"),
    knobs=(
        Knob("task", "Do", default="humanise", choices=("humanise", "tap", "infill", "transfer"), help="Humanise: play what is "
             "there as a drummer would. Tap: a kit for a tapped rhythm. Infill: one drum anew. Transfer: the feel of another "
             "groove."),
        Knob("strength", "Strength", default=1.0, low=0.0, high=1.0, help="0: as it is. 1: all that the model would do."),
        Knob("temperature", "How surprising", default=1.0, low=0.0, high=2.0, help="0: the same every time. High: bolder."),
        Knob("density", "How busy", default=0.0, low=-1.0, high=1.0, help="More hits, or fewer. Humanise and transfer keep those "
             "that are there."),
        Knob("voice", "Drum", default="auto", choices=("auto", "kick", "snare", "closed hat", "open hat", "low tom", "mid tom",
             "high tom", "crash", "ride"), help="Which drum infill and fill write. auto: what the pitch range holds, else one "
             "that is missing."),
        Knob("resemblance", "How close", default=0.7, low=0.0, high=1.0, help="How different from what is there: 1 is close to "
             "it, 0 free of it. Groove: 1 leaves all as it is, 0.7 is the strength that is set, below it more."),
        Knob("steps", "Steps", default=0, low=0, high=64, expert=True, help="Morph: how many two-bar pieces the way has; 0: as "
             "many as fit."),
    ),
    heeds=(("resemblance", ("vary", "groove")), ("temperature", ("fill", "vary", "morph"))),
)  # fmt: skip


BUSIER = 2.0
"""Log odds that every hit gains at "how busy" 1."""

USUAL = 0.7
"""The resemblance at which everything is as it comes."""

BLUR = 0.35
"""How far chances of kits and single drums are blurred at temperature 1: less than those of samples of the space."""


class Model:
    """A trained GrooVAE, of either kind."""

    def __init__(self, card: ModelCard, device: str, network: GrooveSeq2Seq | GrooveVib | None = None) -> None:
        """`network`: one at hand (in training, in tests) instead of the card's weights."""
        self._card = card
        try:
            habits = Habits.of(card)
            if network is None:
                network = GrooveVib(card.hyper) if card.config == "vib" else GrooveSeq2Seq(card.hyper)
                network.load_state_dict(load_weights(card, shapes_of(network)))
        except FaultyJson as problem:
            raise DamagedCheckpoint(
                tr("The card of {card} does not describe a GrooVAE: {problem}.", card=card.title, problem=problem)
            ) from None
        self._player = GroovePlayer(network, device, habits)

    # Takes

    def generate(self, request: Request, progress: Progress) -> Iterator[Take]:
        """Takes in order of their numbers, each from its own seed."""
        if request.capability not in self._card.capabilities:
            raise UnsupportedRequest(
                tr("{card} cannot {task}.", card=self._card.title, task=within(task_words(request.capability))),
                tr("Choose another model for that."),
            )
        knobs = filled(FAMILY.knobs, dict(request.knobs))
        scene = groove_scene(request)
        for number in range(1, request.count + 1):
            progress.stop_if_cancelled()
            progress.report(number - 1, request.count, tr("take {number} of {count}", number=number, count=request.count))
            rng = np.random.default_rng(derive(request.seed, number))
            rows, remarks = self._made(request, scene, knobs, rng)
            origin = take_origin(request, number, self._card.weights_sha256, VERSION)
            said = tuple(dict.fromkeys((*scene.remarks, *remarks)))
            yield Take(number, request.span, ((scene.track_id, rows),), origin, said)
        progress.report(1, 1, "")

    def _made(
        self, request: Request, scene: GrooveScene, knobs: Mapping[str, KnobValue], rng: np.random.Generator
    ) -> tuple[Rows, tuple[str, ...]]:
        """The rows of the region as they are to be, and what there is to say."""
        task = str(knobs["task"]) if request.capability == "groove" else request.capability
        if request.capability == "groove":
            knobs = {**knobs, "strength": _strength(float(knobs["strength"]), float(knobs["resemblance"]), task)}
        if task in ("infill", "fill"):
            return self._filled(request, scene, knobs, rng)
        if not scene.groove.hits.any():
            raise UnsupportedRequest(tr("There are no drums in these bars."), tr("Select bars with drums in them."))
        if task in ("humanise", "transfer"):
            return self._felt(request, scene, task, knobs, rng)
        if task == "tap":
            return self._kit(request, scene, knobs, rng), ()
        return self._blended(request, scene, knobs, rng)

    def _felt(
        self, request: Request, scene: GrooveScene, task: str, knobs: Mapping[str, KnobValue], rng: np.random.Generator
    ) -> tuple[Rows, tuple[str, ...]]:
        """The same hits, otherwise played."""
        if task == "transfer":
            chance = self._player.transferred(scene.groove, self._other(request), scene.tempo)
        else:
            chance = self._player.asked(scene.groove, HUMANISE, scene.tempo)
        velocities, offsets = self._player.habits.feel(
            chance.velocities, chance.offsets, rng, float(knobs["temperature"]), stretched=task == "humanise"
        )
        rows = moved(scene, velocities, offsets, float(knobs["strength"]), request.span)
        told = (tr("How busy changes nothing here: the hits stay those that are there."),) if float(knobs["density"]) else ()
        return rows, (*map(str, scene.reading.remarks), *told)

    def _other(self, request: Request) -> Groove:
        if "vary" not in self._card.capabilities:
            raise UnsupportedRequest(
                tr("{card} cannot take over a feel.", card=self._card.title), tr("Choose the GrooVAE with a bottleneck.")
            )
        if not request.clips:
            raise UnsupportedRequest(tr("No groove was named whose feel is to be taken."), tr("Choose one under Towards."))
        groove = clip_groove(request.clips[0])
        if not groove.hits.any():
            raise UnsupportedRequest(tr("The other phrase has no drums."), tr("Choose a drum phrase."))
        return groove

    def _kit(self, request: Request, scene: GrooveScene, knobs: Mapping[str, KnobValue], rng: np.random.Generator) -> Rows:
        chance = self._player.asked(scene.groove, TAP, scene.tempo)
        threshold = busier(self._player.tap_threshold(scene.groove), BUSIER * float(knobs["density"]))
        made = drawn_hits(chance.hits, threshold, BLUR * float(knobs["temperature"]), rng)
        velocities, offsets = self._player.habits.feel(chance.velocities, chance.offsets, rng, float(knobs["temperature"]))
        drums = groove_of(made, velocities, offsets)
        return remade(scene, drums, chance.hits, float(knobs["strength"]), request.span)

    def _filled(
        self, request: Request, scene: GrooveScene, knobs: Mapping[str, KnobValue], rng: np.random.Generator
    ) -> tuple[Rows, tuple[str, ...]]:
        voice = self._voice(request, scene, str(knobs["voice"]))
        chance = self._player.asked(scene.groove, INFILL, scene.tempo, voice)
        alone = np.zeros_like(chance.hits)
        alone[:, voice] = chance.hits[:, voice]
        threshold = busier(self._player.habits.infill_threshold, BUSIER * float(knobs["density"]))
        made = drawn_hits(alone, threshold, BLUR * float(knobs["temperature"]), rng)
        made[:, [at for at in range(len(VOICES)) if at != voice]] = False
        if not made.any():
            made[int(alone[:, voice].argmax()), voice] = True
        velocities, offsets = self._player.habits.feel(chance.velocities, chance.offsets, rng, float(knobs["temperature"]))
        rows = remade(scene, groove_of(made, velocities, offsets), alone, float(knobs["strength"]), request.span, voice=voice)
        return rows, (tr("The {voice} was written.", voice=VOICES[voice]),)

    def _voice(self, request: Request, scene: GrooveScene, wanted: str) -> int:
        if wanted != "auto":
            return VOICES.index(wanted)
        mask = request.mask
        inside = [at for at, pitch in enumerate(OUT_PITCHES.tolist()) if mask.low_pitch <= pitch <= mask.high_pitch]
        if not inside:
            raise UnsupportedRequest(tr("The pitch range holds none of the nine drums."), tr("Widen it, or select no range."))
        counts = scene.groove.hits.sum(axis=0)
        order = [voice for voice in (2, 1, 0, 8, 3, 7, 4, 5, 6) if voice in inside]
        return next((voice for voice in order if not counts[voice]), order[0])

    def _blended(
        self, request: Request, scene: GrooveScene, knobs: Mapping[str, KnobValue], rng: np.random.Generator
    ) -> tuple[Rows, tuple[str, ...]]:
        """Vary: each two bars moved towards a sample of the prior. Morph: a step for each two bars towards the other phrase."""
        player = self._player
        pieces = player.pieces(scene.groove)
        means = np.concatenate([player.places(piece, scene.tempo)[0] for piece in pieces])
        if request.capability == "vary":
            away = player.sample(rng)
            points = np.stack([between(away, means[at], float(knobs["resemblance"])) for at in range(len(means))])
        else:
            if not request.clips:
                raise UnsupportedRequest(tr("Morph needs a second phrase to move towards."), tr("Choose one under Towards."))
            far = player.places(clip_groove(request.clips[0]), scene.tempo)[0][0]
            count = int(knobs["steps"]) or len(pieces)
            shares = [min(1.0, at / max(1, count - 1)) if count > 1 else 0.5 for at in range(len(pieces))]
            points = np.stack([between(means[0], far, share) for share in shares])
        drums = player.sounded(points, float(knobs["temperature"]), rng, BUSIER * float(knobs["density"]))
        return drum_rows_of(scene, drums, request.span), ()

    # Places and phrases (the model with a bottleneck alone)

    @property
    def space(self) -> Space:
        space = space_of(self._card)
        if space is None:
            raise UnsupportedRequest(
                tr("{card} has no space to explore.", card=self._card.title), tr("Choose the GrooVAE with a bottleneck.")
            )
        return space

    def locate(self, request: Locating, progress: Progress) -> Iterator[Located]:
        for index, phrase in enumerate(request.phrases):
            progress.stop_if_cancelled()
            groove, remarks = _phrase(phrase, self.space.bars)
            means, deviations = self._player.places(groove, MIDDLE_TEMPO)
            again = self._player.sounded(means[:1], 0.0, np.random.default_rng(0))[0]
            agreement = float((again.hits == groove.hits).all(axis=1).mean())
            yield Located(index, means[0], deviations[0], _clip(again), agreement, remarks)

    def decode(self, request: Decoding, progress: Progress) -> Iterator[Decoded]:
        points = np.asarray(request.points, np.float32)
        if request.taste is not None:
            points = pulled(points, request.taste.weights, request.pull)
        for index, point in enumerate(points):
            progress.stop_if_cancelled()
            rng = np.random.default_rng(derive(request.seed, index))
            yield Decoded(index, _clip(self._player.sounded(point[None], request.temperature, rng)[0]))

    def fit(self, request: Fitting, progress: Progress) -> Iterator[Taste]:
        if not request.phrases:
            raise UnsupportedRequest(tr("There are no phrases to learn your taste from."), tr("Put some into the palette first."))
        began = time.monotonic()
        found = [self._player.places(_phrase(phrase, self.space.bars)[0], MIDDLE_TEMPO) for phrase in request.phrases]
        mean, deviation = (torch.from_numpy(np.stack([place[side][0] for place in found])) for side in (0, 1))
        weights = fitted(mean, deviation, self._player.spread, request.seed, lambda _step: progress.stop_if_cancelled())
        yield Taste(request.model, weights, len(found), time.monotonic() - began)


def _strength(strength: float, resemblance: float, task: str) -> float:
    """How far to go from what is there: not at all at resemblance 1, as far as is set at the usual one, half as far again at 0
    where hits are only moved."""
    if resemblance >= USUAL:
        return strength * (1 - resemblance) / (1 - USUAL) if resemblance > USUAL else strength
    most = 1.5 if task in ("humanise", "transfer") else 1.0
    return strength * (1 + (most - 1) * (USUAL - resemblance) / USUAL)


def _phrase(phrase: Phrase, bars: int) -> tuple[Groove, tuple[str, ...]]:
    """The first window of a phrase's drums."""
    parts = [rows for at, rows in phrase.clip.parts if not phrase.drums or at in phrase.drums]
    if not parts or not sum(map(len, parts)):
        raise UnsupportedRequest(tr("{source} has no drums.", source=phrase.source or "The phrase"), tr("Choose a drum phrase."))
    groove = clip_groove(Clip(((0, np.concatenate(parts)),), phrase.clip.length_ticks))
    remarks: tuple[str, ...] = ()
    steps = bars * 16
    if phrase.clip.length_ticks > steps * 240:
        remarks = (tr("Longer than {bars} bars: its first {bars} are read.", bars=bars),)
    elif phrase.clip.length_ticks < steps * 240:
        remarks = (tr("Shorter than {bars} bars: it was repeated.", bars=bars),)
    return groove.part(0, steps), remarks


def _clip(groove: Groove) -> Clip:
    rows = written(groove, 0)
    rows["start"] = np.maximum(rows["start"], 0)
    return Clip(((0, rows),), groove.step_count * 240)
