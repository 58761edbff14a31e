"""Piano-roll arrays in `.npz` files as pypianoroll writes and reads them, by our own hands and within limits (R16).

The archive holds `info.json` and arrays in NumPy's own format. A roll [step, 128] is stored sparse, column by column: the values,
their rows, where each column begins, and the shape.
"""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.loading import load_json
from studio.files.midi.wire import spaced
from studio.files.multitrack import PlainRoll, PlainRolls
from studio.files.zips import member_bytes, member_stream, opened_zip
from studio.words import mark, tr

INFO = "info.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_KINDS = "biuf"
"""Switches, whole numbers, decimals: NumPy's letters for them. Objects are never read."""
_AGAIN = mark("Write it again with pypianoroll.")
MOST_HEADER = 10_000


def write_rolls(rolls: PlainRolls, stream: IO[bytes]) -> None:
    """Equal rolls give equal bytes."""
    info: dict[str, Any] = {"resolution": rolls.resolution, "name": rolls.name}
    arrays: dict[str, NDArray[Any]] = {}
    for name, array in (("tempo", rolls.tempo), ("downbeat", rolls.downbeat)):
        if array is not None:
            arrays[name] = array
    for number, track in enumerate(rolls.tracks):
        arrays |= {f"pianoroll_{number}_csc_{part}": array for part, array in _sparse(track.pianoroll).items()}
        info[str(number)] = {"program": track.program, "is_drum": track.is_drum, "name": track.name}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            held = BytesIO()
            np.lib.format.write_array_header_1_0(held, np.lib.format.header_data_from_array_1_0(array))
            held.write(array.tobytes())
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _EPOCH), held.getvalue(), zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo(INFO, _EPOCH), json.dumps(info), zipfile.ZIP_DEFLATED)


def read_rolls(source: bytes | Path, name: str) -> PlainRolls:
    """The rolls of an archive; UnreadableFile says what is wrong with it. `name` is the file's.

    Where some of its rolls can be read and others not, `faults` tell of those.
    """
    with opened_zip(BytesIO(source) if isinstance(source, bytes) else source, name) as archive:
        if INFO not in archive.namelist():
            raise UnreadableFile(
                tr("«{name}» has no «{part}» in it, so it is none of pypianoroll's files.", name=name, part=INFO), tr(_AGAIN)
            )
        info = load_json(member_bytes(archive, INFO, limits.JSON_BYTES, name), f"{name}/{INFO}")
        return _Archive(archive, name).rolls(info)


def _sparse(roll: NDArray[Any]) -> dict[str, NDArray[Any]]:
    columns, rows = np.nonzero(roll.T)
    begins = np.concatenate(([0], np.cumsum(np.bincount(columns, minlength=roll.shape[1]))))
    return {
        "data": roll[rows, columns],
        "indices": rows.astype(np.int32),
        "indptr": begins.astype(np.int32),
        "shape": np.array(roll.shape, np.int64),
    }


class _Archive:
    """Reads arrays one after the other and counts what they take."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive, self._name = archive, name
        self._members = set(archive.namelist())
        self._left, self._dense_left = limits.NPZ_BYTES, limits.ARRAY_BYTES
        self._faults: list[UnreadableFile] = []

    def rolls(self, info: object) -> PlainRolls:
        said = info if isinstance(info, dict) else {}
        resolution = said.get("resolution", said.get("beat_resolution"))
        if type(resolution) is not int or not 1 <= resolution <= limits.PPQ_HIGH:
            raise self._refused(tr("its steps a quarter are no number from 1 to 32767"))
        tracks: list[PlainRoll] = []
        number = 0
        while (facts := said.get(str(number))) is not None:
            if number >= limits.MIDI_TRACKS:
                raise self._refused(tr("it has more than {most} tracks", most=limits.MIDI_TRACKS))
            try:
                tracks.append(self._track(facts, number))
            except UnreadableFile as problem:
                self._faults.append(problem)
            number += 1
        if self._faults and not tracks:
            raise self._faults[0]
        tempo, downbeat = (self._optional(each) for each in ("tempo", "downbeat"))
        title = said.get("name")
        faults = tuple(problem.message for problem in self._faults)
        return PlainRolls(title if isinstance(title, str) else None, resolution, tempo, downbeat, tuple(tracks), faults)

    def _track(self, facts: object, number: int) -> PlainRoll:
        if not isinstance(facts, dict):
            raise self._refused(tr("track {number} is not described", number=number + 1))
        name, program = facts.get("name"), facts.get("program")
        return PlainRoll(
            name if isinstance(name, str) else None,
            program if type(program) is int and 0 <= program <= 127 else 0,
            facts.get("is_drum") is True,
            self._dense(f"pianoroll_{number}"),
        )

    def _dense(self, name: str) -> NDArray[Any]:
        """A sparse roll as [step, 128], its indices checked before anything is made of its size."""
        values, rows, begins, shape = (self._array(f"{name}_csc_{part}") for part in ("data", "indices", "indptr", "shape"))
        if shape.shape != (2,) or any(array.dtype.kind not in "iu" for array in (rows, begins, shape)):
            raise self._refused(tr("the parts of «{name}» do not fit", name=name))
        steps, pitches = (int(side) for side in shape)
        size = steps * 128 * values.dtype.itemsize
        if pitches != 128 or steps < 0 or size > self._dense_left:
            raise self._refused(
                tr(
                    "«{name}» has {steps} steps of {pitches} pitches; all rolls together may take {size} bytes",
                    name=name,
                    steps=spaced(steps),
                    pitches=pitches,
                    size=spaced(limits.ARRAY_BYTES),
                )
            )
        self._dense_left -= size
        ends = begins.astype(np.int64)
        counts = ends[1:] - ends[:-1]
        whole = begins.shape == (129,) and values.shape == rows.shape == (int(begins[-1]),) and int(begins[0]) == 0
        if not whole or (counts < 0).any() or (len(rows) and not 0 <= int(rows.min()) <= int(rows.max()) < steps):
            raise self._refused(tr("the parts of «{name}» do not fit", name=name))
        roll = np.zeros((steps, 128), values.dtype)
        for pitch, (begin, end) in enumerate(pairwise(ends.tolist())):
            roll[rows[begin:end], pitch] = values[begin:end]
        return roll

    def _optional(self, name: str) -> NDArray[Any] | None:
        if f"{name}.npy" not in self._members:
            return None
        try:
            return self._array(name)
        except UnreadableFile as problem:
            self._faults.append(problem)
            return None

    def _array(self, name: str) -> NDArray[Any]:
        """A row of numbers, or a column; its header is looked at before its content."""
        member = f"{name}.npy"
        if member not in self._members:
            raise self._refused(tr("«{name}» is missing", name=name))
        with member_stream(self._archive, member, self._name) as stream:
            try:
                shape, dtype = _header(stream)
            except Exception as problem:  # NumPy parses Python here, and all sorts of errors come out of that
                raise self._refused(tr("«{name}» is no array", name=name)) from problem
            count = shape[0] if shape else 0
            size = count * dtype.itemsize
            if dtype.kind not in _KINDS or not (len(shape) == 1 or (len(shape) == 2 and shape[1] == 1)) or count < 0:
                raise self._refused(tr("«{name}» is no row of numbers", name=name))
            if size > self._left:
                most = limits.NPZ_BYTES // limits.MIB
                raise self._refused(tr("its arrays take more than {most} MiB", most=most))
            content = stream.read(size + 1)
        if len(content) != size:
            raise self._refused(tr("«{name}» is not as long as it says", name=name))
        self._left -= size
        return np.frombuffer(content, dtype)

    def _refused(self, why: str) -> UnreadableFile:
        return UnreadableFile(tr("«{name}» cannot be read: {reason}.", name=self._name, reason=why), tr(_AGAIN))


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(stream, MOST_HEADER)
    return shape, dtype
