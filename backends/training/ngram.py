"""The baseline beside every token model: interpolated Kneser-Ney n-grams, as arrays.

Chen and Goodman, "An empirical study of smoothing techniques for language modeling", 1999, section 4.1.6: modified
discounts, one set per order, estimated from the training counts. Grams are 64-bit hashes (a clash among ten million
has odds below one in 10^5), so an order costs a few sorted arrays whatever the vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_START = 1


@dataclass(frozen=True, slots=True)
class _Level:
    """Counts of one order: grams and contexts by hash; per context its total and how many grams occur 1, 2, 3+ times."""

    grams: Hashes
    counts: NDArray[np.int64]
    contexts: Hashes
    totals: NDArray[np.int64]
    kinds: NDArray[np.int64]
    discounts: NDArray[np.float64]


class NGram:
    """Models of every order from 1 to `most`, trained together on sequences of symbols 0..`classes` - 1."""

    def __init__(self, sequences: Sequence[NDArray[Any]], classes: int, most: int) -> None:
        self.classes, self.most = classes, most
        tokens, real = _joined(sequences, most)
        ending = _ending_hashes(tokens, most)
        self._plain: list[_Level] = []
        self._continued: list[_Level] = []
        for order in range(1, most + 1):
            grams, contexts = ending[order][real], _context_hashes(ending, order)[real]
            self._plain.append(_level(grams, contexts))
            if order < most:
                # A gram counts once for each different symbol seen before it.
                _, first = np.unique(ending[order + 1][real], return_index=True)
                self._continued.append(_level(grams[first], contexts[first]))

    def log_probabilities(self, sequences: Sequence[NDArray[Any]], order: int) -> NDArray[np.float64]:
        """Natural log probability of every symbol of the sequences, in order, [symbol]."""
        tokens, real = _joined(sequences, self.most)
        ending = _ending_hashes(tokens, order)
        chance = np.full(int(real.sum()), 1.0 / self.classes)
        for level_order in range(1, order + 1):
            level = self._plain[level_order - 1] if level_order == order else self._continued[level_order - 1]
            chance = _interpolated(level, ending[level_order][real], _context_hashes(ending, level_order)[real], chance)
        logs: NDArray[np.float64] = np.log(chance)
        return logs

    def next_probabilities(self, before: NDArray[Any], order: int) -> NDArray[np.float64]:
        """Chance of each symbol after `before`, [class]."""
        tries = [np.append(before, symbol) for symbol in range(self.classes)]
        logs = self.log_probabilities(tries, order).reshape(self.classes, -1)
        chances: NDArray[np.float64] = np.exp(logs[:, -1])
        return chances


@dataclass(frozen=True, slots=True)
class Baseline:
    """The best order on validation, its loss there, and the loss on test, in nats a symbol."""

    order: int
    valid: float
    test: float


def best_baseline(
    train: Sequence[NDArray[Any]],
    valid: Sequence[NDArray[Any]],
    test: Sequence[NDArray[Any]],
    classes: int,
    orders: Sequence[int] = tuple(range(3, 13)),
) -> Baseline:
    """Train all orders, choose on validation, measure on test."""
    model = NGram(train, classes, max(orders))
    losses = {order: -float(model.log_probabilities(valid, order).mean()) for order in orders}
    best = min(losses, key=lambda order: losses[order])
    return Baseline(best, losses[best], -float(model.log_probabilities(test, best).mean()))


def _joined(sequences: Sequence[NDArray[Any]], pad: int) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """All sequences in one row with `pad` start marks before each, and which places are real symbols."""
    starts = np.full(pad, _START, np.uint64)
    parts: list[NDArray[np.uint64]] = []
    marks: list[NDArray[np.bool_]] = []
    for sequence in sequences:
        parts += [starts, np.asarray(sequence).astype(np.uint64) + np.uint64(_START + 1)]
        marks += [np.zeros(pad, bool), np.ones(len(sequence), bool)]
    return np.concatenate(parts), np.concatenate(marks)


def _mixed(values: Hashes) -> Hashes:
    """A bijection of 64 bits that spreads small differences (splitmix64's finish)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _ending_hashes(tokens: NDArray[np.uint64], most: int) -> list[Hashes]:
    """For each length 0..most the hash of that many symbols ending at each place."""
    hashes = [np.zeros(len(tokens), np.uint64)]
    for length in range(1, most + 1):
        further = np.concatenate([np.zeros(length - 1, np.uint64), tokens[: len(tokens) - length + 1]])
        hashes.append(_mixed(hashes[-1] * _FACTOR + further + np.uint64(length)))
    return hashes


def _context_hashes(ending: list[Hashes], order: int) -> Hashes:
    """The hash of the order - 1 symbols before each place."""
    return np.concatenate([np.zeros(1, np.uint64), ending[order - 1][:-1]])


def _level(grams: Hashes, contexts: Hashes) -> _Level:
    unique, first, counts = np.unique(grams, return_index=True, return_counts=True)
    owners, place = np.unique(contexts[first], return_inverse=True)
    totals = np.bincount(place, weights=counts).astype(np.int64)
    kinds = np.stack([np.bincount(place, weights=mask, minlength=len(owners)) for mask in _kind_masks(counts)], axis=1)
    return _Level(unique, counts, owners, totals, kinds.astype(np.int64), _discounts(counts))


def _kind_masks(counts: NDArray[np.int64]) -> tuple[NDArray[np.bool_], ...]:
    return counts == 1, counts == 2, counts >= 3


def _discounts(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """D1, D2 and D3+; 0.75 each where the counts of counts cannot tell."""
    n1, n2, n3, n4 = (int((counts == wanted).sum()) for wanted in (1, 2, 3, 4))
    if not (n1 and n2 and n3 and n4):
        return np.full(3, 0.75)
    share = n1 / (n1 + 2 * n2)
    found = np.array([1 - 2 * share * n2 / n1, 2 - 3 * share * n3 / n2, 3 - 4 * share * n4 / n3])
    clipped: NDArray[np.float64] = np.clip(found, 0.01, np.array([0.99, 1.99, 2.99]))
    return clipped


def _interpolated(level: _Level, grams: Hashes, contexts: Hashes, lower: NDArray[np.float64]) -> NDArray[np.float64]:
    counts, _ = _looked_up(level.grams, level.counts, grams)
    totals, place = _looked_up(level.contexts, level.totals, contexts)
    discount = np.where(counts == 1, level.discounts[0], np.where(counts == 2, level.discounts[1], level.discounts[2]))
    kept = np.maximum(counts - np.where(counts > 0, discount, 0), 0)
    freed = level.kinds[place] @ level.discounts
    seen = totals > 0
    divisor = np.where(seen, totals, 1)
    return np.where(seen, (kept + freed * lower) / divisor, lower)


def _looked_up(keys: Hashes, values: NDArray[np.int64], wanted: Hashes) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], 0), place
