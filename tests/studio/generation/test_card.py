"""Cards come back as they were written, and a damaged one says what is wrong."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import DamagedCheckpoint, ModelUnavailable
from studio.generation.card import DataSource, ModelCard, WeightsFile, read_card
from studio.generation.contract import Family
from studio.generation.library import Library
from studio.generation.plain_json import parsed
from studio.strict_json import FaultyJson

FAMILY = Family("melody-rnn", "MelodyRNN", 2, ("start", "continue", "fill"))
CARD = ModelCard(
    id="small-one",
    title="A small one",
    family="melody-rnn",
    family_version=1,
    config="attention",
    capabilities=("continue", "fill"),
    codec={"codec": "melody", "low": 48},
    hyper={"cells": 8},
    data=(DataSource("pop", "MIT", True, 0.75), DataSource("folk", "GPL v3", False, 0.25)),
    figures={"loss": 0.5, "takes": 3},
    answers={"objective": "The next note."},
    weights=(WeightsFile("weights.safetensors", "0" * 64, 4),),
)


def written(folder: Path, card: ModelCard = CARD, weights: bytes = b"abcd") -> Path:
    place = folder / card.id
    place.mkdir()
    card.write(place)
    (place / "weights.safetensors").write_bytes(weights)
    return place


def test_a_card_comes_back_as_written(tmp_path: Path) -> None:
    assert read_card(written(tmp_path)) == CARD


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"id": "../evil"}, "id"),
        ({"family_version": True}, "family_version"),
        ({"hours": -1}, "hours"),
        ({"weights": [{"name": "../../x.safetensors", "sha256": "0" * 64, "size": 1}]}, "name"),
        ({"weights": [{"name": "weights.safetensors", "sha256": "zz", "size": 1}]}, "sha256"),
        ({"figures": {"loss": "low"}}, "figures.loss"),
        ({"title": None}, "title"),
        ({"data": [{"name": "pop", "share": 2}]}, "share"),
        ({"capabilities": "fill"}, "capabilities"),
    ],
)
def test_a_field_out_of_range_is_named(tmp_path: Path, change: dict[str, object], word: str) -> None:
    place = written(tmp_path)
    values = json.loads((place / "card.json").read_text())
    (place / "card.json").write_text(json.dumps(values | change))
    with pytest.raises(DamagedCheckpoint, match=word):
        read_card(place)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[1]",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999}',
        b'{"a": 1, "a": 2}',
        b"\xff\xfe",
        b"{" * 100_000,
        b'{"a": ' + b"[" * 30 + b"]" * 30 + b"}",
        b" " * ((1 << 20) + 1),
    ],
)
def test_a_text_that_is_no_card_is_refused(tmp_path: Path, raw: bytes) -> None:
    place = written(tmp_path)
    (place / "card.json").write_bytes(raw)
    with pytest.raises(DamagedCheckpoint, match="small-one"):
        read_card(place)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_a_fault(raw: bytes) -> None:
    found: object = None
    with contextlib.suppress(FaultyJson):
        found = parsed(raw)
    assert found is None or isinstance(found, dict)


def test_a_later_card_asks_for_an_update(tmp_path: Path) -> None:
    place = written(tmp_path)
    values = json.loads((place / "card.json").read_text()) | {"format": 2}
    (place / "card.json").write_text(json.dumps(values))
    with pytest.raises(ModelUnavailable, match="Update Ricercar"):
        read_card(place)


def test_the_library_lists_usable_and_greyed_models(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path, replace(CARD, id="missing-family", family="other"))
    written(tmp_path, replace(CARD, id="newer", family_version=3))
    written(tmp_path, replace(CARD, id="short"), b"abc")
    (written(tmp_path, replace(CARD, id="broken")) / "card.json").write_text("{")
    (written(tmp_path, replace(CARD, id="bare")) / "weights.safetensors").unlink()
    library = Library([tmp_path, tmp_path / "absent"], {"melody-rnn": FAMILY})
    reasons = {entry.id: entry.reason for entry in library.cards()}
    assert reasons.pop("small-one") == ""
    assert set(reasons) == {"missing-family", "newer", "short", "broken", "bare"}
    assert all(reason.endswith(".") for reason in reasons.values())
    assert library.find("small-one").capabilities == ("continue", "fill")
    with pytest.raises(ModelUnavailable, match="bytes"):
        library.find("short")
    with pytest.raises(ModelUnavailable, match="Known: small-one"):
        library.find("nonsense")


def test_the_list_as_json_has_the_promised_fields(tmp_path: Path) -> None:
    written(tmp_path)
    (entry,) = Library([tmp_path], {"melody-rnn": FAMILY}).as_json()["models"]
    assert set(entry) == {"id", "family", "title", "capabilities", "data", "figures", "experimental", "usable", "reason"}
    assert entry["data"][1] == {"name": "folk", "licence": "GPL v3", "permissive": False}
    assert entry["usable"] is True
    json.dumps(entry)


def test_the_permissive_switch_leaves_out_a_model_with_any_other_source(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path, replace(CARD, id="open", data=CARD.data[:1]))
    written(tmp_path, replace(CARD, id="unsaid", data=()))
    library = Library([tmp_path], {"melody-rnn": FAMILY})
    assert [entry.id for entry in library.cards(permissive_only=True)] == ["open"]


def test_two_models_of_one_id_leave_the_first_usable(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        written(tmp_path / name)
    library = Library([tmp_path / "first", tmp_path / "second"], {"melody-rnn": FAMILY})
    assert [entry.usable for entry in library.cards()] == [True, False]
    assert library.find("small-one").folder.parent.name == "first"
