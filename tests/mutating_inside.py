"""Mutants that are still whole in some way: texts spoilt token by token, archives whose checksums are right again."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence

from studio.files import project
from studio.strict_json import dumped
from tests.mutating import NUMERALS

XML_TOKENS = re.compile(rb"<[^>]*>|[^<]+")
ABC_TOKENS = re.compile(rb'[A-Za-z]:[^\n]*\n|\[[A-Z]:[^\]]*\]|"[^"]*"|![^!]*!|[\^_=]*[A-Ga-gz][,\']*|[0-9/]+|.|\n', re.DOTALL)
JSON_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+')
MOST_BYTES = 400_000
"""A mutant that grows beyond this stays as it was: time is for many small ones."""


def token_mutants(texts: Sequence[bytes], tokens: re.Pattern[bytes], count: int, seed: int) -> Iterator[bytes]:
    """So many texts with tokens left out, doubled, swapped, taken from elsewhere, and numbers that cannot be."""
    draw = random.Random(seed)
    split = [tokens.findall(text) for text in texts]
    for _ in range(count):
        mutant = list(draw.choice(split))
        for _ in range(draw.choice((1, 1, 2, 5))):
            mutant = _changed(draw, mutant, draw.choice(split))
        data = b"".join(mutant)
        yield data if len(data) < MOST_BYTES else b"".join(draw.choice(split))


def _changed(draw: random.Random, mutant: list[bytes], other: list[bytes]) -> list[bytes]:
    at, to = (draw.randrange(len(mutant) + 1) for _ in range(2))
    width = draw.choice((1, 1, 2, 3, 9, 60))
    match draw.randrange(6):
        case 0:
            del mutant[at : at + width]
        case 1:
            mutant[to:to] = mutant[at : at + width] * draw.choice((1, 1, 2, 40))
        case 2:
            mutant[at : at + width], mutant[to : to + width] = mutant[to : to + width], mutant[at : at + width]
        case 3:
            begin = draw.randrange(len(other) + 1)
            mutant[at : at + draw.choice((0, width))] = other[begin : begin + width]
        case _:
            numbers = [place for place, token in enumerate(mutant) if any(48 <= byte < 58 for byte in token)]
            if numbers:
                place = draw.choice(numbers)
                mutant[place] = re.sub(rb"\d+", draw.choice(NUMERALS), mutant[place], count=draw.choice((0, 1)))
    return mutant


def packed(members: Mapping[str, bytes]) -> bytes:
    """A zip archive with right checksums."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_one_member(whole: bytes, names: Sequence[str], spoilt: bytes) -> bytes:
    """The archive with one of these members replaced, chosen by what it is replaced by."""
    members = unpacked(whole)
    return packed({**members, names[zlib.crc32(spoilt) % len(names)]: spoilt})


def with_document(whole: bytes, document: bytes) -> bytes:
    """A project with another document.json and a manifest that agrees."""
    members = unpacked(whole)
    manifest = json.loads(members["manifest.json"])
    manifest["members"]["document.json"] = {"sha256": project._sha256(document), "size": len(document)}
    return packed({**members, "document.json": document, "manifest.json": dumped(manifest)})
