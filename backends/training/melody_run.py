"""`train melody-rnn` from songs to a finished checkpoint: corpus, baseline, training, figures, card."""

from __future__ import annotations

from collections.abc import Callable

import torch

from backends.checkpoints import save_checkpoint
from backends.devices import chosen_device, fast_format
from backends.networks.melody_lstm import MelodyLstm
from backends.representations.melody_coders import MelodyCoder
from backends.training.corpus import Corpus, build
from backends.training.evaluate import measure
from backends.training.loop import Run, is_first, train
from backends.training.melody import MelodyTask, codec_for, coder_for, hyper_for, new_network
from backends.training.melody_card import melody_card
from backends.training.ngram import Baseline, best_baseline
from backends.training.order import Order, Songs, run_folder
from backends.training.terms import sources_for
from studio.errors import UnsupportedRequest
from studio.generation.card import ModelCard
from studio.jobs.progress import Progress
from studio.words import tr

FEWEST_MELODIES = 20


def train_melody_rnn(order: Order, progress: Progress, say: Callable[[str], None]) -> ModelCard:
    """Train and save; a cancel saves the best so far and returns its card, marked as cut short."""
    if order.threads:
        torch.set_num_threads(order.threads)
    codec = codec_for(order.config)
    coder = coder_for(order.config, codec)
    corpus = read_corpus(order.songs, order.config, progress)
    say(corpus.described())
    _enough(corpus)
    baseline = baseline_of(corpus, coder)
    say(f"n-gram baseline: order {baseline.order}, valid {baseline.valid:.4f}, test {baseline.test:.4f} nats a step")
    device = chosen_device(order.device)
    network = new_network(hyper_for(order.config, coder, order.size), order.plan.seed).to(device)
    task = MelodyTask(coder, corpus.train, corpus.valid, order.size, fast_format(device))

    def told(run: Run) -> None:
        step, loss, checked = run.curve[-1]
        say(f"step {step}: training {loss:.4f}, validation {checked:.4f} (best {run.best_loss:.4f}), {run.seconds:.0f} s")

    order.out.mkdir(parents=True, exist_ok=True)
    outcome = train(network, task, order.plan, run_folder(order.out), progress=progress, resume=order.resume, on_check=told)
    network.load_state_dict(outcome.best)
    return _saved(order, network, coder, corpus, baseline=baseline, run=outcome.run, was_cut=outcome.was_cancelled)


def read_corpus(songs: Songs, config: str, progress: Progress) -> Corpus:
    """Melodies of all folders; a song's name begins with its folder's place in the list."""
    named = ((f"{at}:{name}", song) for at, (_, folder) in enumerate(songs) for name, song in folder)
    return build(named, codec_for(config), progress=progress)


def baseline_of(corpus: Corpus, coder: MelodyCoder) -> Baseline:
    """The best n-gram over the events of the same melodies."""
    train_part, valid, test = ([melody.events for melody in corpus.parts[part]] for part in ("train", "valid", "test"))
    return best_baseline(train_part, valid, test, coder.classes)


def _enough(corpus: Corpus) -> None:
    if len(corpus.train) < FEWEST_MELODIES or not corpus.valid or not corpus.test:
        found = sum(len(part) for part in corpus.parts.values())
        raise UnsupportedRequest(
            tr("Only {found} melodies of seven bars or more were found: too few to learn from and to check with.", found=found),
            tr("Give more songs, or songs with a track named Melody."),
        )


def _saved(
    order: Order, network: MelodyLstm, coder: MelodyCoder, corpus: Corpus, *, baseline: Baseline, run: Run, was_cut: bool
) -> ModelCard:
    figures = measure(network, coder, corpus.test)
    steps = [0] * len(order.songs)
    for melody in corpus.train:
        steps[int(melody.source.split(":")[0])] += len(melody.events)
    places = [(place, count) for (place, _), count in zip(order.songs, steps, strict=True)]
    card = melody_card(
        identifier=order.out.name,
        config=order.config,
        hyper=network.hyper,
        data=sources_for(places, order.licences),
        corpus=corpus,
        figures=figures,
        baseline=baseline,
        run=run,
        plan=order.plan,
        command=order.command,
        was_cut=was_cut,
    )
    return save_checkpoint(order.out, card, network.state_dict()) if is_first() else card
