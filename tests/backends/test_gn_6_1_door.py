"""A model that returns garbage, behind the door that all takes come through: locks, masks and constraints hold all the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny import saved_tiny

from backends.catalogue import Catalogue
from backends.local import LocalBackend
from studio.edits.history import History
from studio.edits.takes import keep
from studio.errors import UnsupportedRequest
from studio.generation.contract import Backend, Request, Take
from studio.generation.library import Library
from studio.jobs.progress import Progress
from studio.song.check import check
from tests.garbage import PARTS, Parts, assert_invariants, requests, take_of


class Garbage:
    """Each take is the next of the listed parts, round and round."""

    def __init__(self, listed: list[Parts]) -> None:
        self._listed = listed
        self._at = 0

    def generate(self, request: Request, progress: Progress) -> Iterator[Take]:
        for number in range(1, request.count + 1):
            self._at += 1
            yield take_of(self._listed[self._at % len(self._listed)], request, number)


class Door(LocalBackend):
    """The real one, with another model behind it."""

    model: Backend

    def opened(self, model_id: str) -> Backend:
        return self.model


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    folder: Path = tmp_path_factory.mktemp("models")
    saved_tiny(folder)
    catalogue = Catalogue.standard()
    return Door(Library((folder,), catalogue.families), catalogue, "cpu")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=requests(constrained=True), listed=st.lists(PARTS, min_size=1, max_size=3))
def test_gn_6_1_garbage_behind_the_door(door: Door, asked: Request, listed: list[Parts]) -> None:
    door.model = Garbage(listed)
    request = replace(asked, model="tiny-attention")
    try:
        takes = list(door.generate(request, Progress()))
    except UnsupportedRequest:  # an empty take, or constraints that contradict each other
        return
    (constraint,) = request.constraints
    for take in takes:
        history = History(request.song)
        history.do(keep(take.parts, request.mask, take.origin, "Keep"))
        assert_invariants(request, history.song)
        assert check(history.song) == ()
        written = dict(take.parts).get(constraint.track_id)
        if written is not None and not take.remarks:
            low, high = constraint.low_pitch or 0, constraint.high_pitch or 127
            assert ((written["pitch"] >= low) & (written["pitch"] <= high)).all(), "it holds, or the take says what was relaxed"
