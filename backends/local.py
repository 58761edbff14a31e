"""LocalBackend: takes and latent answers made in this process, checked and enforced; the models used last stay in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from functools import partial
from typing import cast

import numpy as np

from backends.catalogue import Catalogue
from backends.steered import steered
from studio.errors import UnsupportedRequest
from studio.generation.contract import Backend, Family, Request, Take
from studio.generation.demands import check_constraints
from studio.generation.describe import task_words
from studio.generation.latent import Decoding, LatentAnswer, LatentBackend, LatentRequest, Locating, Space, space_of
from studio.generation.library import Library, ListedModel
from studio.generation.steering import check_knobs
from studio.generation.sweep import check_sweep, take_by_take
from studio.jobs.progress import Progress
from studio.words import tr, within

MODELS_KEPT = 3
MOST_TAKES = 64
HOTTEST = 4.0


class LocalBackend:
    """Generates in this process: for tests, for the command line, and inside the host. Keeps the models used last."""

    def __init__(self, library: Library, catalogue: Catalogue, device: str = "auto") -> None:
        self._library, self._catalogue, self.device = library, catalogue, device
        self._models: OrderedDict[str, Backend] = OrderedDict()

    def generate(self, request: Request, progress: Progress) -> Iterator[Take]:
        """Takes as they may enter the song; a take without notes is left out, and an error when all are."""
        self.check(request)
        progress.stop_if_cancelled()
        model, family = self.opened(request.model), self._family(request.model)
        if request.sweep:
            yield from take_by_take(request, family, partial(steered, model, family), progress)
        else:
            yield from steered(model, family, request, progress)

    def ask(self, request: LatentRequest, progress: Progress) -> Iterator[LatentAnswer]:
        """What a model with a space says of places and phrases; a sentence where it cannot."""
        self.check(request)
        progress.stop_if_cancelled()
        model = cast(LatentBackend, self.opened(request.model))
        if isinstance(request, Locating):
            yield from model.locate(request, progress)
        elif isinstance(request, Decoding):
            yield from model.decode(request, progress)
        else:
            yield from model.fit(request, progress)

    def answers(self, request: Request | LatentRequest, progress: Progress) -> Iterator[Take | LatentAnswer]:
        """Whatever is asked: takes for a Request, else what `ask` answers."""
        return self.generate(request, progress) if isinstance(request, Request) else self.ask(request, progress)

    def opened(self, model_id: str) -> Backend:
        """The model, from memory or from its folder."""
        if model_id not in self._models:
            from backends import devices

            devices.use_threads(1)
            model = self._catalogue.open(self._library.card(model_id), devices.chosen_device(self.device).type)
            self._models[model_id] = model
            while len(self._models) > MODELS_KEPT:
                self._models.popitem(last=False)
        self._models.move_to_end(model_id)
        return self._models[model_id]

    def on_processor(self) -> LocalBackend:
        """The same models, computed without the accelerator."""
        return LocalBackend(self._library, self._catalogue, "cpu")

    def holds(self, model_id: str) -> bool:
        return model_id in self._models

    def rescan(self) -> None:
        """Look for models again, and forget those held: a card of the same id may be another model now."""
        self._library.rescan()
        self._models.clear()

    def check(self, request: Request | LatentRequest) -> None:
        """Raise what would make the request fail before any weights are read."""
        listed = self._library.find(request.model)
        if isinstance(request, Request):
            _check_takes(request, listed)
            family = self._catalogue.family(listed.family)
            check_knobs(family, request)
            check_sweep(family, request)
            check_constraints(request)
            return
        space = self.space(request.model)
        if isinstance(request, Decoding):
            _check_points(request, space, listed.title)

    def space(self, model_id: str) -> Space:
        """The space that a model's card describes; UnsupportedRequest when it has none."""
        card = self._library.card(model_id)
        space = space_of(card)
        if space is None:
            raise UnsupportedRequest(
                tr("{card} has no space to explore.", card=card.title), tr("Choose a model that can vary and morph.")
            )
        return space

    def _family(self, model_id: str) -> Family:
        return self._catalogue.family(self._library.card(model_id).family)


def _check_takes(request: Request, listed: ListedModel) -> None:
    if request.capability not in listed.capabilities:
        can = ", ".join(within(task_words(each)) for each in listed.capabilities)
        raise UnsupportedRequest(
            tr("{listed} cannot {task}.", listed=listed.title, task=within(task_words(request.capability))),
            tr("It can: {can}.", can=can),
        )
    if not 1 <= request.count <= MOST_TAKES:
        raise UnsupportedRequest(
            tr("{count} takes cannot be made.", count=request.count), tr("Ask for 1 to {most}.", most=MOST_TAKES)
        )
    for track_id in (*request.mask.region.track_ids, *request.hear):
        if not request.song.has_track(track_id):
            raise UnsupportedRequest(tr("A track of the request is no longer in the song."), tr("Ask again."))
    if request.span.start_tick < 0 or not request.span.length_ticks:
        raise UnsupportedRequest(tr("The region lies outside the song."), tr("Select at least one bar."))


def _check_points(request: Decoding, space: Space, title: str) -> None:
    """Places stored with a project may be of another model of the same name, or damaged."""
    if request.points.ndim != 2 or request.points.shape[1] != space.dimensions or not np.isfinite(request.points).all():
        raise UnsupportedRequest(
            tr(
                "These places do not lie in the space of {title}, which has {dimensions} dimensions.",
                title=title,
                dimensions=space.dimensions,
            ),
            tr("Place the phrases anew."),
        )
    if not 0 <= request.temperature <= HOTTEST:
        raise UnsupportedRequest(
            tr("The temperature cannot be {temperature:g}.", temperature=request.temperature),
            tr("Use 0 to {hottest:g}.", hottest=HOTTEST),
        )
    if not 0 <= request.pull <= 1:
        raise UnsupportedRequest(tr("The pull of your taste cannot be {pull:g}.", pull=request.pull), tr("Use 0 to 1."))
    for name, deviations in request.attributes.items():
        known = [attribute.name for attribute in space.attributes]
        if name not in known:
            raise UnsupportedRequest(
                tr("{title} knows no attribute «{name}».", title=title, name=name),
                tr("Known: {known}.", known=", ".join(known) or "none"),
            )
        if not np.isfinite(deviations):
            raise UnsupportedRequest(
                tr("The attribute «{name}» cannot be {deviations}.", name=name, deviations=deviations),
                tr("Use a number, such as 1."),
            )
    if request.taste is not None and request.taste.model != request.model:
        raise UnsupportedRequest(
            tr("Your taste was learned for {model}, not for {title}.", model=request.taste.model, title=title),
            tr("Personalise it anew."),
        )
