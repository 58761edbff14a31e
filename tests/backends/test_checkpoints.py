"""A checkpoint loads exactly as saved, or is refused with the first thing that is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from backends.checkpoints import load_checkpoint, load_weights, read_header, save_checkpoint, write_sums
from studio.errors import DamagedCheckpoint, UnwritableFile
from studio.generation.card import ModelCard, read_card

CARD = ModelCard("tiny", "Tiny", "melody-rnn", 1, "basic", ("continue",), {}, {})
TENSORS = {"a": torch.arange(6.0).view(2, 3), "b": torch.full((4,), 0.5)}
SHAPES = {name: tuple(tensor.shape) for name, tensor in TENSORS.items()}


def header_file(path: Path, header: object, data: bytes = b"") -> Path:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(raw).to_bytes(8, "little") + raw + data)
    return path


def test_weights_come_back_as_saved(tmp_path: Path) -> None:
    saved = save_checkpoint(tmp_path / "tiny", CARD, TENSORS)
    card, tensors = load_checkpoint(tmp_path / "tiny", SHAPES)
    assert card == saved
    assert all(torch.equal(tensors[name], TENSORS[name]) for name in TENSORS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny"]


def test_large_weights_are_sharded_and_joined(tmp_path: Path) -> None:
    big = {f"layer{at}": torch.zeros(3_000_000) for at in range(4)}
    card = save_checkpoint(tmp_path / "tiny", CARD, big)
    assert [file.name for file in card.weights] == [f"weights-{at}-of-2.safetensors" for at in (1, 2)]
    assert all(file.size <= 16_000_000 for file in card.weights)
    assert set(load_weights(card, dict.fromkeys(big, (3000000,)))) == set(big)


def test_saving_again_replaces_the_folder_whole(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "tiny", CARD, TENSORS)
    save_checkpoint(tmp_path / "tiny", replace(CARD, title="Second"), TENSORS)
    assert read_card(tmp_path / "tiny").title == "Second"


def test_what_is_not_finite_is_neither_saved_nor_loaded(tmp_path: Path) -> None:
    with pytest.raises(DamagedCheckpoint, match="finite"):
        save_checkpoint(tmp_path / "tiny", CARD, {"a": torch.tensor([1e9])})
    assert not list(tmp_path.iterdir())


def test_a_flipped_byte_is_noticed(tmp_path: Path) -> None:
    card = save_checkpoint(tmp_path / "tiny", CARD, TENSORS)
    path = tmp_path / "tiny" / "weights.safetensors"
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    with pytest.raises(DamagedCheckpoint, match="SHA-256"):
        load_weights(card, SHAPES)


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        ({**SHAPES, "b": (8,)}, "«b»: 8 expected, 4 found"),
        ({**SHAPES, "c": (1,)}, "«c» is missing"),
        ({"a": (2, 3)}, "«b» is not part"),
    ],
)
def test_another_shape_is_said_in_words(tmp_path: Path, shapes: dict[str, tuple[int, ...]], words: str) -> None:
    card = save_checkpoint(tmp_path / "tiny", CARD, TENSORS)
    with pytest.raises(DamagedCheckpoint, match=words):
        load_weights(card, shapes)


@pytest.mark.parametrize(
    ("header", "data"),
    [
        (b"", b""),
        (b"not json", b""),
        ({"a": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}}, b"\0" * 8),
        ({"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 2]}}, b"\0" * 2),
        ({"a": {"dtype": "F16", "shape": [-1], "data_offsets": [0, 2]}}, b"\0" * 2),
        ({"a": {"dtype": "F16", "shape": [1], "data_offsets": [4, 6]}}, b"\0" * 6),
        ({"a": {"dtype": "F16", "shape": [1], "data_offsets": [0, 2]}}, b"\0" * 9),
        ({"a": {"dtype": "F16", "shape": [1], "data_offsets": [0, 2]}}, b""),
        ({"a": 3}, b""),
        ({f"t{at}": {"dtype": "F16", "shape": [0], "data_offsets": [0, 0]} for at in range(20_001)}, b""),
    ],
)
def test_a_faulty_header_is_refused(tmp_path: Path, header: object, data: bytes) -> None:
    with pytest.raises(DamagedCheckpoint, match="Tiny"):
        read_header(header_file(tmp_path / "weights.safetensors", header, data), "Tiny")


def test_a_header_longer_than_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes((2**63).to_bytes(8, "little") + b"{}")
    with pytest.raises(DamagedCheckpoint, match="claims"):
        read_header(path, "Tiny")


def test_bundled_weights_must_stand_on_the_list(tmp_path: Path) -> None:
    card = save_checkpoint(tmp_path / "tiny", CARD, TENSORS)
    write_sums(tmp_path)
    assert load_weights(card, SHAPES)
    other = save_checkpoint(tmp_path / "tiny", CARD, {**TENSORS, "b": torch.zeros(4)})
    with pytest.raises(DamagedCheckpoint, match="list"):
        load_weights(other, SHAPES)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UnwritableFile, match="could not be saved"):
        save_checkpoint(tmp_path / "file" / "tiny", CARD, TENSORS)
