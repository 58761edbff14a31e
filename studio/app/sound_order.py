"""Bounce: what is to be rendered to which sound file; a value that goes to the child process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from studio.files.made_with import About
from studio.files.sound_file import FLOAT_32
from studio.song.song import Song
from studio.song.ticks import Span

WAV, FLAC = ".wav", ".flac"
LONGEST_TAIL_S = 10.0


@dataclass(frozen=True, slots=True)
class Bounce:
    """What is rendered to which file, and how.

    `bits` is 16, 24 or 32 (float; WAV only). With `is_stems` the path is a folder, which gets a file of the kind `suffix` for
    each track that is heard; else the path's own suffix says what is written. `span` is a stretch of the song; None: all of it.
    `about` gives titles and data of models for the mark, by id.
    """

    song: Song
    path: Path
    rate: int
    bits: int
    soundfont: Path | None = None
    sounds: Mapping[str, Path] = field(default_factory=dict)
    freezes: int = 0
    """The track whose sound alone is kept, with `path` as the stem of its files; 0 for a sound file of the mix."""
    span: Span | None = None
    is_stems: bool = False
    suffix: str = WAV
    is_marked: bool = True
    has_sidecar: bool = True
    about: Mapping[str, About] = field(default_factory=dict)

    @property
    def samples(self) -> str:
        return FLOAT_32 if self.bits == 32 else f"{self.bits} bit"

    @property
    def seconds(self) -> float:
        """How long it is at most, with what rings on."""
        if self.span is None:
            return self.song.seconds + LONGEST_TAIL_S
        first, last = self.song.timeline.seconds_at(np.array([self.span.start_tick, self.span.end_tick]))
        return float(last - first) + LONGEST_TAIL_S
