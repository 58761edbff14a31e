"""What a latent model is worth to a composer: sliders, pad drags, morphs, controls, variety (the figures of a card).

    python benchmarks/latent_quality.py MODEL_FOLDER --packed FILE [--write] [--json]

FILE is the packed data that `ricercar train music-vae --packed FILE` wrote. Held-out (test) phrases only. With --write the
figures go into the model's card.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from latent_bench import Bench, bench_of, distance, nothing
from numpy.typing import NDArray

from backends.devices import use_threads
from backends.networks.latent_search import continuing
from backends.networks.phrase_model import PhraseModel
from backends.representations.phrases import Window, onsets_of
from backends.sampling import derive
from backends.training.latent_fit import attribute_values
from backends.training.latent_measure import chosen
from backends.training.latent_windows import hash_of
from backends.training.ngram import best_baseline
from studio.explore.mixing import corner_weights
from studio.generation.sphere import between, spherical_mix

SLIDER_PHRASES, DRAGS, CONTROL_PHRASES, MORPHS, REQUESTS, TAKES = 500, 200, 100, 200, 100, 4
DRAG_STEPS = 20


def sliders(bench: Bench) -> dict[str, float]:
    """An attribute at +1 against the same phrase at 0: share moved the right way, and how far the others went."""
    if not isinstance(bench.model, PhraseModel):
        return {}
    windows = bench.phrases(SLIDER_PHRASES, 31)
    means = bench.means(windows)
    deviations = attribute_values(chosen(bench.train, 20_000), bench.names).std(0)
    before = attribute_values(bench.decoded(means), bench.names)
    found: dict[str, float] = {}
    for at, attribute in enumerate(bench.attributes):
        moved = bench.model.pushed(means, {attribute.name: 1.0}, nothing)
        change = (attribute_values(bench.decoded(moved), bench.names) - before) / deviations
        others = np.abs(np.delete(change.mean(0), at))
        found[f"slider_{attribute.name}_right_way"] = float((change[:, at] > 0).mean())
        found[f"slider_{attribute.name}_own_change"] = float(change[:, at].mean())
        found[f"slider_{attribute.name}_most_other_change"] = float(others.max()) if len(others) else 0.0
    return found


def drags(bench: Bench) -> dict[str, float]:
    """Straight drags over pads with four held-out corners: share of onsets that a step of 1/20 of the side changes."""
    rng = np.random.default_rng(41)
    changes, moved, notes = [], [], []
    for _ in range(DRAGS):
        four = bench.means(bench.test[rng.choice(len(bench.test), 4, replace=False)])
        start, end = rng.random(2), rng.random(2)
        length = float(np.linalg.norm(end - start))
        count = max(2, round(length * DRAG_STEPS) + 1)
        places = [start + (end - start) * at / (count - 1) for at in range(count)]
        points = np.stack([spherical_mix(four, corner_weights(*place)) for place in places]).astype(np.float32)
        path = bench.decoded(points)
        for one, other in itertools.pairwise(path):
            changes.append(onset_change(one, other, bench.names))
            moved.append(onset_moved(one, other, bench.names))
        notes += [float(onsets_of(window[None], bench.names).sum()) for window in path]
    values = np.array(changes)
    return {
        "drag_steps": float(len(values)),
        "drag_onsets_changed_median": float(np.median(values)),
        "drag_onsets_changed_p99": float(np.quantile(values, 0.99)),
        "drag_onsets_changed_most": float(values.max()),
        "drag_steps_over_half": float((values > 0.5).mean()),
        "drag_places_changed_median": float(np.median(moved)),
        "drag_places_over_half": float((np.array(moved) > 0.5).mean()),
        "drag_onsets": float(np.mean(notes)),
        "phrase_onsets": float(onsets_of(bench.test, bench.names).sum((1, 2)).mean()),
    }


def corners(bench: Bench) -> dict[str, float]:
    """The likeliest phrase at a held-out phrase's own place, beside that phrase."""
    windows = bench.phrases(SLIDER_PHRASES, 33)
    same, starts = bench.decoded(bench.means(windows)) == windows, onsets_of(windows, bench.names)
    return {"corner_accuracy": float(same.mean()), "corner_accuracy_onsets": float(same[starts].mean())}


def onset_change(one: Window, other: Window, names: Sequence[str]) -> float:
    """Of the onsets of either phrase, the share that the other one lacks or has otherwise (an onset moved by a sixteenth or
    to another pitch counts once)."""
    return _unlike(one, other, names, one == other)


def onset_moved(one: Window, other: Window, names: Sequence[str]) -> float:
    """The share that the other one lacks at its place, whatever its pitch."""
    return _unlike(one, other, names, np.ones(one.shape, np.bool_))


def _unlike(one: Window, other: Window, names: Sequence[str], alike: NDArray[np.bool_]) -> float:
    ours, theirs = onsets_of(one[None], names)[0], onsets_of(other[None], names)[0]
    most = max(int(ours.sum()), int(theirs.sum()))
    return 1.0 - float((ours & theirs & alike).sum()) / most if most else 0.0


def morphs(bench: Bench) -> dict[str, float]:
    """The middle of a morph against its parents; smoothness beside mixing in data space (mean Hamming step, and NLL under
    an n-gram)."""
    rng = np.random.default_rng(43)
    pairs = [rng.choice(len(bench.test), 2, replace=False) for _ in range(MORPHS)]
    parents = [(bench.test[one], bench.test[other]) for one, other in pairs]
    between_parents = np.array([distance(one, other) for one, other in parents])
    to_middle, steps, mixed_steps = [], [], []
    ours, theirs = [], []
    for number, (one, other) in enumerate(parents):
        ends = bench.means(np.stack([one, other]))
        amounts = np.linspace(0, 1, 7)
        path = bench.decoded(np.stack([between(ends[0], ends[1], amount) for amount in amounts]))
        to_middle.append((distance(path[3], one), distance(path[3], other)))
        steps.append(np.mean([distance(a, b) for a, b in itertools.pairwise(path)]))
        draws = np.random.default_rng(number)
        mixed = [np.where(draws.random(one.shape) < amount, other, one) for amount in amounts]
        mixed_steps.append(np.mean([distance(a, b) for a, b in itertools.pairwise(mixed)]))
        ours += list(path[1:-1])
        theirs += mixed[1:-1]
    mids = np.array(to_middle)
    found = {
        "morph_middle_to_nearer_parent": float(mids.min(1).mean()),
        "morph_middle_to_farther_parent": float(mids.max(1).mean()),
        "morph_random_phrases": float(between_parents.mean()),
        "morph_step": float(np.mean(steps)),
        "morph_step_mixing_data": float(np.mean(mixed_steps)),
    }
    return found | _likelihoods(bench, ours, theirs)


def _likelihoods(bench: Bench, ours: list[Window], theirs: list[Window]) -> dict[str, float]:
    """Of both kinds of in-between phrases."""
    return {"morph_nll": _scored(bench, ours), "morph_nll_mixing_data": _scored(bench, theirs)}


def _scored(bench: Bench, windows: list[Window]) -> float:
    """Nats a step under the best n-gram of the training windows."""
    train = [window[:, 0] for window in chosen(bench.train, 20_000, 47)]
    valid = [window[:, 0] for window in chosen(bench.test, 400, 48)]
    return best_baseline(train, valid, [window[:, 0] for window in windows], bench.classes).test


def controls(bench: Bench) -> dict[str, float]:
    """Resemblance and temperature move their own measures monotonically over held-out phrases."""
    windows = bench.phrases(CONTROL_PHRASES, 51)
    means = bench.means(windows)
    found: dict[str, float] = {}
    levels = (0.0, 0.25, 0.5, 0.75, 1.0)
    for level in levels:
        distances = []
        for number, (window, mean) in enumerate(zip(windows, means, strict=True)):
            noise = bench.model.prior(torch.Generator().manual_seed(derive(5, number) % 2**63))
            made = bench.model.sampled(between(noise, mean, bench.nearness(level)), 0.5, derive(6, number), None, nothing)
            distances.append(distance(made, window))
        found[f"resemblance_{level:g}_distance"] = float(np.mean(distances))
    for temperature in (0.2, 0.6, 1.0, 1.5):
        likeliest = bench.decoded(means)
        drawn = [bench.model.sampled(mean, temperature, derive(7, number), None, nothing) for number, mean in enumerate(means)]
        found[f"temperature_{temperature:g}_distance_to_likeliest"] = float(
            np.mean([distance(one, other) for one, other in zip(drawn, likeliest, strict=True)])
        )
    return found


def variety(bench: Bench) -> dict[str, float]:
    """Four takes of one Vary at its default settings: mean pairwise distance beside that of human phrases."""
    windows = bench.phrases(REQUESTS, 61)
    means = bench.means(windows)
    apart = []
    for number, mean in enumerate(means):
        made = []
        for take in range(TAKES):
            seed = derive(number, take)
            noise = bench.model.prior(torch.Generator().manual_seed(seed % 2**63))
            made.append(bench.model.sampled(between(noise, mean, bench.nearness(0.5)), 0.5, seed, None, nothing))
        apart.append(np.mean([distance(one, other) for one, other in itertools.combinations(made, 2)]))
    rng = np.random.default_rng(62)
    human = [distance(*bench.test[rng.choice(len(bench.test), 2, replace=False)]) for _ in range(400)]
    return {"takes_apart": float(np.mean(apart)), "human_phrases_apart": float(np.mean(human))}


def continuations(bench: Bench) -> dict[str, float]:
    """How far second halves lie from their first ones: made, and in real music; KS: the largest gap between the two
    distributions. Nats a step of the wholes, as for morphs."""
    if not isinstance(bench.model, PhraseModel):
        return {}
    half = len(bench.test[0]) // 2
    real = bench.phrases(6000, 71)
    counts = onsets_of(real, bench.names).sum(2).reshape(len(real), 2, half).sum(2)
    real = real[(counts[:, 0] >= 2) & (counts[:, 1] >= 1)]
    made = []
    for number, window in enumerate(real[:CONTROL_PHRASES]):
        generator = torch.Generator().manual_seed(derive(9, number) % 2**63)
        held = np.concatenate([window[:half], np.zeros_like(window[:half])])
        point = continuing(bench.model, window[:half], None, generator, nothing)
        made.append(bench.model.sampled(point, 0.5, derive(10, number), None, nothing, held=held))
    apart, theirs = (np.array([distance(w[:half], w[half:]) for w in windows]) for windows in (made, real))
    notes = onsets_of(np.array(made), bench.names).sum(2)
    return {
        "continue_distance": float(apart.mean()),
        "continue_distance_real": float(theirs.mean()),
        "continue_ks": float(max(abs((apart <= at).mean() - (theirs <= at).mean()) for at in np.unique(theirs))),
        "continue_repeats": float((apart == 0).mean()),
        "continue_notes_to_first_half": float(notes[:, half:].sum() / notes[:, :half].sum()),
        "continue_nll": _scored(bench, made),
        "continue_nll_real": _scored(bench, list(real[:CONTROL_PHRASES])),
    }


def copies(bench: Bench) -> dict[str, float]:
    """Reconstructions and samples that stand note by note in the training windows."""
    known = {hash_of(window, bench.names) for window in bench.train}
    points = np.stack([bench.model.prior(torch.Generator().manual_seed(seed)) for seed in range(500)])
    drawn = [bench.model.sampled(point, 1.0, seed, None, nothing) for seed, point in enumerate(points)]
    return {"samples_that_are_training_windows": float(np.mean([hash_of(window, bench.names) in known for window in drawn]))}


def figures(bench: Bench, say: Any) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in (sliders, drags, corners, morphs, controls, variety, continuations, copies):
        say(f"measuring {part.__name__}")
        found |= part(bench)
    return {name: round(value, 4) for name, value in found.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--packed", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    use_threads(1)
    bench = bench_of(arguments.model, arguments.packed)
    found = figures(bench, lambda text: print(text, file=sys.stderr))
    if arguments.write:
        replace(bench.card, figures={**bench.card.figures, **found}).write(arguments.model)
    print(json.dumps(found, indent=2) if arguments.json else "\n".join(f"{name}: {value}" for name, value in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
