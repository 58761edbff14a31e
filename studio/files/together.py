"""Together: several files of one export that are all there in the end, or none of them."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from studio.errors import UnwritableFile
from studio.paths import make_sure
from studio.system import SYSTEM, System
from studio.words import tr

_OLD = "replaced"


@contextmanager
def together(target: Path, system: System = SYSTEM) -> Iterator[Path]:
    """A folder to write into; its files stand in the target once all went well. What OSError is raised becomes UnwritableFile.

    A target that is there keeps what is in it, but for files of the same names. Whatever fails or is cancelled leaves it as it
    was, and nothing beside it. The folder is hidden inside the target where that is there already: it may be a disk of its own.
    """
    target = Path(os.path.realpath(target))
    held: Path | None = None
    try:
        _refuse_in_the_way(target, ())
        held = Path(tempfile.mkdtemp(prefix=".ricercar-", suffix=".part", dir=target if target.exists() else target.parent))
        made = held / "made"
        made.mkdir()
        yield made
        names = sorted(path.name for path in made.iterdir())
        _refuse_in_the_way(target, names)
        if target.exists():
            _swap_in(made, target, names, system)
        else:
            system.replace(made, target)
    except OSError as problem:
        raise _refusal(target, problem) from problem
    finally:
        if held is not None:
            shutil.rmtree(held, ignore_errors=True)
    make_sure(target, (target, target.parent), system)


def _refuse_in_the_way(folder: Path, names: Sequence[str]) -> None:
    """OSError where a file has the folder's name, a folder that of a file, or where a file is not to be written."""
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(errno.EEXIST, tr("a file of this name is in the way"))
    for name in names:
        if (folder / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, tr("the folder «{name}» is in the way", name=name))
        if (folder / name).exists() and not os.access(folder / name, os.W_OK):
            raise PermissionError(errno.EACCES, tr("«{name}» is read-only", name=name))


def _swap_in(scratch: Path, folder: Path, names: Sequence[str], system: System) -> None:
    """Every file to its place; where one does not get there, those before it come back."""
    kept = scratch / _OLD
    kept.mkdir()
    done: list[tuple[Path, Path]] = []
    try:
        for name in names:
            if (folder / name).exists():
                system.replace(folder / name, kept / name)
                done.append((kept / name, folder / name))
            system.replace(scratch / name, folder / name)
            done.append((folder / name, scratch / name))
    except OSError:
        for now, before in reversed(done):
            system.replace(now, before)
        raise


def _refusal(target: Path, problem: OSError) -> UnwritableFile:
    reason = problem.strerror or str(problem)
    return UnwritableFile(
        tr("The folder «{target}» could not be written: {reason}.", target=target.name, reason=reason),
        tr("Choose another place or free some space."),
    )
