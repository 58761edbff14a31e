"""Library: the models that are here, known by their cards alone; those that cannot be used are listed with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio.errors import ModelUnavailable, RicercarError
from studio.generation.card import CARD_NAME, DataSource, ModelCard, read_card
from studio.generation.contract import Family
from studio.generation.latent import space_of
from studio.paths import data_folder, resources
from studio.words import tr


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model of the list. `card` is None when it could not be read; `reason` is empty for a usable model."""

    id: str
    folder: Path
    card: ModelCard | None
    capabilities: tuple[str, ...] = ()
    """What both card and family say it can do, in the card's order."""
    reason: str = ""

    @property
    def usable(self) -> bool:
        return not self.reason

    @property
    def title(self) -> str:
        return self.card.title if self.card else self.id

    @property
    def is_experimental(self) -> bool:
        """It missed a figure that it was to reach: offered, but never chosen unasked."""
        return self.card is not None and self.card.experimental

    @property
    def family(self) -> str:
        return self.card.family if self.card else ""

    @property
    def data(self) -> tuple[DataSource, ...]:
        return self.card.data if self.card else ()

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "family": self.family,
            "title": self.title,
            "capabilities": list(self.capabilities),
            "data": [{"name": item.name, "licence": item.licence, "permissive": item.permissive} for item in self.data],
            "figures": dict(self.card.figures) if self.card else {},
            "experimental": self.is_experimental,
            "usable": self.usable,
            "reason": self.reason,
        }


def model_folders() -> tuple[Path, ...]:
    """Where models live: those that travel with the program, then the user's own."""
    return (resources() / "models", data_folder() / "models")


class Library:
    """The models in some folders.

    `families` are the kinds of model whose code is here, as the catalogue read them; without them a card is
    believed about its family.
    """

    def __init__(self, folders: Iterable[Path], families: Mapping[str, Family] | None = None) -> None:
        self.folders = tuple(folders)
        self._families = families
        self._models: tuple[ListedModel, ...] = ()
        self.rescan()

    @classmethod
    def standard(cls, families: Mapping[str, Family] | None = None) -> Library:
        """Our models and the user's own."""
        return cls(model_folders(), families)

    def rescan(self) -> None:
        """Look again; after a training run, for one."""
        found: list[ListedModel] = []
        for folder in self.folders:
            for path in _model_paths(folder):
                model = self._listed(path)
                if any(model.id == other.id for other in found):
                    reason = tr("Another model has the id «{model}». Rename this folder and its card's id.", model=model.id)
                    model = replace(model, reason=reason)
                found.append(model)
        self._models = tuple(found)

    def cards(self, permissive_only: bool = False) -> tuple[ListedModel, ...]:
        """Every model, usable or not; or only those trained on permissively licensed data."""
        return tuple(m for m in self._models if not permissive_only or (m.card is not None and m.card.is_permissive))

    def find(self, model_id: str) -> ListedModel:
        """The usable model of this id; ModelUnavailable says why it is not to be had."""
        named = [model for model in self._models if model.id == model_id]
        for model in named:
            if model.usable:
                return model
        if named:
            raise ModelUnavailable(tr("Model «{model_id}» cannot be used. {reason}", model_id=model_id, reason=named[0].reason))
        known = ", ".join(model.id for model in self._models if model.usable)
        raise ModelUnavailable(
            tr("There is no model «{model_id}».", model_id=model_id),
            tr("Known: {known}.", known=known) if known else tr("No model is installed."),
        )

    def card(self, model_id: str) -> ModelCard:
        """The card of a usable model."""
        found = self.find(model_id).card
        assert found is not None
        return found

    def as_json(self, permissive_only: bool = False) -> dict[str, Any]:
        """What `ricercar models --json` prints."""
        return {"models": [model.as_json() for model in self.cards(permissive_only)]}

    def _listed(self, path: Path) -> ListedModel:
        try:
            card = read_card(path)
        except RicercarError as problem:
            return ListedModel(path.name, path, None, reason=str(problem))
        if self._families is None:
            return ListedModel(card.id, path, card, card.capabilities, _faulty(card, path))
        family = self._families.get(card.family)
        offered = family.capabilities if family else card.capabilities
        capabilities = tuple(name for name in card.capabilities if name in offered)
        return ListedModel(card.id, path, card, capabilities, _foreign(card, family) or _faulty(card, path))


def _model_paths(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if (path / CARD_NAME).is_file())
    except OSError:
        return []


def _foreign(card: ModelCard, family: Family | None) -> str:
    """Why this program cannot run the card's family; empty when it can."""
    if family is None:
        return tr("Its family «{family}» is not part of this program. Update Ricercar.", family=card.family)
    if card.family_version > family.version:
        return tr(
            "It was made by version {made_by} of {family}; this program has {version}. Update Ricercar.",
            made_by=card.family_version,
            family=family.title,
            version=family.version,
        )
    return ""


def _faulty(card: ModelCard, path: Path) -> str:
    """What is wrong with the card or its folder; empty when all is there."""
    try:
        space_of(card)
    except RicercarError as problem:
        return str(problem)
    return _missing(card, path)


def _missing(card: ModelCard, path: Path) -> str:
    """What lacks in the folder; empty when all is there. Hashes are left to the loading: this must be quick."""
    if not card.weights:
        return tr("Its card names no weights. Train it again.")
    for file in card.weights:
        try:
            size = (path / file.name).stat().st_size
        except OSError:
            return tr("Its weights «{file}» are missing. Install the model again.", file=file.name)
        if size != file.size:
            return tr(
                "Its weights «{file}» have {size} bytes, not {wanted}. Install the model again.",
                file=file.name,
                size=size,
                wanted=file.size,
            )
    return ""
