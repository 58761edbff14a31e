"""LocalBackend: takes made in this process, checked and enforced; the models used last stay in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from backends.catalogue import Catalogue
from studio.errors import UnsupportedRequest
from studio.generation.contract import Backend, Request, Take
from studio.generation.enforce import EmptyTake, enforced
from studio.generation.library import Library
from studio.jobs.progress import Progress

MODELS_KEPT = 3
MOST_TAKES = 64


class LocalBackend:
    """Generates in this process: for tests, for the command line, and inside the host. Keeps the models used last."""

    def __init__(self, library: Library, catalogue: Catalogue, device: str = "auto") -> None:
        self._library, self._catalogue, self.device = library, catalogue, device
        self._models: OrderedDict[str, Backend] = OrderedDict()

    def generate(self, request: Request, progress: Progress) -> Iterator[Take]:
        """Takes as they may enter the song; a take without notes is left out, and an error when all are."""
        self.check(request)
        progress.stop_if_cancelled()
        model = self.opened(request.model)
        empty: EmptyTake | None = None
        delivered = 0
        for take in model.generate(request, progress):
            try:
                allowed = enforced(take, request)
            except EmptyTake as problem:
                empty = problem
                continue
            delivered += 1
            yield allowed
        if empty is not None and not delivered:
            raise empty

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

    def check(self, request: Request) -> None:
        """Raise what would make the request fail before any weights are read."""
        listed = self._library.find(request.model)
        if request.capability not in listed.capabilities:
            can = ", ".join(listed.capabilities)
            raise UnsupportedRequest(f"{listed.title} cannot {request.capability}.", f"It can: {can}.")
        if not 1 <= request.count <= MOST_TAKES:
            raise UnsupportedRequest(f"{request.count} takes cannot be made.", f"Ask for 1 to {MOST_TAKES}.")
        for track_id in (*request.mask.region.track_ids, *request.hear):
            if not request.song.has_track(track_id):
                raise UnsupportedRequest("A track of the request is no longer in the song.", "Ask again.")
        if request.span.start_tick < 0 or not request.span.length_ticks:
            raise UnsupportedRequest("The region lies outside the song.", "Select at least one bar.")
