"""A new request never throws away a starred take of the same place."""

from studio.generation.contract import Request
from studio.generation.tray import Tray
from studio.jobs.progress import Progress
from studio.song import Span, empty_song
from studio.song.region import Mask, Region
from tests.fakes import scale_takes

BAR_ONE = Span(0, 3840)


def ask(tray, seed, span=BAR_ONE):
    request = Request("start", "m", empty_song(), Mask(Region((1,), span)), seed=seed, count=2)
    take_set = tray.begin(request)
    for take in scale_takes(request, Progress()):
        tray.add(take_set, take)
    return take_set


def test_starred_takes_of_the_same_place_stay_in_front():
    tray = Tray()
    first = ask(tray, 1)
    tray.star(1)
    again = ask(tray, 2)
    assert [take.number for take in again.takes] == [1, 2, 3]
    assert again.takes[0].rows is not first.takes[0].rows
    assert again.takes[0].origin == first.takes[1].origin
    assert again.starred == {0}
    assert again.active == 1, "the first new one is shown"


def test_another_place_begins_empty():
    tray = Tray()
    ask(tray, 1)
    tray.star(0)
    assert [take.number for take in ask(tray, 1, Span(3840, 7680)).takes] == [1, 2]
