"""Files spoilt by chance: mutants of good ones, and the bounds that whoever reads them has to keep."""

from __future__ import annotations

import gc
import os
import random
import re
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import FrameType

from studio.errors import RicercarError

SEED_VARIABLE = "RICERCAR_FUZZ_SEED"
SECONDS = 2.0
"""Of processor time, for one file."""
ROOM_BYTES = 1024 * 1024 * 1024

HOT = (0x00, 0x01, 0x0A, 0x22, 0x2F, 0x3C, 0x40, 0x51, 0x58, 0x5B, 0x7B, 0x7F, 0x80, 0x81, 0x90, 0xC0, 0xE0, 0xF0, 0xF7, 0xFF)
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
NUMERALS = (b"0", b"-1", b"65536", b"4294967296", b"99999999999999999999", b"1e999", b"NaN", b"0.0000001", b"-0")


def fuzz_seed(default: int = 20261121) -> int:
    """The seed of this run, printed so that a failure can be had again: RICERCAR_FUZZ_SEED=... pytest ..."""
    seed = int(os.environ.get(SEED_VARIABLE) or default)
    print(f"{SEED_VARIABLE}={seed}")
    return seed


def mutants(seeds: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """So many spoilt ones, the same for the same seed; each is one of the files given after one to sixteen changes."""
    draw = random.Random(seed)
    for _ in range(count):
        data = bytearray(draw.choice(seeds))
        for _ in range(draw.choice((1, 1, 1, 2, 4, 16))):
            data = draw.choice(_CHANGES)(draw, data, seeds)
        yield bytes(data)


def _flipped(draw: random.Random, data: bytearray, seeds: Sequence[bytes]) -> bytearray:
    """Single bits, or bytes that mean something in one format or another."""
    for _ in range(draw.choice((1, 1, 3, 20))):
        if data:
            at = draw.randrange(len(data))
            data[at] = draw.choice((data[at] ^ 1 << draw.randrange(8), draw.randrange(256), draw.choice(HOT)))
    return data


def _truncated(draw: random.Random, data: bytearray, seeds: Sequence[bytes]) -> bytearray:
    return data[: draw.randrange(len(data) + 1)]


def _shortened(draw: random.Random, data: bytearray, seeds: Sequence[bytes]) -> bytearray:
    at = draw.randrange(len(data) + 1)
    del data[at : at + draw.choice((1, 2, 9, 200, 5_000))]
    return data


def _spliced(draw: random.Random, data: bytearray, seeds: Sequence[bytes]) -> bytearray:
    other = draw.choice(seeds)
    data[draw.randrange(len(data) + 1) :] = other[draw.randrange(len(other) + 1) :]
    return data


def _doubled(draw: random.Random, data: bytearray, seeds: Sequence[bytes]) -> bytearray:
    """A piece of it once more, there or elsewhere; now and then a great many times."""
    at, to = draw.randrange(len(data) + 1), draw.randrange(len(data) + 1)
    piece = bytes(data[at : at + draw.choice((1, 4, 8, 40, 400, 4_000))])
    data[to:to] = piece * draw.choice((1, 1, 1, 2, 50))
    return data


def _numbered(draw: random.Random, data: bytearray, seeds: Sequence[bytes]) -> bytearray:
    """A length, count or place of two, four or eight bytes: an extreme, or a little off."""
    size, order = draw.choice((2, 4, 4, 8)), draw.choice(("big", "little"))
    if len(data) >= size:
        at = draw.randrange(len(data) - size + 1)
        value = int.from_bytes(data[at : at + size], order)
        value = draw.choice((draw.choice(EXTREMES), value + draw.choice((-8, -1, 1, 8)), value * 2))
        data[at : at + size] = (value % 256**size).to_bytes(size, order)
    return data


def _inserted(draw: random.Random, data: bytearray, seeds: Sequence[bytes]) -> bytearray:
    at = draw.randrange(len(data) + 1)
    data[at:at] = bytes(draw.choice(HOT) for _ in range(draw.choice((1, 2, 5, 30))))
    return data


def _numeral(draw: random.Random, data: bytearray, seeds: Sequence[bytes]) -> bytearray:
    """A number written in figures becomes an impossible one."""
    places = [found.span() for found in re.finditer(rb"\d+", data)]
    if places:
        first, last = draw.choice(places)
        data[first:last] = draw.choice(NUMERALS)
    return data


_CHANGES = (_flipped, _flipped, _truncated, _shortened, _spliced, _doubled, _numbered, _inserted, _numeral)


class Overtime(BaseException):
    """One file took longer than it may. Not an Exception: nothing that reads files swallows it."""


def within_bounds(call: Callable[[], object], seconds: float = SECONDS) -> object:
    """What the call returns, or the RicercarError it ends with; anything else goes through, and too long is Overtime.

    Memory is watched where the whole run is in `in_little_room`.
    """

    def too_long(number: int, frame: FrameType | None) -> None:
        raise Overtime(f"more than {seconds} s of processor time")

    before = signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    refused: RicercarError
    try:
        return call()
    except RicercarError as problem:
        refused = problem
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    assert refused.message.strip(), "an error without a sentence"
    assert "\n" not in str(refused), "more than a line"
    return refused


def in_little_room(job: Callable[[], str], room: int = ROOM_BYTES) -> str:
    """What the job says, run in a child process that may take so many bytes more than it has now; fails as the child does."""
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    inlet, outlet = os.pipe()
    child = os.fork()
    if not child:
        _be_the_child(job, room, outlet)
    os.close(outlet)
    with os.fdopen(inlet, "rb") as said:
        words = said.read().decode("utf-8", "replace")
    _, status = os.waitpid(child, 0)
    assert not status, words or f"the child ended with status {status}"
    return words


def _be_the_child(job: Callable[[], str], room: int, outlet: int) -> None:
    """Never returns: what belongs to the parent (pytest, its reports) must not be ended twice."""
    code, words = 1, ""
    try:
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + room,) * 2)
        words = job()
        code = 0
    except BaseException:
        words = traceback.format_exc()
    finally:
        with os.fdopen(outlet, "wb") as stream:
            stream.write(words.encode("utf-8", "replace"))
        os._exit(code)


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as facts:
        return int(facts.read().split()[0]) * resource.getpagesize()


def survive(
    read: Callable[[bytes], object], seeds: Sequence[bytes], count: int, seed: int, seconds: float = SECONDS
) -> tuple[int, int]:
    """Read so many mutants in one child: how many were taken, how many refused. One that breaks a bound is named."""
    return survive_these(read, mutants(seeds, count, seed), seconds)


def survive_these(read: Callable[[bytes], object], spoilt: Iterator[bytes], seconds: float = SECONDS) -> tuple[int, int]:
    """The same for mutants that are made in some other way."""

    def all_of_them() -> str:
        found = [0, 0]
        for number, data in enumerate(spoilt):
            try:
                found[isinstance(within_bounds(partial(read, data), seconds), RicercarError)] += 1
            except BaseException as problem:
                problem.add_note(f"mutant {number}, {len(data)} bytes: {data[:1500]!r}")
                raise
        return f"{found[0]} {found[1]}"

    taken, refused = in_little_room(all_of_them).split()
    return int(taken), int(refused)
