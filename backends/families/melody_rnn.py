"""MelodyRNN: recurrent networks that go on from a melody, a sixteenth at a time (basic, lookback, attention, mono)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from backends.checkpoints import load_weights, shapes_of
from backends.networks.melody_decoder import MelodyDecoder, Standing, Wishes
from backends.networks.melody_lstm import MelodyLstm
from backends.representations.demanded import demanded_penalties
from backends.representations.key_choice import KeyChoice, chosen_key
from backends.representations.melody import (
    FIRST_PITCH,
    NO_EVENT,
    NOTE_OFF,
    STEP_TICKS,
    SUSTAIN,
    Line,
    MelodyCodec,
    relative_major,
)
from backends.representations.melody_coders import MelodyCoder
from backends.representations.performing import Feel, learnt_feel, performed
from backends.representations.returning import planned_returns
from backends.representations.scene import Scene, scene_of
from backends.sampling import NEVER, SOFT_KEY, Floats, derive, pitch_penalties
from studio import VERSION
from studio.errors import DamagedCheckpoint, UnsupportedRequest
from studio.generation.card import ModelCard
from studio.generation.contract import Family, Request, Take
from studio.generation.describe import task_words
from studio.generation.plain_json import Fields
from studio.generation.request_text import take_origin
from studio.jobs.progress import Progress
from studio.knobs import Knob, KnobValue, filled
from studio.song.notes import Rows
from studio.strict_json import FaultyJson
from studio.words import tr, within

FAMILY = Family(
    name="melody-rnn",
    title="MelodyRNN",
    version=1,
    capabilities=("start", "continue", "fill"),
    knobs=(
        Knob("temperature", "How surprising", default=1.0, low=0.1, high=2.0, help="Low: the likeliest notes. High: bolder "
             "ones."),
        Knob("density", "How busy", default=0.0, low=-1.0, high=1.0, help="0: as busy as the music asks for."),
        Knob("repetition", "Repetition", default=0.5, low=0.0, high=1.0, help="How much comes back from the bars before; "
             "0: hardly anything, 0.5: as much as in real melodies, 1: the same again and again."),
        Knob("stay_in_key", "Stay in key", default="soft", choices=("off", "soft", "on"), help="On: only notes of the key. "
             "Soft: notes outside it are rare. It follows the song's key changes."),
        Knob("key", "Key", default="auto", help="auto: the song's key, or the one heard. Or a name: C, F# minor, Bb dorian."),
        Knob("top_p", "Nucleus", default=1.0, low=0.05, high=1.0, expert=True, help="Only the likeliest notes that together "
             "hold this share of the probability are drawn from."),
    ),
)  # fmt: skip

CANDIDATES = 16
"""Draws for each take of a fill; the music that follows chooses among them."""

BUSIER = 1.6
"""Log odds that a note begins, at "how busy" 1."""

AVOIDS = 3.0
"""Log odds that a note like the one a bar or two ago loses, at repetition 0."""

MIDDLE = 66
"""Where a melody lies when nothing tells: around F sharp 4, the middle of the pitches learnt."""

TRIES, COAXED = 4, 5
"""Draws for a take that came out silent, and so many more in which notes are made ever likelier."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What was measured of a trained model and put into its card: `return_chance` with which two bars come back at
    repetition 0.5, `repeat_bias` on its own repeats there, and `busyness` that gives takes as many notes as real melodies."""

    return_chance: float = 0.1
    repeat_bias: float = 0.0
    busyness: float = 0.0

    @classmethod
    def of(cls, card: ModelCard) -> Habits:
        try:
            settings = Fields(card.settings, "settings")
            chance = settings.number("return_chance", 0, 1, cls().return_chance)
            return cls(chance, settings.number("repeat_bias", -9, 9, 0.0), settings.number("busyness", -9, 9, 0.0))
        except FaultyJson as problem:
            raise DamagedCheckpoint(
                tr("The card of {card} is damaged: {problem}.", card=card.title, problem=problem), tr("Install the model again.")
            ) from None


@dataclass(frozen=True, slots=True)
class Frame:
    """A request made ready for the network. `shift`: semitones added to a song pitch to get the model's pitch."""

    scene: Scene
    key: KeyChoice
    shift: int
    standing: Standing
    wishes: Wishes
    return_chance: float
    feel: Feel
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The melody of one take: raw symbols from the region's first step on."""

    number: int
    frame: Frame
    line: Line
    figures: tuple[tuple[str, float], ...]


class Model:
    """A trained MelodyRNN. Takes are drawn one after the other, each from its own seed."""

    def __init__(self, card: ModelCard, device: str, network: MelodyLstm | None = None) -> None:
        """`network`: one at hand (in training, in tests) instead of the card's weights."""
        self._card = card
        self._codec, self._coder = _codec_of(card)
        if network is None:
            network = MelodyLstm(card.hyper)
            network.load_state_dict(load_weights(card, shapes_of(network)))
        self._decoder = MelodyDecoder(network, self._coder, device)
        self._habits = Habits.of(card)

    def generate(self, request: Request, progress: Progress) -> Iterator[Take]:
        """Takes in order of their numbers. Needs no random state but the request's seed."""
        for drawn in self.drawn(request, progress):
            yield self.played(request, drawn)

    def drawn(self, request: Request, progress: Progress) -> Iterator[Drawn]:
        """The melodies of the takes, not yet performed; evaluation looks at these."""
        if request.capability not in FAMILY.capabilities:
            raise UnsupportedRequest(
                tr("{card} cannot {task}.", card=self._card.title, task=within(task_words(request.capability))),
                tr("Choose another model for that."),
            )
        frame = self._frame(request, filled(FAMILY.knobs, dict(request.knobs)))
        steps = frame.scene.step_count
        made: set[bytes] = set()
        for number in range(1, request.count + 1):

            def on_step(step: int, number: int = number) -> None:
                progress.stop_if_cancelled()
                if step % frame.scene.bar == 0:
                    bar = tr(
                        "take {number} of {count}, bar {step}",
                        number=number,
                        count=request.count,
                        step=step // frame.scene.bar + 1,
                    )
                    progress.report((number - 1) * steps + min(step, steps), request.count * steps, bar)

            yield self._drawn(request, frame, number, made, on_step)
        progress.report(1, 1, "")

    def played(self, request: Request, drawn: Drawn) -> Take:
        """A melody performed as its surroundings are."""
        scene, frame = drawn.frame.scene, drawn.frame
        lead = np.concatenate([np.full(scene.phase, SUSTAIN, np.int16), drawn.line])
        start = scene.start_tick - scene.phase * STEP_TICKS
        rows = performed(lead, start, scene.bar, frame.feel, np.random.default_rng([derive(request.seed, drawn.number), 1]))
        rows = _from(rows, request.span.start_tick)
        origin = take_origin(request, drawn.number, self._card.weights_sha256, VERSION)
        return Take(drawn.number, request.span, ((scene.track_id, rows),), origin, frame.remarks, drawn.figures)

    # One request

    def _frame(self, request: Request, knobs: dict[str, KnobValue]) -> Frame:
        scene = scene_of(request)
        heard = scene.played
        key = chosen_key(request, str(knobs["key"]), heard, scene.start_tick)
        shift, remarks = self._shift(scene, key, request)
        into = self._codec.shift(scene.primer, key.first) if len(scene.primer) else shift
        primer = self._codec.events(scene.primer, into)
        if not len(primer) and scene.phase:
            primer = np.full(scene.phase, NO_EVENT, np.int16)
        standing = self._decoder.begin(primer, scene.bar, 2 * scene.step_count)
        habits, repetition = self._habits, float(knobs["repetition"])
        pitches = range(self._codec.low - shift, self._codec.high - shift)
        demanded = demanded_penalties(request, scene, pitches, self._coder.classes)
        wishes = Wishes(
            penalties=np.maximum(self._penalties(scene, key, shift, request, str(knobs["stay_in_key"])) + demanded, NEVER),
            temperature=float(knobs["temperature"]),
            repetition=habits.repeat_bias - AVOIDS * max(0.0, 1 - 2 * repetition),
            busyness=habits.busyness + BUSIER * float(knobs["density"]),
            top_p=float(knobs["top_p"]),
            held_steps=scene.held_steps,
            released=True,
        )
        chance = float(np.interp(repetition, (0, 0.5, 1), (0, habits.return_chance, 1)))
        feel = learnt_feel(scene.played, scene.played_origin, scene.bar)
        return Frame(scene, key, shift, standing, wishes, chance, feel, scene.remarks + key.remarks + remarks)

    def _shift(self, scene: Scene, key: KeyChoice, request: Request) -> tuple[int, tuple[str, ...]]:
        """Semitones from the song to the model, and a remark when the take had to move to another octave."""
        if not self._codec.transposes:
            return 0, ()
        if len(scene.primer):
            shift = self._codec.shift(scene.primer, key.first)
        else:
            to_c = -relative_major(key.first)
            centre = scene.centre if scene.centre is not None else MIDDLE
            shift = to_c + 12 * round((MIDDLE - centre - to_c) / 12)
        low, high = max(0, request.mask.low_pitch), min(127, request.mask.high_pitch)
        reachable = min(high, self._codec.high - 1 - shift) - max(low, self._codec.low - shift) + 1
        if reachable >= min(7, high - low + 1):
            return shift, ()
        moved = shift + 12 * round(((self._codec.low + self._codec.high - 1) / 2 - (low + high) / 2 - shift) / 12)
        return moved, (tr("The pitch range asked for lies elsewhere: the take is moved there by octaves."),)

    def _penalties(self, scene: Scene, key: KeyChoice, shift: int, request: Request, strictness: str) -> Floats:
        """What each event pays at each step of the region, [step, event]: out of key, out of range."""
        pitches = range(self._codec.low - shift, self._codec.high - shift)
        count = self._coder.classes
        low, high = max(0, request.mask.low_pitch), min(127, request.mask.high_pitch)
        table = np.zeros((scene.step_count, count), np.float32)
        outside = np.array([not low <= pitch <= high for pitch in pitches])
        table[:, FIRST_PITCH:][:, outside] = NEVER
        if strictness == "off":
            return table
        penalty = NEVER if strictness == "on" else SOFT_KEY
        for begins, held in key.changes:
            table[begins:, FIRST_PITCH:][:, ~outside] = 0
            table[begins:] += pitch_penalties(held.pitch_classes, pitches, FIRST_PITCH, count, penalty=penalty)
        return np.maximum(table, NEVER)

    # One take

    def _drawn(self, request: Request, frame: Frame, number: int, made: set[bytes], on_step: Callable[[int], None]) -> Drawn:
        """`made`: the events of the takes before, to which this one is added."""
        seed = derive(request.seed, number)
        events, figures = self._events(request, frame, seed, made, on_step)
        for attempt in range(1, TRIES + COAXED):
            if (events >= FIRST_PITCH).any():
                break
            if attempt >= TRIES:  # a cold model may believe in silence for ever
                wishes = replace(frame.wishes, busyness=frame.wishes.busyness + 2.0 ** (attempt - TRIES + 1))
                frame = replace(frame, wishes=wishes)
            events, figures = self._events(request, frame, derive(seed, attempt), made, on_step)
        made.add(events.tobytes())
        return Drawn(number, frame, self._codec.line(events, frame.shift), figures)

    def _events(
        self, request: Request, frame: Frame, seed: int, made: set[bytes], on_step: Callable[[int], None]
    ) -> tuple[NDArray[np.int64], tuple[tuple[str, float], ...]]:
        """The events of one take, and figures of it."""
        rng = np.random.default_rng([seed, 0])
        following = frame.scene.following if request.capability == "fill" else None
        rows = 1 if following is None else CANDIDATES
        standing = frame.standing.chosen(np.zeros(rows, np.int64))
        returns = planned_returns(
            rng,
            rows=rows,
            steps=frame.scene.step_count,
            phase=frame.scene.phase,
            bar=frame.scene.bar,
            known=standing.history.step_count,
            chance=frame.return_chance,
        )
        events, after = self._decoder.draw(standing, replace(frame.wishes, returns=returns), rng, on_step)
        if following is None:
            return events[0], ()
        fit = self._fit(frame, following, after, on_step)
        fit[~(events >= FIRST_PITCH).any(axis=1)] = -np.inf
        fresh = np.array([row.tobytes() not in made for row in events])
        if (fresh & np.isfinite(fit)).any():
            fit[~fresh] = -np.inf  # four takes that all return to the same bars would be one
        best = chosen_candidate(fit, rng)
        return events[best], (("fit of what follows, nats a step", float(fit[best]) / len(following)),)

    def _fit(self, frame: Frame, following: Line, after: Standing, on_step: Callable[[int], None]) -> NDArray[np.float64]:
        """How likely the music after the gap is after each candidate, [candidate], in nats."""
        events = np.repeat(self._codec.events(following, frame.shift).astype(np.int64)[None], CANDIDATES, 0)
        # Whatever sounds at the edge is cut there.
        events[:, 0] = np.where((events[:, 0] == NO_EVENT) & (after.history.pitch >= 0), NOTE_OFF, events[:, 0])
        return self._decoder.likelihood(after, events, lambda _: on_step(frame.scene.step_count))


def chosen_candidate(fit: NDArray[np.float64], rng: np.random.Generator) -> int:
    """One candidate, each with the probability that its fit deserves among the others.

    Taking the very best each time would make joins smoother than music is: drawing by likelihood is what keeps
    leap and density at the join distributed as in the training data (sampling, importance, resampling).
    """
    noise = rng.gumbel(size=len(fit))
    return int(np.argmax(np.where(np.isfinite(fit), fit + noise, -np.inf)))


def _from(rows: Rows, tick: int) -> Rows:
    """Rows of which none begins before the tick: a first note played early would fall out of the region."""
    early = np.maximum(tick - rows["start"], 0)
    rows["start"] += early
    rows["length"] = np.maximum(rows["length"] - early, 1)
    return rows


def _codec_of(card: ModelCard) -> tuple[MelodyCodec, MelodyCoder]:
    """Codec and coder as the card describes them; DamagedCheckpoint when they and the network do not match."""
    try:
        codec = MelodyCodec.from_spec(dict(card.codec))
        coder = MelodyCoder(card.config, codec.class_count, codec.low)
        hyper = Fields(card.hyper, "hyper")
        sizes = (hyper.whole("input_size", 1, 10_000), hyper.whole("label_count", 2, 10_000))
        cells, heads = hyper.whole("cells", 1, 4096), hyper.whole("heads", 1, 64, 4)
        hyper.whole("attention", 0, 512, 0)
        hyper.number("dropout", 0, 0.95, 0.5)
    except (FaultyJson, ValueError, KeyError) as problem:
        raise DamagedCheckpoint(
            tr("The card of {card} does not describe a MelodyRNN: {problem}.", card=card.title, problem=problem)
        ) from None
    if sizes != (coder.input_size, coder.label_count) or cells % heads:
        raise DamagedCheckpoint(
            tr(
                "The card of {card} contradicts itself: {config} needs {input_size} inputs and {label_count} labels, "
                "it has {size} and {labels}.",
                card=card.title,
                config=card.config,
                input_size=coder.input_size,
                label_count=coder.label_count,
                size=sizes[0],
                labels=sizes[1],
            ),
            tr("Install the model again."),
        )
    return codec, coder
