"""A SoundFont of one looped wave, small and made here: to tell by ear which of two is playing."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

RATE = 48_000
PERIOD = 120
"""Frames of one wave: 400 Hz when its root key is played."""
ROOT_KEY = 60
_SAMPLE_MODES, _ROOT_KEY, _INSTRUMENT, _SAMPLE_ID = 54, 58, 41, 53


def soundfont(path: Path, harmonic: int = 1, presets: Sequence[tuple[int, int, str]] = ((0, 0, "Wave"),)) -> Path:
    """Writes it: every preset (bank, program, name) sounds the same wave, at this multiple of its pitch."""
    wave = np.sin(2 * np.pi * harmonic * np.arange(PERIOD * 40) / PERIOD) * 20_000
    samples = np.concatenate((wave, np.zeros(46))).astype("<i2").tobytes()
    name = path.stem.encode()[:19]
    path.write_bytes(_riff(samples, len(wave), name, presets))
    return path


def _riff(samples: bytes, frames: int, name: bytes, presets: Sequence[tuple[int, int, str]]) -> bytes:
    info = (
        _chunk(b"ifil", struct.pack("<HH", 2, 1))
        + _chunk(b"isng", b"EMU8000\0")
        + _chunk(b"INAM", name + bytes(2 - len(name) % 2))
    )
    heads = [_preset(text.encode(), program, bank, index) for index, (bank, program, text) in enumerate(presets)]
    heads.append(_preset(b"EOP", 0, 0, len(presets)))
    parts = {
        b"phdr": b"".join(heads),
        b"pbag": b"".join(struct.pack("<HH", index, 0) for index in range(len(presets) + 1)),
        b"pmod": bytes(10),
        b"pgen": struct.pack("<HH", _INSTRUMENT, 0) * len(presets) + bytes(4),
        b"inst": struct.pack("<20sH", b"Wave", 0) + struct.pack("<20sH", b"EOI", 1),
        b"ibag": struct.pack("<HH", 0, 0) + struct.pack("<HH", 3, 0),
        b"imod": bytes(10),
        b"igen": struct.pack("<HH", _SAMPLE_MODES, 1) + struct.pack("<HH", _ROOT_KEY, ROOT_KEY)
        + struct.pack("<HH", _SAMPLE_ID, 0) + bytes(4),
        b"shdr": struct.pack("<20sIIIIIBbHH", b"Wave", 0, frames, PERIOD, frames - PERIOD, RATE, ROOT_KEY, 0, 0, 1)
        + struct.pack("<20sIIIIIBbHH", b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0),
    }  # fmt: skip
    listed = _list(b"INFO", info) + _list(b"sdta", _chunk(b"smpl", samples))
    listed += _list(b"pdta", b"".join(_chunk(tag, data) for tag, data in parts.items()))
    return b"RIFF" + struct.pack("<I", 4 + len(listed)) + b"sfbk" + listed


def _preset(name: bytes, program: int, bank: int, bag: int) -> bytes:
    return struct.pack("<20sHHHIII", name[:19], program, bank, bag, 0, 0, 0)


def _chunk(tag: bytes, data: bytes) -> bytes:
    return tag + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _list(kind: bytes, data: bytes) -> bytes:
    return _chunk(b"LIST", kind + data)
