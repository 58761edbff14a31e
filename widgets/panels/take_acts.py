"""TakeActs: what can be done with a take, whichever panel, lane, menu or key asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from studio.errors import RicercarError
from studio.events import Signal
from studio.generation.asking import next_seed
from studio.generation.contract import Request
from studio.generation.judging import Order
from studio.generation.repeating import request_of
from studio.generation.tray import TakeSet
from studio.session import Session
from studio.song.origin import Origin
from studio.words import counted, mark, tr

ORDER_WORDS: dict[Order, str] = {
    "made": mark("As they were made"),
    "rating": mark("By points"),
    "density": mark("By how busy they are"),
    "distance": mark("By how far from what was there"),
}
NO_TAKE = mark("No take is shown. Choose one of the takes first.")


class TakeActs:
    """Results are said in the status line. `repeat_wanted(request, seed, keeps all)` goes to the Generate panel, `named(index)`
    asks for the words of a label to be typed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.repeat_wanted: Signal[Request, int, bool] = Signal()
        self.name_wanted: Signal[int] = Signal()

    @property
    def take_set(self) -> TakeSet | None:
        return self.session.tray.current

    @property
    def active(self) -> int | None:
        return None if self.take_set is None else self.take_set.active

    def on_shown(self, act: Callable[[int], object]) -> None:
        """Do something with the take that is shown; without one, say so."""
        if self.active is None:
            self.session.say(tr(NO_TAKE), is_error=True)
        else:
            act(self.active)

    def act(self, name: str, index: int) -> None:
        """By the words of a lane: "star", "trash", "name" or "rate 3"."""
        verb, _, number = name.partition(" ")
        acts: dict[str, Callable[[], object]] = {
            "star": lambda: self.session.tray.star(index),
            "trash": lambda: self.trash(index),
            "name": lambda: self.name_wanted.emit(index),
            "rate": lambda: self.rate(index, int(number)),
        }
        acts[verb]()

    def rate(self, index: int, points: int) -> None:
        self.session.tray.rate(index, points)
        words = counted(points, "Take {take}: {n} point.", "Take {take}: {n} points.", take=self._numeral(index))
        self.session.say(words if points else tr("Take {take}: no points any more.", take=self._numeral(index)))

    def label(self, index: int, text: str) -> None:
        self.session.tray.label(index, text)

    def trash(self, index: int) -> None:
        number = self._numeral(index)
        self.session.tray.trash(index)
        self.session.say(tr("Take {number} is in the trash, and can be recovered from there.", number=number))

    def recover(self) -> None:
        count = 0 if self.take_set is None else len(self.take_set.trashed)
        thrown = self.session.tray.discarded
        if not count and thrown is not None:
            self.session.tray.turn_to(thrown)
            self.session.say(tr("The takes that were put away last are back."))
        elif not count:
            self.session.say(tr("No take is in the trash."))
        else:
            self.session.tray.recover()
            self.session.say(counted(count, "{n} take is back.", "{n} takes are back."))

    def sort(self, order: Order) -> None:
        self.session.tray.sort(order)
        self.session.say(tr("Takes: {order}.", order=tr(ORDER_WORDS[order]).lower()))

    def promote(self, index: int) -> None:
        if self.session.promote(index):
            self.session.say(tr("The take has a track of its own now, beside what was there."))

    def lay(self, index: int) -> None:
        """On the track in front, at the bar of the edit cursor."""
        chosen = self.session.selection
        self.lay_on(index, chosen.track_id, chosen.cursor_tick)

    def lay_on(self, index: int, track_id: int, tick: int) -> None:
        song = self.session.song
        if self.session.lay_take(index, track_id, tick):
            bar, name = song.timeline.bar_of(max(0, tick)), song.track(track_id).name
            self.session.say(tr("Laid on «{track}» at bar {bar}. Undo takes it away again.", track=name, bar=bar))

    # More

    def again(self, index: int) -> None:
        """The request of a take once more, with its own seed, on the present song."""
        request = self._request(index)
        if request is not None:
            self.repeat_wanted.emit(request, request.seed, False)

    def more(self, index: int) -> None:
        """The request of a take with the next seed."""
        request = self._request(index)
        if request is not None:
            self.repeat_wanted.emit(request, next_seed(request.seed), False)

    def one_more(self) -> None:
        """One take more of the same request, after all that are there."""
        take_set = self.take_set
        if take_set is None:
            self.session.say(tr("There are no takes to go on from. Generate some first (Ctrl+G)."), is_error=True)
            return
        last = max((take.origin.seed for take in take_set.takes), default=take_set.request.seed)
        self.repeat_wanted.emit(replace(take_set.request, count=1, sweep=()), next_seed(last), True)

    def repeat(self, origin: Origin, *, more: bool = False) -> None:
        """Ask again for what a kept take was asked for."""
        try:
            request = request_of(origin, self.session.song)
        except RicercarError as problem:
            self.session.say(str(problem), is_error=True)
            return
        self.repeat_wanted.emit(request, next_seed(request.seed) if more else request.seed, False)

    def _request(self, index: int) -> Request | None:
        take_set = self.take_set
        if take_set is None or not 0 <= index < len(take_set.takes):
            return None
        if index >= take_set.carried:
            return take_set.request
        origin = take_set.takes[index].origin
        try:
            return request_of(origin, self.session.song)
        except RicercarError:
            return replace(take_set.request, seed=origin.seed)

    def _numeral(self, index: int) -> str:
        take_set = self.take_set
        return "" if take_set is None or not 0 <= index < len(take_set.takes) else take_set.numeral(index)
