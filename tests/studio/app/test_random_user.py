"""A random user: every command and gesture in a random order on an empty, a small and a large song, and all the way back.

The order comes from a seed that a failure names; RICERCAR_SEED sets another. What they do may be refused, but never in
anything but a sentence, never leaves a song that fails its self-check, and is undone to the very song it began with.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication

from studio.app.desk import Desk
from studio.song.check import check
from studio.song.song import Song, Track
from tests import every_action

SEED = int(os.environ.get("RICERCAR_SEED", "4"))
ACTS_UNTIL_BACK = 24
"""So many things are done before all of them are undone."""
SONGS: dict[str, Callable[[], Song]] = {
    "empty": lambda: Song(tracks=(Track(1, "Track 1"),), next_id=2),
    "small": lambda: every_action.large_song(60, per_bar=4),
    "large": lambda: every_action.large_song(100_000),
}
ROUNDS = {"empty": 1, "small": 2, "large": 1}
LEAST_CHANGES = {"empty": 12, "small": 80, "large": 40}
"""Many commands only show something, or need a selection that chance did not give them; so many must have changed the song."""
Act = Callable[[], Iterator[None]]


class Person:
    """Does things at random, looks at the song after each, and goes back now and then."""

    def __init__(self, desk: Desk, song: Song, seed: int) -> None:
        self.desk, self._first = desk, song
        self._chance = random.Random(seed)
        self._done: list[str] = []
        self.changes = 0
        """How many of the things done changed the song."""
        self.start = song
        self.begin()

    def begin(self) -> None:
        """The song anew: what came before cannot be undone over another song."""
        self.desk.session.open(self._first)
        self.start = self.desk.session.song
        self._done = []

    def do(self, name: str, act: Act) -> None:
        """One thing, with a selection made at random before it."""
        situation = self._chance.choice(sorted(every_action.SELECTIONS))
        self._done.append(f"{situation}: {name}")
        before = self.desk.session.song
        try:
            every_action.SELECTIONS[situation](self.desk)
            every_action.done(act())
            self._rest()
        except Exception as problem:
            raise AssertionError(f"{problem!r} after {self._told()}") from problem
        self.changes += self.desk.session.song is not before
        faults = check(self.desk.session.song)
        assert not faults, f"{faults[0]} after {self._told()}"

    def back(self) -> None:
        """Undo everything that was done since `begin`; nothing of it may be left."""
        every_action.done(every_action.back(self.desk, self.start))
        self._rest()
        assert self.desk.session.song == self.start, f"not all undone after {self._told()}"
        self._done = []

    def _rest(self) -> None:
        while self.desk.session.jobs.active():
            QApplication.processEvents()
        QApplication.processEvents()

    def _told(self) -> str:
        return f"(seed {SEED}) {'; '.join(self._done[-ACTS_UNTIL_BACK:])}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("size", SONGS)
def test_every_command_and_gesture_in_any_order_is_sound_and_undone(pad_desk: Desk, size: str) -> None:
    desk = pad_desk
    person = Person(desk, SONGS[size](), SEED)
    acts: list[tuple[str, Act]] = [
        (entry.id, lambda entry=entry: every_action.performed(desk, entry))  # type: ignore[misc]
        for entry in every_action.entries(desk)
        if entry.id not in every_action.OTHER_SONG
    ]
    acts += [(name, lambda gesture=gesture: gesture(desk)) for name, gesture in every_action.GESTURES.items()]  # type: ignore[misc]
    chance = random.Random(SEED)
    script = [act for _ in range(ROUNDS[size]) for act in chance.sample(acts, len(acts))]
    for number, (name, act) in enumerate(script, 1):
        person.do(name, act)
        if number % ACTS_UNTIL_BACK == 0:
            person.back()
    person.back()
    assert person.changes > LEAST_CHANGES[size], f"only {person.changes} of {len(script)} changed the song"
    for entry in every_action.entries(desk):
        if entry.id in every_action.OTHER_SONG:
            person.do(entry.id, lambda entry=entry: every_action.performed(desk, entry))  # type: ignore[misc]
            person.begin()
