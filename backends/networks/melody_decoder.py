"""Melodies drawn step by step from a MelodyLstm, several side by side, and the likelihood of a given melody.

Axes: row = melodies side by side, step, event (class of the melody codec), label (output of the network).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from backends.networks.melody_lstm import MelodyLstm, State
from backends.representations.melody import FIRST_PITCH, NO_EVENT, NOTE_OFF
from backends.representations.melody_coders import History, MelodyCoder, encode_batch
from backends.sampling import NEVER, Floats, drawn, log_softmax, nucleus, tempered

Events = NDArray[np.int64]

RETURN = np.float32(8.0)
"""Log odds that a planned return gains: at a twentieth of the probability, an event still comes back in 99 of 100 draws."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to draw. `penalties` [step, event] is added to the log probabilities, NEVER forbids.

    `repetition` moves the log odds of doing as one or two bars ago, `busyness` those of beginning a note. `returns`
    [step, row]: how many steps back lies what is to come again, 0 for nothing. For the first `held_steps` nothing may
    happen; `released`: the note sounding before ends where the drawing begins.
    """

    penalties: Floats
    temperature: float = 1.0
    repetition: float = 0.0
    busyness: float = 0.0
    returns: NDArray[np.int64] | None = None
    top_p: float = 1.0
    held_steps: int = 0
    released: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where melodies stand: their events so far and the state of the network after them."""

    history: History
    state: State

    def chosen(self, rows: NDArray[np.int64]) -> Standing:
        """The melodies of these rows (repeats allowed), to be gone on with on their own."""
        index = torch.from_numpy(rows)
        return Standing(self.history.chosen(rows), tuple(tensor[index.to(tensor.device)] for tensor in self.state))


class MelodyDecoder:
    """A network in evaluation mode with the coder that feeds it."""

    def __init__(self, network: MelodyLstm, coder: MelodyCoder, device: str) -> None:
        self._network = network.to(device).eval()
        self._coder, self._device = coder, device

    @torch.inference_mode()
    def begin(self, events: NDArray[Any], bar: int, capacity: int) -> Standing:
        """After one melody; `capacity` steps are the most that will follow."""
        history = History([bar], len(events) + capacity)
        state = self._network.initial_state(1)
        if len(events):
            inputs = encode_batch(self._coder, [events], [bar]).inputs
            _, state = self._network(torch.from_numpy(inputs).to(self._device, torch.float32), state)
        for event in events:
            history.push(np.array([event]))
        return Standing(history, state)

    @torch.inference_mode()
    def draw(
        self, standing: Standing, wishes: Wishes, rng: np.random.Generator, on_step: Callable[[int], None]
    ) -> tuple[Events, Standing]:
        """Events [row, step] for as many steps as the wishes have penalties; `on_step` may raise to stop."""
        history, state = standing.history, standing.state
        steps, rows = len(wishes.penalties), len(history.bars)
        events = np.zeros((rows, steps), np.int64)
        for step in range(steps):
            on_step(step)
            log_labels, state = self._step(history, state)
            logs = self._wished(log_labels, history, wishes)
            if wishes.returns is not None:
                _favour(logs, history, wishes.returns[step])
            logs += wishes.penalties[step]
            _forbid(logs, history, wishes, step)
            events[:, step] = drawn(nucleus(log_softmax(logs), wishes.top_p), rng.random(rows))
            history.push(events[:, step])
        return events, Standing(history, state)

    @torch.inference_mode()
    def likelihood(self, standing: Standing, events: Events, on_step: Callable[[int], None]) -> NDArray[np.float64]:
        """Log probability [row] of the events [row, step] that follow."""
        history, state = standing.history, standing.state
        total = np.zeros(len(events))
        for step in range(events.shape[1]):
            on_step(step)
            log_labels, state = self._step(history, state)
            logs = self._coder.event_log_probabilities(log_labels, history)
            total += logs[history.rows, events[:, step]]
            history.push(events[:, step])
        return total

    def _step(self, history: History, state: State) -> tuple[Floats, State]:
        features = torch.from_numpy(self._coder.features(history)).to(self._device)
        logits, state = self._network.step(features, state)
        return log_softmax(logits.float().cpu().numpy()), state

    def _wished(self, log_labels: Floats, history: History, wishes: Wishes) -> Floats:
        """Log probabilities of events [row, event] under temperature, repetition and busyness."""
        repeated = self._coder.repeat_events(history)
        bias = _repeat_bias(history, repeated, wishes.repetition)
        labels = tempered(log_labels, wishes.temperature, self._coder.repeats, bias)
        logs = self._coder.fold(labels, repeated)
        if not self._coder.repeats and wishes.repetition:
            # No label says "as before" here: the events that would be repeats take their place.
            logs[history.rows, repeated[:, 1]] += bias[:, 1]
            other = repeated[:, 0] != repeated[:, 1]
            logs[history.rows[other], repeated[other, 0]] += bias[other, 0]
        logs[:, FIRST_PITCH:] += wishes.busyness
        return logs


def _favour(logs: Floats, history: History, back: Events) -> None:
    """Make what happened `back` steps [row] before the next likely; rows of 0 are left alone."""
    rows = np.flatnonzero(back)
    logs[rows, history.events[rows, history.step_count - back[rows]]] += RETURN


def _repeat_bias(history: History, repeated: Events, repetition: float) -> Floats:
    """What the two repeats gain [row, 2]; none before the first bar is over.

    To repeat less, only notes lose: "nothing happens, as before" is most of any melody, and losing it would fill
    the take with notes instead.
    """
    reachable = history.step_count >= np.stack([history.bars, 2 * history.bars], axis=1)
    moved = reachable if repetition > 0 else reachable & (repeated >= FIRST_PITCH)
    return np.where(moved, np.float32(repetition), np.float32(0))


def _forbid(logs: Floats, history: History, wishes: Wishes, step: int) -> None:
    """What cannot be at this step: ending no note; holding a note that has ended; anything while a kept note sounds."""
    logs[history.pitch < 0, NOTE_OFF] = NEVER
    if step < wishes.held_steps:
        logs[:, FIRST_PITCH:] = NEVER
        logs[:, NOTE_OFF] = NEVER
    elif step == wishes.held_steps and wishes.released:
        logs[history.pitch >= 0, NO_EVENT] = NEVER
