"""ModelCard: what a model is, what it learned from and on what terms, how good it was measured to be."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from studio.errors import DamagedCheckpoint, ModelUnavailable
from studio.generation.plain_json import Fields, parsed
from studio.paths import write_atomically
from studio.strict_json import FaultyJson
from studio.words import tr

CARD_NAME = "card.json"
CARD_FORMAT = 1
"""Cards of a higher number were written by a later program and are listed, not used."""

QUESTIONS = ("objective", "representation", "architecture", "challenge", "strategy", "cannot")
"""What every card answers in a sentence each."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_WEIGHTS_NAME = re.compile(r"weights(-\d{1,3}-of-\d{1,3})?\.safetensors")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class DataSource:
    """A set the model learned from. `permissive`: MIT, BSD, CC0, CC BY or public domain. `share` of the examples, 0-1."""

    name: str
    licence: str
    permissive: bool
    share: float = 0.0
    role: str = "training"


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """A safetensors file beside the card; `size` in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Everything known about a model without opening its weights. Mappings are read-only by custom."""

    id: str
    title: str
    family: str
    family_version: int
    config: str
    capabilities: tuple[str, ...]
    codec: Mapping[str, Any]
    hyper: Mapping[str, Any]
    data: tuple[DataSource, ...] = ()
    command: str = ""
    seed: int = 0
    hours: float = 0.0
    machine: str = ""
    split: str = ""
    figures: Mapping[str, float] = field(default_factory=lambda: _NOTHING)
    published: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    settings: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    """What the family measured for this model after training, such as calibrated defaults of its knobs."""
    weights: tuple[WeightsFile, ...] = ()
    licence: str = "unknown licence"
    version: str = ""
    """Of the program that wrote the card."""
    author: str = ""
    date: str = ""
    intended_use: str = ""
    experimental: bool = False
    """Missed a figure it was to reach: it may be chosen, it is never the default."""
    folder: Path | None = field(default=None, compare=False)
    """Where the card was read from; not written."""

    @property
    def is_permissive(self) -> bool:
        """Whether every set it learned from is under permissive terms; a card that names none is not."""
        return bool(self.data) and all(source.permissive for source in self.data)

    @property
    def size(self) -> int:
        """Bytes of all weights files."""
        return sum(file.size for file in self.weights)

    @property
    def weights_sha256(self) -> str:
        """What a take's origin records: the hash of the only file, or the hashes of all shards joined."""
        return "+".join(file.sha256 for file in self.weights)

    def as_json(self) -> bytes:
        plain = {name: value for name, value in _plain(self).items() if name != "folder"}
        text = json.dumps({"format": CARD_FORMAT, **plain}, indent=2, ensure_ascii=False, allow_nan=False)
        return (text + "\n").encode()

    def write(self, folder: Path) -> None:
        """Write `card.json` into the folder, atomically."""

        def fill(stream: IO[bytes]) -> None:
            stream.write(self.as_json())

        write_atomically(folder / CARD_NAME, fill)


def _plain(card: ModelCard) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ModelCard.__dataclass_fields__:
        value = getattr(card, name)
        if isinstance(value, Mapping):
            value = dict(value)
        elif name in ("data", "weights"):
            value = [asdict(item) for item in value]
        found[name] = value
    return found


def read_card(folder: Path) -> ModelCard:
    """The card in a model folder; ModelUnavailable from a later program, DamagedCheckpoint when it cannot be understood."""
    path = folder / CARD_NAME
    try:
        with open(path, "rb") as stream:
            raw = stream.read((1 << 20) + 1)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise DamagedCheckpoint(
            tr("The card of model «{folder}» cannot be read: {reason}.", folder=folder.name, reason=reason),
            tr("Install it again."),
        ) from problem
    try:
        values = parsed(raw)
        _refuse_later(values, folder.name)
        return _card(Fields(values), folder)
    except FaultyJson as problem:
        raise DamagedCheckpoint(
            tr("The card of model «{folder}» is damaged: {problem}.", folder=folder.name, problem=problem),
            tr("Install the model again, or train it anew."),
        ) from None


def _refuse_later(values: dict[str, Any], name: str) -> None:
    found = Fields(values).whole("format", 1, 1_000_000)
    if found > CARD_FORMAT:
        raise ModelUnavailable(
            tr(
                "The card of model «{name}» has format {found}; this program reads up to {card_format}.",
                name=name,
                found=found,
                card_format=CARD_FORMAT,
            ),
            tr("Update Ricercar."),
        )


def _card(fields: Fields, folder: Path) -> ModelCard:
    answers = Fields(fields.mapping("answers", {}), "answers")
    return ModelCard(
        id=_matching(fields, "id", _IDENTIFIER),
        title=fields.text("title", longest=200),
        family=fields.text("family", longest=64),
        family_version=fields.whole("family_version", 1, 10_000),
        config=fields.text("config", "", 64),
        capabilities=fields.texts("capabilities"),
        codec=fields.mapping("codec"),
        hyper=fields.mapping("hyper"),
        data=tuple(_source(item) for item in fields.objects("data")),
        command=fields.text("command", ""),
        seed=fields.whole("seed", 0, 2**63 - 1, 0),
        hours=fields.number("hours", 0, 1e6, 0),
        machine=fields.text("machine", ""),
        split=fields.text("split", ""),
        figures=fields.numbers("figures"),
        published=fields.texts("published", ()),
        answers={name: answers.text(name) for name in answers.values},
        settings=fields.mapping("settings", {}),
        weights=tuple(_weights(item) for item in fields.objects("weights")),
        licence=fields.text("licence", "unknown licence", 200),
        version=fields.text("version", "", 64),
        author=fields.text("author", "", 200),
        date=fields.text("date", "", 64),
        intended_use=fields.text("intended_use", ""),
        experimental=fields.switch("experimental", False),
        folder=folder,
    )


def _source(fields: Fields) -> DataSource:
    return DataSource(
        name=fields.text("name", longest=200),
        licence=fields.text("licence", "unknown licence", 200),
        permissive=fields.switch("permissive", False),
        share=fields.number("share", 0, 1, 0),
        role=fields.text("role", "training", 200),
    )


def _weights(fields: Fields) -> WeightsFile:
    name, digest = _matching(fields, "name", _WEIGHTS_NAME), _matching(fields, "sha256", _SHA256)
    return WeightsFile(name, digest, fields.whole("size", 0, 1 << 33))


def _matching(fields: Fields, name: str, pattern: re.Pattern[str]) -> str:
    text = fields.text(name, longest=200)
    if not pattern.fullmatch(text):
        raise FaultyJson(tr("«{words}» cannot be the {name}", words=text, name=name))
    return text
