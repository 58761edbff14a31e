"""Checkpoint: a folder with card.json and safetensors weights; saved whole or not at all, trusted only after checking.

A weights file begins with eight bytes (the length of a JSON header, little-endian), then the header: tensor name ->
dtype, shape, data_offsets. It is read and compared here before anything is allocated (reliability.md R20 to R23).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from studio.errors import DamagedCheckpoint, UnwritableFile
from studio.generation.card import ModelCard, WeightsFile, read_card
from studio.generation.plain_json import Fields, parsed
from studio.strict_json import FaultyJson
from studio.words import tr

LARGEST_SHARD = 16 * 1000 * 1000
LARGEST_HEADER = 4 << 20
LARGEST_FILE = 8 << 30
MOST_TENSORS = 20_000
WIDTHS = {"F16": 2, "BF16": 2, "F32": 4}
SUMS_NAME = "SHA256SUMS"

Shapes = Mapping[str, tuple[int, ...]]


def shapes_of(module: torch.nn.Module) -> dict[str, tuple[int, ...]]:
    """Name -> shape of every tensor that a network stores."""
    return {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}


# Saving


def save_checkpoint(
    folder: Path, card: ModelCard, tensors: Mapping[str, Tensor], dtype: torch.dtype = torch.float16
) -> ModelCard:
    """Write card and weights into a fresh folder, then move it into place; the card returned names the files.

    A checkpoint that stood there is replaced whole. Non-finite weights are refused: they would never load again.
    """
    stored = {name: tensor.detach().to("cpu", dtype).contiguous() for name, tensor in tensors.items()}
    for name, tensor in stored.items():
        if not bool(torch.isfinite(tensor).all()):
            raise DamagedCheckpoint(
                tr("The weights «{name}» of {card} are not finite numbers.", name=name, card=card.title),
                tr("Train with a lower rate."),
            )
    temporary: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
        os.chmod(temporary, 0o755)
        files = []
        shards = _shards(stored)
        for at, shard in enumerate(shards, 1):
            name = "weights.safetensors" if len(shards) == 1 else f"weights-{at}-of-{len(shards)}.safetensors"
            save_file(shard, temporary / name)
            os.chmod(temporary / name, 0o644)  # the library makes it readable by its owner alone
            files.append(WeightsFile(name, _sha256(temporary / name), (temporary / name).stat().st_size))
        card = replace(card, weights=tuple(files), folder=folder)
        card.write(temporary)
        _swap(temporary, folder)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise UnwritableFile(
            tr("The model could not be saved in «{folder}»: {reason}.", folder=folder, reason=reason), tr("Choose another place.")
        ) from problem
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
    return card


def _shards(tensors: Mapping[str, Tensor]) -> list[dict[str, Tensor]]:
    shards: list[dict[str, Tensor]] = [{}]
    filled = 0
    for name, tensor in tensors.items():
        size = tensor.numel() * tensor.element_size() + len(name) + 100
        if filled and filled + size > LARGEST_SHARD:
            shards.append({})
            filled = 0
        shards[-1][name] = tensor
        filled += size
    return shards


def _swap(fresh: Path, folder: Path) -> None:
    """Put the fresh folder where the old one stood; between the two renames the old one is whole beside it."""
    aside = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if folder.exists():
        os.replace(folder, aside)
    os.replace(fresh, folder)
    shutil.rmtree(aside, ignore_errors=True)


def write_sums(models: Path) -> None:
    """Write the list of hashes of every bundled weights file."""
    paths = sorted(models.glob("*/weights*.safetensors"))
    lines = [f"{_sha256(path)}  {path.parent.name}/{path.name}\n" for path in paths]
    (models / SUMS_NAME).write_text("".join(lines), encoding="ascii")


# Loading


def load_weights(card: ModelCard, shapes: Shapes) -> dict[str, Tensor]:
    """The tensors of a card's checkpoint as float32, after every check; DamagedCheckpoint says the first difference."""
    if card.folder is None or not card.weights:
        raise DamagedCheckpoint(tr("{card} has no weights.", card=card.title), tr("Train it again."))
    _check_bundled(card)
    found: dict[str, tuple[int, ...]] = {}
    for file in card.weights:
        _check_file(card, file)
        for name, shape in read_header(card.folder / file.name, card.title).items():
            if name in found:
                raise _damaged(card, tr("«{name}» stands in two weights files", name=name))
            found[name] = shape
    difference = first_difference(shapes, found)
    if difference:
        raise _damaged(card, difference)
    tensors: dict[str, Tensor] = {}
    for file in card.weights:
        tensors |= {name: tensor.float() for name, tensor in load_file(card.folder / file.name).items()}
    for name, tensor in tensors.items():
        if not bool(torch.isfinite(tensor).all()):
            raise _damaged(card, tr("«{name}» holds values that are not finite", name=name))
    return tensors


def load_checkpoint(folder: Path, shapes: Shapes) -> tuple[ModelCard, dict[str, Tensor]]:
    """Card and weights of a folder."""
    card = read_card(folder)
    return card, load_weights(card, shapes)


def first_difference(expected: Shapes, found: Shapes) -> str:
    """In words, how the tensors found differ from those this program would build; empty when they agree."""
    for name, shape in expected.items():
        if name not in found:
            return tr("«{name}» is missing", name=name)
        if found[name] != shape:
            return tr("«{name}»: {wanted} expected, {found} found", name=name, wanted=_size(shape), found=_size(found[name]))
    extra = [name for name in found if name not in expected]
    return tr("«{extra}» is not part of this network", extra=extra[0]) if extra else ""


def read_header(path: Path, title: str) -> dict[str, tuple[int, ...]]:
    """Name -> shape from a safetensors header, every limit checked; nothing is allocated for the tensors."""
    try:
        size = path.stat().st_size
        with open(path, "rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            if size < 8 or size > LARGEST_FILE or length > min(LARGEST_HEADER, size - 8):
                raise FaultyJson(tr("its header claims {length} of {size} bytes", length=length, size=size))
            raw = stream.read(length)
        header = parsed(raw, LARGEST_HEADER)
        header.pop("__metadata__", None)
        return _shapes(header, size - 8 - length)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise DamagedCheckpoint(
            tr("«{path}» of {title} cannot be read: {reason}.", path=path.name, title=title, reason=reason),
            tr("Install the model again."),
        ) from problem
    except FaultyJson as problem:
        raise DamagedCheckpoint(
            tr("«{path}» of {title} is no weights file: {problem}.", path=path.name, title=title, problem=problem),
            tr("Install the model again."),
        ) from None


def _shapes(header: Mapping[str, object], data_size: int) -> dict[str, tuple[int, ...]]:
    if len(header) > MOST_TENSORS:
        raise FaultyJson(tr("it holds {count} tensors, more than {most}", count=len(header), most=MOST_TENSORS))
    found: dict[str, tuple[int, ...]] = {}
    spans = []
    for name, entry in header.items():
        if not isinstance(entry, dict):
            raise FaultyJson(tr("«{name}» is no tensor", name=name))
        fields = Fields(entry, name)
        dtype = fields.text("dtype", longest=8)
        if dtype not in WIDTHS:
            raise FaultyJson(tr("«{name}» has the type {dtype}", name=name, dtype=dtype))
        shape, offsets = _wholes(entry.get("shape"), name), _wholes(entry.get("data_offsets"), name)
        count = 1
        for extent in shape:
            count *= extent
        if len(offsets) != 2 or offsets[1] - offsets[0] != count * WIDTHS[dtype]:
            raise FaultyJson(tr("«{name}» does not fill its place", name=name))
        spans.append((offsets[0], offsets[1], name))
        found[name] = shape
    end = 0
    for begin, finish, name in sorted(spans):
        if begin != end:
            raise FaultyJson(tr("«{name}» begins at byte {begin}, not {end}", name=name, begin=begin, end=end))
        end = finish
    if end != data_size:
        raise FaultyJson(tr("its tensors take {end} bytes, the file has {data_size}", end=end, data_size=data_size))
    return found


def _wholes(value: object, name: str) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > 8:
        raise FaultyJson(tr("«{name}» has no proper shape", name=name))
    if not all(type(item) is int and 0 <= item <= LARGEST_FILE for item in value):
        raise FaultyJson(tr("«{name}» has no proper shape", name=name))
    return tuple(value)


def _check_file(card: ModelCard, file: WeightsFile) -> None:
    assert card.folder is not None
    try:
        size = (card.folder / file.name).stat().st_size
        digest = _sha256(card.folder / file.name) if size == file.size else ""
    except OSError as problem:
        raise _damaged(card, tr("«{file}» cannot be read ({reason})", file=file.name, reason=problem.strerror)) from problem
    if size != file.size:
        raise _damaged(card, tr("«{file}» has {size} bytes, not {wanted}", file=file.name, size=size, wanted=file.size))
    if digest != file.sha256:
        raise _damaged(card, tr("«{file}» is not the file its card describes (SHA-256 differs)", file=file.name))


def _check_bundled(card: ModelCard) -> None:
    """Bundled models are also held against the one list beside them."""
    assert card.folder is not None
    try:
        lines = (card.folder.parent / SUMS_NAME).read_text(encoding="ascii").splitlines()
    except OSError:
        return
    listed = {name.strip(): digest for digest, _, name in (line.partition("  ") for line in lines)}
    for file in card.weights:
        if listed.get(f"{card.folder.name}/{file.name}") != file.sha256:
            raise _damaged(card, tr("«{file}» is not on the list of our models", file=file.name))


def _damaged(card: ModelCard, what: str) -> DamagedCheckpoint:
    return DamagedCheckpoint(
        tr("{card} is damaged: {what}.", card=card.title, what=what), tr("Install the model again, or train it anew.")
    )


def _size(shape: tuple[int, ...]) -> str:
    return " x ".join(str(extent) for extent in shape) or tr("a single number")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
