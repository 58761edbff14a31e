"""Presets: what a SoundFont calls its sounds, read from its list without loading a sample."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from studio.words import tr

PERCUSSION_BANK = 128
MOST_PRESETS = 10_000
_HEADER = np.dtype([("name", "S20"), ("program", "<u2"), ("bank", "<u2"), ("bag", "<u2"), ("rest", "V12")])
"""SoundFont 2.04, 7.2: one record of the PHDR sub-chunk, 38 bytes; the last is a terminator."""


class Preset(NamedTuple):
    """A sound of a SoundFont; percussion stands in bank 128."""

    bank: int
    program: int
    name: str

    @property
    def is_drum(self) -> bool:
        return self.bank == PERCUSSION_BANK


@lru_cache(maxsize=4)
def presets_of(path: Path) -> tuple[Preset, ...]:
    """In the order of banks and programs; none where the file cannot be read as a SoundFont."""
    try:
        with path.open("rb") as stream:
            return tuple(sorted(_presets(stream)))
    except (OSError, ValueError):
        return ()


def _presets(stream: IO[bytes]) -> Iterator[Preset]:
    head = stream.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"sfbk":
        return
    for name, _ in _chunks(stream):
        if name != b"LIST" or stream.read(4) != b"pdta":
            continue
        for inner, length in _chunks(stream):
            if inner == b"phdr":
                yield from _records(stream.read(min(length, MOST_PRESETS * _HEADER.itemsize)))
                return
        return


def _chunks(stream: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """Name and size of each chunk; the stream stands at its contents and goes on behind it."""
    while len(head := stream.read(8)) == 8:
        size = int.from_bytes(head[4:], "little")
        begin = stream.tell()
        yield head[:4], size
        stream.seek(begin + size + size % 2)


def _records(data: bytes) -> Iterator[Preset]:
    records = np.frombuffer(data[: len(data) // _HEADER.itemsize * _HEADER.itemsize], _HEADER)
    for name, program, bank, *_ in records[:-1].tolist():
        text = name.split(b"\0")[0].decode("latin-1").strip()
        if program < 128 and bank <= PERCUSSION_BANK:
            yield Preset(bank, program, text or tr("Sound {program}", program=program + 1))
