"""Which SoundFont sounds: the composer's own, the system's, or the small one that comes with pretty_midi."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from studio.errors import AudioUnavailable
from studio.words import mark, tr

LARGEST_BYTES = 2 * 1024**3
REMEDY = mark("Install FluidR3_GM (Debian: fluid-soundfont-gm) or choose a .sf2 file in the preferences.")

_FOLDERS = {
    "linux": ("/usr/share/sounds/sf2", "/usr/share/soundfonts", "/usr/local/share/soundfonts", "~/.local/share/soundfonts"),
    "darwin": ("~/Library/Audio/Sounds/Banks", "/Library/Audio/Sounds/Banks", "/opt/homebrew/share/soundfonts"),
    "win32": ("C:/soundfonts", "C:/ProgramData/soundfonts", "~/soundfonts"),
}
_NAMES = ("FluidR3_GM.sf2", "FluidR3_GM2-2.sf2", "FluidR3.sf2", "default-GM.sf2", "default.sf2", "GeneralUser-GS.sf2")


def find(preferred: Path | None = None) -> Path:
    """The SoundFont to use: `preferred` (which must then be good), else the first good one of the usual places."""
    if preferred is not None:
        return checked(preferred)
    for path in usual_places():
        try:
            return checked(path)
        except AudioUnavailable:
            continue
    raise AudioUnavailable(tr("No SoundFont was found on this computer."), tr(REMEDY))


def usual_places() -> Iterator[Path]:
    """Where one may be, best first; not checked."""
    named = os.environ.get("RICERCAR_SOUNDFONT")
    if named:
        yield Path(named)
    frozen = getattr(sys, "_MEIPASS", None)
    folders = [Path(frozen) / "soundfonts"] if frozen else []
    folders += [Path(folder).expanduser() for folder in _FOLDERS.get(sys.platform, _FOLDERS["linux"])]
    yield from (folder / name for folder in folders for name in _NAMES)
    # GPL: good enough to be heard from source, never part of a bundle.
    spec = None if frozen else find_spec("pretty_midi")
    if spec is not None:
        yield from (Path(folder) / "TimGM6mb.sf2" for folder in spec.submodule_search_locations or ())


def checked(path: Path) -> Path:
    """The path, when what is there looks like a SoundFont of a size that can be loaded; AudioUnavailable otherwise."""
    try:
        with path.open("rb") as stream:
            head = stream.read(12)
        size = path.stat().st_size
    except OSError as problem:
        raise AudioUnavailable(
            tr("The SoundFont «{path}» cannot be read: {reason}.", path=path.name, reason=problem.strerror), tr(REMEDY)
        ) from problem
    if head[:4] != b"RIFF" or head[8:] != b"sfbk":
        raise AudioUnavailable(
            tr("«{path}» is not a SoundFont: it does not begin with RIFF and sfbk.", path=path.name), tr(REMEDY)
        )
    if size > LARGEST_BYTES:
        raise AudioUnavailable(tr("The SoundFont «{path}» is larger than 2 GiB.", path=path.name), tr(REMEDY))
    if int.from_bytes(head[4:8], "little") + 8 > size:
        raise AudioUnavailable(tr("The SoundFont «{path}» is cut short.", path=path.name), tr("Copy or download it again."))
    return path
