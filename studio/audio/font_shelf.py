"""FontShelf: the SoundFont that all tracks share and those that single tracks bring along; what is missing is known by name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from studio.audio import soundfonts
from studio.audio.synth import FluidSynth, SilentSynth, Synth
from studio.errors import AudioUnavailable
from studio.song.mixing import SoundFontFile
from studio.song.song import Song
from studio.words import counted

_CHUNK_BYTES = 1 << 20
_SUFFIXES = (".sf2", ".sf3")


class FontShelf:
    """Finds SoundFonts and makes synthesisers that have them all loaded. `remark` is what was wrong with the shared one."""

    def __init__(self, preferred: Path | None = None) -> None:
        self.shared: Path | None = None
        self.remark = ""
        self.own: dict[str, Path] = {}
        """Where each further font was found, by the id that instruments name it by."""
        self.missing: dict[str, SoundFontFile] = {}
        self._preferred = preferred
        self.choose(preferred)

    def choose(self, preferred: Path | None) -> None:
        """Another shared SoundFont; where it cannot be used, the usual one and a remark."""
        self._preferred, self.remark = preferred, ""
        try:
            self.shared = soundfonts.find(preferred)
        except AudioUnavailable as problem:
            self.remark = str(problem)
            self.shared = None if preferred is None else _usual()

    def provide(self, song: Song) -> bool:
        """Look for the fonts of a song; whether one was found that no synthesiser of this shelf was told of before."""
        wanted = fonts_of(song)
        self.missing = {name: font for name, font in self.missing.items() if name in wanted}
        begun = len(self.own)
        for name, font in wanted.items():
            if name not in self.own and name not in self.missing:
                found = located(font, [] if self._preferred is None else [self._preferred.parent])
                if found is None:
                    self.missing[name] = font
                else:
                    self.own[name] = found
        return len(self.own) > begun

    def synth(self, rate: int, slots: int, units: int | None = None) -> FluidSynth:
        """A synthesiser with all fonts. A font of a track that cannot be read counts as missing."""
        made = FluidSynth(soundfonts.find() if self.shared is None else self.shared, rate, slots, units, self.own)
        for name in set(self.own) - made.font_ids:
            path = self.own.pop(name)
            self.missing[name] = SoundFontFile(str(path), 0, name)
        return made

    def synth_or_silence(self, rate: int, slots: int) -> Synth:
        """Silence, and a remark, where no synthesiser can be had."""
        try:
            return self.synth(rate, slots)
        except AudioUnavailable as problem:
            self.remark = str(problem)
            return SilentSynth(rate, slots)

    @property
    def warning(self) -> str:
        """A sentence about fonts of tracks that are missing; empty without any."""
        return missing_words(self.missing.values())


def missing_words(fonts: Iterable[SoundFontFile]) -> str:
    names = [f"«{font.name}»" for font in fonts]
    if not names:
        return ""
    return counted(
        len(names),
        "The SoundFont {names} is not there: its tracks play the usual one.",
        "The SoundFonts {names} are not there: their tracks play the usual one.",
        names=", ".join(names),
    )


def described(path: Path) -> SoundFontFile:
    """What a track keeps of a SoundFont; reads the whole file, so for a worker. AudioUnavailable when it is none."""
    checked = soundfonts.checked(path.absolute())
    return SoundFontFile(str(checked), checked.stat().st_size, _digest(checked))


def located(font: SoundFontFile, folders: Iterable[Path] = ()) -> Path | None:
    """Where a track's SoundFont is: at its place, or the same content in one of these folders or the usual ones."""
    try:
        return soundfonts.checked(Path(font.path))
    except AudioUnavailable:
        return next((path for path in _others(font, folders) if _digest(path) == font.sha256), None)


def _usual() -> Path | None:
    try:
        return soundfonts.find()
    except AudioUnavailable:
        return None


def _others(font: SoundFontFile, folders: Iterable[Path]) -> Iterator[Path]:
    """Files of the same size in folders where SoundFonts lie."""
    usual = [path.parent for path in soundfonts.usual_places()]
    for folder in dict.fromkeys([Path(font.path).parent, *folders, *usual]):
        try:
            listed = sorted(folder.iterdir())
        except OSError:
            continue
        for path in listed:
            if path.suffix.lower() in _SUFFIXES and path.is_file() and path.stat().st_size == font.size:
                yield path


def _digest(path: Path) -> str:
    try:
        state = path.stat()
        return _digest_of(path, state.st_size, state.st_mtime_ns)
    except OSError:
        return ""


@lru_cache(maxsize=64)
def _digest_of(path: Path, _size: int, _changed_ns: int) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            found.update(chunk)
    return found.hexdigest()


def shelf_for(song: Song, soundfont: Path | None) -> FontShelf:
    """What one render needs; AudioUnavailable where the SoundFont it asks for cannot be used."""
    soundfonts.find(soundfont)
    shelf = FontShelf(soundfont)
    shelf.provide(song)
    return shelf


def fonts_of(song: Song) -> Mapping[str, SoundFontFile]:
    """The SoundFonts that its tracks bring along, by their ids."""
    return {font.sha256: font for track in song.tracks if (font := track.instrument.font) is not None}
