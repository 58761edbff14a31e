"""The models that travel with the program are whole, listed, and make takes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tiny import melody_song, request_for

from backends.catalogue import Catalogue
from backends.local import LocalBackend
from backends.representations.melody import read_line
from studio.files import format as formats
from studio.generation.card import QUESTIONS, read_card
from studio.generation.latent import Decoded, Decoding, Located, Locating, Phrase, space_of
from studio.generation.library import Library
from studio.generation.sphere import along
from studio.jobs.progress import Progress
from studio.paths import resources
from studio.song import Note, Notes, Song
from studio.song.clip import Clip
from studio.song.measures import phrase_distance
from studio.song.notes import Rows
from studio.song.song import Instrument
from studio.song.ticks import Span

MODELS = resources() / "models"
SHIPPED = sorted(path.parent for path in MODELS.glob("*/card.json"))
CARDS = {folder.name: read_card(folder) for folder in SHIPPED}
WITH_A_SPACE = [name for name, card in CARDS.items() if card.family == "music-vae"]
GOING_ON = [name for name, card in CARDS.items() if "continue" in card.capabilities]
NOT_PERMISSIVE = {"mel-2bar-folk", "melody-rnn-attention-folk"}


def library() -> Library:
    return Library([MODELS], Catalogue.standard().families)


def test_the_list_of_hashes_is_true_and_whole() -> None:
    lines = (MODELS / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    listed = dict(reversed(line.split("  ")) for line in lines)
    files = {f"{path.parent.name}/{path.name}": path for path in MODELS.glob("*/weights*.safetensors")}
    assert listed == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def test_weights_stay_small() -> None:
    sizes = [path.stat().st_size for path in MODELS.glob("*/*.safetensors")]
    assert max(sizes) <= 16_000_000
    assert sum(sizes) <= 128_000_000


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
def test_a_card_says_what_it_must(folder: Path) -> None:
    card = read_card(folder)
    assert card.id == folder.name
    assert all(card.answers.get(question, "").endswith(".") for question in QUESTIONS)
    assert card.data
    assert card.command.startswith("ricercar train")
    if card.family == "melody-rnn":
        assert card.figures["loss"] < card.figures["ngram_loss"]
    assert card.is_permissive == (card.id not in NOT_PERMISSIVE)
    assert card.licence == "MIT"


@pytest.mark.parametrize("name", GOING_ON)
def test_a_shipped_model_goes_on_from_a_tune(name: str) -> None:
    backend = LocalBackend(library(), Catalogue.standard(), "cpu")
    request = replace(request_for(_song(name), "continue", (9, 12), count=2), model=name, knobs={}, seed=1)
    takes = list(backend.generate(request, Progress()))
    assert [take.number for take in takes] == [1, 2]
    assert all(take.note_count >= 4 for take in takes)


def _song(name: str) -> Song:
    """A tune, or a beat for a model of drums alone."""
    song = melody_song()
    space = space_of(CARDS[name])
    if space is None or space.parts != ("drums",):
        return song
    hits = [Note(bar * 3840 + at * 480, 120, pitch) for bar in range(8) for at in range(8) for pitch in (36, 38, 42)[at % 2 :]]
    track = replace(song.tracks[0], instrument=Instrument(is_drum=True), notes=Notes.of(hits))
    return song.with_track(track)


@pytest.mark.parametrize("name", WITH_A_SPACE)
def test_a_shipped_space_knows_what_it_is_shown(name: str) -> None:
    backend, song = LocalBackend(library(), Catalogue.standard(), "cpu"), _song(name)
    rows = song.tracks[0].notes.starting_in(Span(0, 2 * 3840))
    drums = (0,) if song.tracks[0].instrument.is_drum else ()
    (found,) = backend.ask(Locating(name, (Phrase(Clip(((0, rows),), 2 * 3840), "test", drums),)), Progress())
    assert isinstance(found, Located)
    assert found.agreement > (0.85 if not CARDS[name].experimental else 0.3)
    (decoded,) = backend.ask(Decoding(name, found.mean[None]), Progress())
    assert isinstance(decoded, Decoded)
    assert decoded.clip.rows.tobytes() == found.reconstruction.rows.tobytes()


@pytest.mark.skipif("mel-2bar" not in CARDS, reason="mel-2bar is not among the shipped models")
def test_resemblance_and_temperature_do_what_they_say() -> None:
    backend, song = LocalBackend(library(), Catalogue.standard(), "cpu"), melody_song()
    there = _symbols(song.tracks[0].notes.starting_in(Span(0, 8 * 3840)))

    def apart(**knobs: float) -> float:
        request = replace(
            request_for(song, "vary", (1, 8), count=6), model="mel-2bar", knobs={**knobs, "stay_in_key": "off"}, seed=3
        )
        takes = backend.generate(request, Progress())
        return float(np.mean([phrase_distance(_symbols(take.rows), there) for take in takes]))

    near = [apart(resemblance=level, temperature=0.3) for level in (0.0, 0.5, 1.0)]
    assert near[0] > near[1] > near[2]
    warm = [apart(resemblance=1.0, temperature=level) for level in (0.1, 1.0, 2.0)]
    assert warm[0] <= warm[1] < warm[2]


def _symbols(rows: Rows) -> NDArray[np.int16]:
    return read_line(rows, Span(0, 8 * 3840)).line


def test_the_permissive_switch_shows_the_permissive_ones() -> None:
    assert {model.id for model in library().cards(permissive_only=True)} == set(CARDS) - NOT_PERMISSIVE
    assert all(model.usable for model in library().cards())


@pytest.mark.skipif("mel-2bar" not in CARDS, reason="mel-2bar is not among the shipped models")
def test_what_a_busy_phrase_has_over_a_calm_one_makes_tunes_busier() -> None:
    backend, window = LocalBackend(library(), Catalogue.standard(), "cpu"), 2 * 3840
    calm = [Note(at * 1920, 1920, pitch) for at, pitch in enumerate((67, 64, 65, 60))]
    busy = [Note(at * 480, 480, 60 + pitch) for at, pitch in enumerate((7, 5, 4, 5, 7, 9, 7, 5, 5, 4, 2, 4, 5, 7, 5, 2))]
    rows = [Notes.of(notes).rows for notes in (calm, busy)]
    for path in sorted((resources() / "primers").glob("*.abc")):
        song = formats.open_song(path).song
        if song.timeline.meter_at(0).bar_ticks == 3840:
            tune = song.tracks[0].notes.starting_in(Span(0, window))
            rows.append(tune[tune["start"] < window])
    asked = Locating("mel-2bar", tuple(Phrase(Clip(((0, held),), window), "test") for held in rows))
    means = np.stack([found.mean for found in backend.ask(asked, Progress()) if isinstance(found, Located)])
    start, goal, tunes = means[0], means[1], means[2:]
    assert len(tunes) >= 6

    def counts(amount: float) -> list[int]:
        points = along(tunes, start, goal, amount).astype(np.float32)
        found = backend.ask(Decoding("mel-2bar", points), Progress())
        return [answer.clip.note_count for answer in found if isinstance(answer, Decoded)]

    by_amount = {amount: counts(amount) for amount in (-0.5, 0.0, 0.5, 1.0)}
    assert by_amount[0.0] == [len(held) for held in rows[2:]], "the way adds nothing yet"
    sums = [sum(found) for found in by_amount.values()]
    assert sums == sorted(sums)
    assert all(more > less for less, more in zip(by_amount[0.0], by_amount[1.0], strict=True))
    assert counts(0.5) == by_amount[0.5], "the same once more"
