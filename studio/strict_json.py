"""JSON without surprises: no NaN, no double keys, bounded depth and integers; equal values give equal bytes."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from studio.words import tr

_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_SCAN = re.compile(r'(?P<text>"(?:[^"\\]|\\.)*")(?P<colon>\s*:)?|(?P<bracket>[\[\]{}])|(?P<word>[^\s\[\]{},:"]+)')
_WRITER = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))
STRETCH = 1024
"""So many entries of a list are written in one go."""
LARGEST_BYTES = 64 << 20
DEEPEST = 64
LARGEST_INTEGER = 2**53
MOST_CONTAINERS = 5_000_000
"""Lists and objects in one text; our own columns need a few dozen a track."""


class FaultyJson(ValueError):
    """What is wrong with a text or a field, in words; the caller names the file."""


def dumped(value: object) -> bytes:
    """Compact ASCII, keys in the order given. NaN and infinity are a bug: ValueError.

    Long lists are written a stretch at a time: one long call would hold the interpreter, and a window that lives beside the
    thread that saves would stand still.
    """
    return "".join(_pieces(value)).encode("ascii")


def _pieces(value: object) -> Iterator[str]:
    if isinstance(value, dict) and any(isinstance(each, (dict, list, tuple)) for each in value.values()):
        before = "{"
        for key, each in value.items():
            yield f"{before}{_WRITER.encode(str(key))}:"
            yield from _pieces(each)
            before = ","
        yield "}"
    elif isinstance(value, (list, tuple)) and value:
        before = "["
        for at in range(0, len(value), STRETCH):
            stretch = value[at : at + STRETCH]
            if any(isinstance(each, dict) for each in stretch):
                for each in stretch:
                    yield before
                    yield from _pieces(each)
                    before = ","
            else:
                yield f"{before}{_WRITER.encode(stretch)[1:-1]}"
                before = ","
        yield "]"
    else:
        yield _WRITER.encode(value)


def parsed(raw: bytes, largest: int = LARGEST_BYTES, deepest: int = DEEPEST) -> Any:
    """The value of strict JSON in UTF-8; FaultyJson gives the place ("line 2, column 7: ...") and the reason."""
    if len(raw) > largest:
        raise FaultyJson(tr("it holds more than {largest} bytes", largest=largest))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise FaultyJson(tr("byte {start}: not UTF-8 text", start=problem.start)) from problem
    _refuse_deep(text, deepest)
    try:
        return json.loads(
            text, parse_constant=_no_constant, parse_float=_finite, parse_int=_bounded, object_pairs_hook=_single_keys
        )
    except json.JSONDecodeError as problem:
        raise _refused(text, problem.pos, problem.msg) from problem
    except (_Unwanted, RecursionError, ValueError) as problem:
        raise _refused(text, _place_of_fault(text), str(problem)) from problem


class _Unwanted(Exception):
    """Legal for Python's parser, not for us."""


def _no_constant(word: str) -> object:
    raise _Unwanted(tr("{word} is not a number", word=word))


def _finite(word: str) -> float:
    value = float(word)
    if not math.isfinite(value):
        raise _Unwanted(tr("{word} is too large", word=word[:20]))
    return value


def _bounded(word: str) -> int:
    if len(word) > 17 or abs(int(word)) > LARGEST_INTEGER:
        raise _Unwanted(tr("{word} is too large", word=word[:20]))
    return int(word)


def _single_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _Unwanted(tr("a key stands twice in one object"))
    return made


def _refuse_deep(text: str, deepest: int) -> None:
    depth = containers = 0
    for found in _STRUCTURE.finditer(text):
        sign = text[found.start()]
        if sign in "[{":
            depth += 1
            containers += 1
            if depth > deepest:
                raise _refused(text, found.start(), tr("nested more than {deepest} deep", deepest=deepest))
            if containers > MOST_CONTAINERS:
                raise _refused(text, found.start(), tr("more than {most} lists and objects", most=MOST_CONTAINERS))
        elif sign in "]}":
            depth -= 1


def _place_of_fault(text: str) -> int:
    """Where the first double key, constant or unbounded number stands; only walked after a refusal."""
    keys: list[set[str]] = []
    for found in _SCAN.finditer(text):
        if found["bracket"]:
            if found["bracket"] in "[{":
                keys.append(set())
            elif keys:
                keys.pop()
        elif found["colon"] and keys:
            if found["text"] in keys[-1]:
                return found.start()
            keys[-1].add(found["text"])
        elif found["word"] and not _is_wanted(found["word"]):
            return found.start()
    return 0


def _is_wanted(word: str) -> bool:
    if word in ("true", "false", "null"):
        return True
    if word.lstrip("-").isdigit():
        return len(word) <= 17 and abs(int(word)) <= LARGEST_INTEGER
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False


def _refused(text: str, at: int, why: str) -> FaultyJson:
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return FaultyJson(tr("line {line}, column {column}: {why}", line=line, column=column, why=why))
