"""The card of a trained MelodyRNN: measured figures, and what it is, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backends.training.corpus import Corpus
from backends.training.evaluate import Figures
from backends.training.loop import Plan, Run
from backends.training.melody import codec_for
from backends.training.ngram import Baseline
from backends.training.provenance import provenance
from studio.generation.card import DataSource, ModelCard

FAMILY_VERSION = 1
CAPABILITIES = ("start", "continue", "fill")

_REPRESENTATION = {
    "basic": (
        "One of 38 symbols a sixteenth (nothing, release, or a pitch from C3 to B5), transposed to C; "
        "the network sees the last symbol."
    ),
    "mono": (
        "One of 130 symbols a sixteenth (nothing, release, or any MIDI pitch), not transposed; the network sees the last symbol."
    ),
    "lookback": (
        "One of 38 symbols a sixteenth, transposed to C; the network also sees what repeating one or two bars ago would bring, "
        "the place in two bars, and may answer with 'as one bar ago' or 'as two bars ago'."
    ),
    "attention": (
        "One of 38 symbols a sixteenth, transposed to C; the network sees the sounding pitch, its direction, the last three "
        "notes, the keys that fit so far and the place in eight bars, and may answer with 'as one bar ago' or 'as two bars ago'."
    ),
}
_CHALLENGE = {
    "basic": "Nothing but its memory tells it where in the bar it is or what was played two bars ago.",
    "mono": "It must learn every key by itself, from fewer examples of each.",
    "lookback": "Repetition is so likely that it has to be kept from repeating too much.",
    "attention": (
        "It tends to loop its primer for ever; the repetition control plans what may come back and scales the two repeat "
        "answers, apart from temperature."
    ),
}


def melody_card(
    *,
    identifier: str,
    config: str,
    hyper: Mapping[str, Any],
    data: tuple[DataSource, ...],
    corpus: Corpus,
    figures: Figures,
    baseline: Baseline,
    run: Run,
    plan: Plan,
    command: str,
    was_cut: bool,
) -> ModelCard:
    """Everything a card of this family says; weights are added when it is saved."""
    folk = identifier.endswith("-folk")
    return ModelCard(
        id=identifier,
        title=f"MelodyRNN {config}" + (", folk" if folk else ""),
        family="melody-rnn",
        family_version=FAMILY_VERSION,
        config=config,
        capabilities=CAPABILITIES,
        codec=codec_for(config).spec,
        hyper=dict(hyper),
        data=data,
        **provenance(command, plan.seed, run.seconds),
        split=_split(corpus),
        figures=_figures(corpus, figures, baseline, run),
        published=("No headline figure was published for this family; losses depend on data and vocabulary.",),
        answers=_answers(config, hyper, figures, baseline, run, was_cut=was_cut),
        intended_use="Continuing, filling and starting single-line melodies inside a song, judged and edited by a composer.",
    )


def _split(corpus: Corpus) -> str:
    sizes = ", ".join(
        f"{part} {len(held)} melodies ({sum(len(m.events) for m in held)} steps)" for part, held in corpus.parts.items()
    )
    return f"90/5/5 by tune (songs sharing 20 notes in a row stay together), by a hash of content: {sizes}."


def _figures(corpus: Corpus, figures: Figures, baseline: Baseline, run: Run) -> dict[str, float]:
    shares = {
        "loss": figures.loss,
        "perplexity": figures.perplexity,
        "accuracy": figures.accuracy,
        "accuracy_on_onsets": figures.onset_accuracy,
        "share_of_no_event": figures.no_event,
        "validation_loss": run.best_loss,
        "ngram_loss": baseline.test,
        "ngram_validation_loss": baseline.valid,
    }
    wholes = {
        "ngram_order": baseline.order,
        "steps": run.step,
        "best_step": run.best_step,
        "test_steps": figures.steps,
        "songs_read": corpus.counts.get("songs read", 0),
    }
    return {name: round(value, 4) for name, value in shares.items()} | {name: float(value) for name, value in wholes.items()}


def _answers(
    config: str, hyper: Mapping[str, Any], figures: Figures, baseline: Baseline, run: Run, *, was_cut: bool
) -> dict[str, str]:
    cells = hyper["cells"]
    look = (
        " The first layer's outputs attend to their own last 40, and the mix goes into the second layer and the output "
        "(a form that trains in parallel; the published cell feeds it back into the next input)."
        if hyper["attention"]
        else ""
    )
    cut = " The run was stopped early by hand." if was_cut else ""
    verdict = "below" if figures.loss < baseline.test else "not below"
    return {
        "objective": "Predict the next sixteenth of a melody from those before it, to continue a phrase in its own manner.",
        "representation": _REPRESENTATION[config],
        "architecture": f"Two LSTM layers of {cells} cells, dropout {hyper['dropout']}.{look}",
        "challenge": _CHALLENGE[config],
        "strategy": (
            f"Cross-entropy with AdamW and a falling rate on random windows; the weights of the best validation step "
            f"({run.best_step} of {run.step}) are kept: {figures.loss:.3f} nats a step on held-out tunes, {verdict} the "
            f"{baseline.test:.3f} of the best n-gram (order {baseline.order}).{cut}"
        ),
        "cannot": (
            "It hears one line only: no chords, no other tracks, nothing shorter than a sixteenth, no triplets, no dynamics, "
            "and no form beyond a few bars."
        ),
    }
