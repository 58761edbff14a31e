"""The lecture VAE as a model of the library: trained by the command, it starts and varies bars of drums."""

from __future__ import annotations

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
from backends.training.order import Order, Size
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

    train_lecture_vae(order_for(folder / "lecture-vae-dense", 150), Progress(), lambda _: None)
    return read_card(folder / "lecture-vae-dense")


def order_for(out: Path, steps: int, batch: int = 0, rate: float = 0.0, **more: object) -> Order:
    """What the command asks for; 0 leaves batch and rate to the family."""
    songs = [(Path("mine"), [(f"song {number}", drum_song(number)) for number in range(48)])]
    plan, size = Plan(steps, 2, learning_rate=rate), Size(batch=batch)
    return Order(songs, out, "dense", plan, size, licences={"mine": "MIT"}, **more)  # type: ignore[arg-type]


def weights_of(folder: Path) -> str:
    return read_card(folder).weights_sha256


def stopped_after(steps: int) -> Progress:
    """Somebody who presses Ctrl+C when so many steps are done."""

    def report(_done: float, _total: float, note: str) -> None:
        if note == f"step {steps}" and not progress.is_cancelled:
            progress.cancel()

    progress = Progress(report)
    return progress


def test_a_run_that_was_stopped_goes_on_as_if_it_never_had_been(tmp_path: Path) -> None:
    whole, halved, said = tmp_path / "whole", tmp_path / "halved", []
    train_lecture_vae(order_for(whole, 30), Progress(), said.append)
    train_lecture_vae(order_for(halved, 30), stopped_after(12), said.append)
    assert read_card(halved).figures["steps"] == 12
    assert weights_of(halved) != weights_of(whole)
    train_lecture_vae(order_for(halved, 30, resume=True), Progress(), said.append)
    assert "Going on from step 12." in said
    assert weights_of(halved) == weights_of(whole)
    assert read_card(halved).figures["f1"] == read_card(whole).figures["f1"]


def test_batch_and_rate_are_heeded_and_a_run_goes_on_with_its_own_only(tmp_path: Path) -> None:
    found = set()
    for number, asked in enumerate(({}, {"batch": 16}, {"rate": 1e-3}, {"batch": 80, "rate": 4e-3})):
        train_lecture_vae(order_for(tmp_path / str(number), 20, **asked), Progress(), lambda _: None)
        found.add(weights_of(tmp_path / str(number)))
    assert len(found) == 3, "80 and 0.004 are what the family takes by itself"
    with pytest.raises(DamagedCheckpoint, match="its batch was 80 and is now 32"):
        train_lecture_vae(order_for(tmp_path / "0", 40, batch=32, resume=True), Progress(), lambda _: None)
    (tmp_path / "1.run" / "run.safetensors").write_bytes(b"rubbish")
    with pytest.raises(DamagedCheckpoint, match="cannot be continued"):
        train_lecture_vae(order_for(tmp_path / "1", 40, batch=16, resume=True), Progress(), lambda _: None)


def test_it_begins_with_no_other_models_weights(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedRequest, match="no other model's weights"):
        train_lecture_vae(order_for(tmp_path / "new", 5, start=tmp_path), Progress(), lambda _: None)


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
