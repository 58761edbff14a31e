"""The lecture VAE as a model of the library: trained by the command, it starts and varies bars of drums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backends.families.lecture_vae import Model
from backends.representations.drum_voices import set_numbers
from backends.representations.phrases import DrumFeel, drum_rows
from backends.training.lecture_bars import sample_bars
from backends.training.lecture_run import train_lecture_vae
from backends.training.loop import Plan
from backends.training.order import Order
from studio.errors import DamagedCheckpoint, UnsupportedRequest
from studio.generation.card import ModelCard, read_card
from studio.generation.contract import Request, Take
from studio.jobs.progress import Cancelled, Progress
from studio.song.notes import Notes
from studio.song.region import Mask, Region
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import Span

BAR = 3840


def drum_song(number: int, bars: int = 8) -> Song:
    """Bars of the sample, one after another."""
    found = sample_bars()[0][number::48][:bars]
    rows = drum_rows(set_numbers(found.reshape(-1, 9)), 0, DrumFeel())
    rows["id"] = np.arange(1, len(rows) + 1)
    return Song(tracks=(Track(1, "Kit", instrument=Instrument(is_drum=True), notes=Notes(rows)),), next_id=len(rows) + 1)


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> ModelCard:
    folder = tmp_path_factory.mktemp("lecture")

    def songs() -> Iterator[tuple[str, Song]]:
        for number in range(48):
            yield f"song {number}", drum_song(number)

    order = Order([(Path("mine"), songs())], folder / "lecture-vae-dense", "dense", Plan(150, 2), licences={"mine": "MIT"})
    train_lecture_vae(order, Progress(), lambda _: None)
    return read_card(folder / "lecture-vae-dense")


def request(capability: str, span: Span, **changes: object) -> Request:
    song = drum_song(3)
    plain = Request("start", "lecture-vae-dense", song, Mask(Region((1,), span)), seed=5, count=2)
    return replace(plain, capability=capability, **changes)  # type: ignore[arg-type]


def takes(card: ModelCard, wanted: Request) -> list[Take]:
    return list(Model(card, "cpu").generate(wanted, Progress()))


def test_the_card_says_what_was_measured_beside_the_usual_bar(card: ModelCard) -> None:
    assert card.figures["f1"] > card.figures["usual_bar_f1"]
    assert card.figures["kl_bits"] > 0
    assert card.figures["seconds"] > 0
    assert card.is_permissive
    assert card.config == "dense"


def test_starting_tiles_a_bar_over_the_region(card: ModelCard) -> None:
    first, second = takes(card, request("start", Span(BAR, 4 * BAR)))
    inside = [first.rows[(first.rows["start"] // BAR) == bar] for bar in (1, 2, 3)]
    assert len(inside[0])
    assert all(np.array_equal(inside[0]["start"] % BAR, other["start"] % BAR) for other in inside[1:])
    assert first.rows["start"].tolist() != second.rows["start"].tolist()


def test_the_same_seed_gives_the_same_takes(card: ModelCard) -> None:
    wanted = request("vary", Span(0, 2 * BAR), knobs={"temperature": 1.0})
    assert [take.rows.tolist() for take in takes(card, wanted)] == [take.rows.tolist() for take in takes(card, wanted)]


def test_full_resemblance_without_temperature_leaves_nothing_to_chance(card: ModelCard) -> None:
    first, second = takes(card, request("vary", Span(0, 2 * BAR), knobs={"resemblance": 1.0}))
    assert first.rows.tolist() == second.rows.tolist()


def test_bars_without_drums_cannot_be_varied(card: ModelCard) -> None:
    with pytest.raises(UnsupportedRequest, match="no drums in these bars"):
        takes(card, request("vary", Span(40 * BAR, 41 * BAR)))


def test_a_cancel_is_heeded(card: ModelCard) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        list(Model(card, "cpu").generate(request("start", Span(0, BAR)), progress))


def test_a_card_of_an_unknown_network_is_damaged(card: ModelCard) -> None:
    with pytest.raises(DamagedCheckpoint, match="no known network"):
        Model(replace(card, config="deep"), "cpu")


def test_too_few_bars_are_refused(tmp_path: Path) -> None:
    order = Order([(tmp_path, [("one", drum_song(1))])], tmp_path / "model", "dense", Plan(5, 1))
    with pytest.raises(UnsupportedRequest, match="different drum bars"):
        train_lecture_vae(order, Progress(), lambda _: None)
