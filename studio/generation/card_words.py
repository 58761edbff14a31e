"""What a model card says, in words and rows for people."""

from __future__ import annotations

from dataclasses import dataclass

from studio.generation.card import DataSource, ModelCard
from studio.words import mark, tr

QUESTIONS = (
    ("objective", mark("Objective")),
    ("representation", mark("Representation")),
    ("architecture", mark("Architecture")),
    ("challenge", mark("Challenge")),
    ("strategy", mark("Strategy")),
    ("cannot", mark("What it cannot do")),
)
"""The six questions every card answers, in the order they are read."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A measured figure, and the n-gram's beside it where there is one."""

    name: str
    value: str
    ngram: str = ""


_NAMED = (
    ("loss", mark("Held-out loss a step (nats, lower is better)"), ".3f", "ngram_loss"),
    ("validation_loss", mark("Validation loss a step (nats)"), ".3f", "ngram_validation_loss"),
    ("perplexity", mark("Perplexity a step"), ".2f", ""),
    ("accuracy_on_onsets", mark("Right on onsets"), "%", ""),
    ("accuracy", mark("Right on all steps"), "%", ""),
    ("share_of_no_event", mark('Right by always saying "no event"'), "%", ""),
)  # fmt: skip
_COUNTED = {
    "ngram_order": mark("Order of that n-gram"),
    "steps": mark("Training steps"),
    "best_step": mark("Step of the weights kept"),
    "test_steps": mark("Held-out steps measured on"),
    "songs_read": mark("Songs read"),
}
_BESIDE = {beside for _, _, _, beside in _NAMED if beside}


def figure_rows(card: ModelCard) -> tuple[FigureRow, ...]:
    """The figures that matter first, in words; then every other one under its own name."""
    rows = [
        FigureRow(
            tr(words), _written(card.figures[name], how), _written(card.figures[beside], how) if beside in card.figures else ""
        )
        for name, words, how, beside in _NAMED
        if name in card.figures
    ]
    known = {name for name, _, _, _ in _NAMED} | _BESIDE
    rows += [
        FigureRow(tr(_COUNTED.get(name, name.replace("_", " ").capitalize())), f"{value:,.6g}".replace(",", " "))
        for name, value in card.figures.items()
        if name not in known
    ]
    return tuple(rows)


def answered(card: ModelCard) -> tuple[tuple[str, str], ...]:
    """Question and answer; an unanswered one says so."""
    return tuple((tr(words), card.answers.get(name, "") or tr("Not answered on this card.")) for name, words in QUESTIONS)


def terms_line(card: ModelCard) -> str:
    """One sentence on what the data's terms mean for a composer."""
    if not card.data:
        return tr("The card names no training data, so its terms are unknown.")
    if card.is_permissive:
        return tr("Everything it learned from is under permissive terms.")
    named = ", ".join(f"{source.name} ({source.licence})" for source in card.data if not source.permissive)
    return tr("Not all it learned from is under permissive terms: {named}.", named=named)


def source_line(source: DataSource) -> str:
    """Such as "POP909, MIT, 71 % of the examples"."""
    share = tr(", {share:.0f} % of the examples", share=source.share * 100) if source.share else ""
    return f"{source.name}, {source.licence}{share}"


def making_lines(card: ModelCard) -> tuple[tuple[str, str], ...]:
    """How the model can be made again: command, seed, split, machine and time, as far as the card says."""
    size = tr("{size:.1f} MB", size=card.size / 1000000.0) if card.size else ""
    hours = f"{card.hours:.2f} h" if card.hours else ""
    pairs = (
        (tr("Command"), card.command),
        (tr("Seed"), str(card.seed)),
        (tr("Split"), card.split),
        (tr("Machine"), ", ".join(part for part in (card.machine, hours) if part)),
        (tr("Weights"), ", ".join(part for part in (size, card.licence) if part)),
        (tr("Made"), ", ".join(part for part in (card.author, card.date, card.version) if part)),
    )
    return tuple(pair for pair in pairs if pair[1])


def _written(value: float, how: str) -> str:
    return f"{value * 100:.1f} %" if how == "%" else f"{value:{how}}"
