"""Long and hostile MIDI files: progress that moves, a cancel that is heard, and an end within 30 seconds and a gibibyte."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.midi.reading import song_from_bytes
from studio.jobs.progress import Cancelled, Progress
from tests.hostile_midi import SHAPES
from tests.midi_bytes import END, chunk, events, midi, on
from tests.mutating import in_little_room

SECONDS = 30.0
CANCEL_SECONDS = 0.2
EVENTS_BETWEEN = 50_000


class Watched(Progress):
    """Counts how often it is asked, keeps what it is told, measures the longest silence, and cancels when it is time."""

    def __init__(self, cancels_at: int = -1) -> None:
        super().__init__(lambda done, total, note: self.told.append(done / total))
        self.told: list[float] = []
        self.asked = 0
        self.silence = 0.0
        self._cancels_at = cancels_at
        self._last = time.process_time()

    def stop_if_cancelled(self) -> None:
        now = time.process_time()
        self.silence = max(self.silence, now - self._last)
        self._last = now
        if self.asked == self._cancels_at:
            self.cancel()
        self.asked += 1
        super().stop_if_cancelled()


def long_track(count: int, unit: bytes = b"\1\x3c\x50\1\x3c\0") -> bytes:
    """Notes in running status, two events each, on one channel of one track."""
    return midi(chunk(events(on(0, 60, 0)) + unit * (count // 2) + events(END)))


def several_tracks(count: int) -> bytes:
    return midi(*[chunk(events(on(0, 60, 0)) + b"\1\x3c\x50\1\x3c\0" * (count // 2) + events(END))] * 8)


@pytest.mark.parametrize(
    "made", [lambda: long_track(300_000), lambda: long_track(300_000, b"\1\x07\1\x08"), lambda: several_tracks(40_000)]
)
def test_the_flag_is_looked_at_every_50_000_events_and_the_bar_only_grows(made: Callable[[], bytes]) -> None:
    watched = Watched()
    data = made()
    report = song_from_bytes(data, "long.mid", progress=watched).report
    assert watched.asked >= report.events / EVENTS_BETWEEN
    assert len(watched.told) >= report.events / EVENTS_BETWEEN
    assert watched.told == sorted(watched.told)
    assert 0 < watched.told[0] < 0.6
    assert 0.6 < watched.told[-1] <= 1


@pytest.mark.parametrize("made", [lambda: long_track(100_000), lambda: several_tracks(2_000)])
def test_a_cancel_at_any_step_is_heard_at_that_step(made: Callable[[], bytes]) -> None:
    data = made()
    whole = Watched()
    song_from_bytes(data, "long.mid", progress=whole)
    for step in range(whole.asked):
        cancelling = Watched(step)
        with pytest.raises(Cancelled):
            song_from_bytes(data, "long.mid", progress=cancelling)
        assert cancelling.asked == step + 1
        assert len(cancelling.told) <= len(whole.told)


def test_cancelling_before_the_start_reads_nothing() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        song_from_bytes(long_track(10), "long.mid", progress=progress)


@pytest.mark.slow
@pytest.mark.parametrize("unit", [b"\1\x3c\x50\1\x3c\0", b"\1\x3c\x50\0\x3c\x51", b"\1\xb0\x07\1\1\xe0\1\1"])
def test_of_a_million_events_the_flag_is_seen_within_a_fifth_of_a_second(unit: bytes) -> None:
    watched = Watched()
    began = time.process_time()
    assert song_from_bytes(long_track(1_000_000, unit), "long.mid", progress=watched).report.events == 1_000_002
    assert time.process_time() - began <= 3
    assert watched.silence <= CANCEL_SECONDS


def read_or_refused(data: bytes) -> str:
    """What was said of a file that was refused, and is then read in part if it may be; "" of one that opened."""
    said = ""
    for partial in (False, True):
        try:
            song_from_bytes(data, "hostile.mid", partial)
            break
        except UnreadableFile as refused:
            said = refused.message
    return said


def test_hostile_files_of_few_tracks_are_read_soon() -> None:
    for name in ("4096 tracks", "tracks that set up channels", "tracks without an end", "tracks broken at once"):
        said = read_or_refused(SHAPES[name](60))
        assert ("hostile.mid" in said) == (name == "tracks broken at once")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_hostile_file_ends_within_30_seconds_and_a_gibibyte(shape: str) -> None:
    data = SHAPES[shape](limits.MIDI_TRACKS)
    assert len(data) <= limits.MIDI_BYTES

    def read() -> str:
        began = time.process_time()
        said = read_or_refused(data)
        return f"{time.process_time() - began} {said}"

    took, said = in_little_room(read).split(" ", 1)
    assert float(took) < SECONDS
    assert not said or "hostile.mid" in said
