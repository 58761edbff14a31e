"""The models that travel with the program are whole, listed, and make takes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from tiny import melody_song, request_for

from backends.catalogue import Catalogue
from backends.local import LocalBackend
from studio.generation.card import QUESTIONS, read_card
from studio.generation.library import Library
from studio.jobs.progress import Progress
from studio.paths import resources

MODELS = resources() / "models"
SHIPPED = sorted(path.parent for path in MODELS.glob("*/card.json"))
CARDS = {folder.name: read_card(folder) for folder in SHIPPED}
GOING_ON = [name for name, card in CARDS.items() if "continue" in card.capabilities]
NOT_PERMISSIVE = {"melody-rnn-attention-folk"}


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
    request = request_for(melody_song(), "continue", (9, 12), count=2)
    request = type(request)("continue", name, request.song, request.mask, request.hear, {}, 1, 2)
    takes = list(backend.generate(request, Progress()))
    assert [take.number for take in takes] == [1, 2]
    assert all(take.note_count >= 4 for take in takes)


def test_the_permissive_switch_shows_the_permissive_ones() -> None:
    assert {model.id for model in library().cards(permissive_only=True)} == set(CARDS) - NOT_PERMISSIVE
    assert all(model.usable for model in library().cards())
