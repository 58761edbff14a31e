"""What the file commands ask a person: which file, and what becomes of unsaved changes."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMessageBox, QPushButton, QWidget

from studio.words import tr
from widgets.dialogs.import_choice import ImportAnswer, ImportQuestion, asked_way
from widgets.dialogs.song_list import asked_song


class Fate(Enum):
    """What becomes of changes that no file holds."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class Foreign(Enum):
    """What becomes of a file that another program has changed since it was opened here."""

    OVERWRITE = "overwrite"
    SAVE_AS = "save as"
    CANCEL = "cancel"


class Asks:
    """Asks by dialogs over the window. A test gives the commands another object with the same methods."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def file_to_open(self, suffixes: Sequence[str], folder: Path) -> Path | None:
        patterns = " ".join(f"*{suffix}" for suffix in suffixes)
        name, _ = QFileDialog.getOpenFileName(
            self._window, tr("Open"), str(folder), tr("Music ({patterns});;All files (*)", patterns=patterns)
        )
        return Path(name) if name else None

    def file_to_write(self, title: str, proposed: Path, suffix: str, kind: str) -> Path | None:
        """A target; the suffix is added when none was typed."""
        name, _ = QFileDialog.getSaveFileName(self._window, title, str(proposed), f"{kind} (*{suffix})")
        if not name:
            return None
        path = Path(name)
        return path if path.suffix else path.with_suffix(suffix)

    def folder_to_write(self, folder: Path) -> Path | None:
        """Where exports go."""
        name = QFileDialog.getExistingDirectory(self._window, tr("Export into"), str(folder))
        return Path(name) if name else None

    def may_replace(self, names: Sequence[str]) -> bool:
        """Whether what is there already may be written over."""
        there = tr("«{names}» is there already.", names=", ".join(names))
        box = self._box(tr("Export"), there, tr("Replace it?"))
        replace = box.addButton(tr("Replace"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        return _answered(box, cancel) is replace

    def fate_of_changes(self, title: str) -> Fate:
        unsaved = tr("«{title}» has changes that are not saved.", title=title)
        box = self._box(tr("Unsaved changes"), unsaved, tr("Save them before going on?"))
        save = box.addButton(tr("Save"), QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton(tr("Discard"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        clicked = _answered(box, save)
        return Fate.SAVE if clicked is save else Fate.DISCARD if clicked is discard else Fate.CANCEL

    def fate_of_foreign(self, words: str) -> Foreign:
        """Another program has changed the file that is to be saved; nothing is lost whatever is answered."""
        kept = tr("If you overwrite it, what is there now is kept among the earlier versions.")
        box = self._box(tr("Changed elsewhere"), words, kept)
        save_as = box.addButton(tr("Save as..."), QMessageBox.ButtonRole.AcceptRole)
        overwrite = box.addButton(tr("Overwrite"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        clicked = _answered(box, save_as)
        return Foreign.OVERWRITE if clicked is overwrite else Foreign.SAVE_AS if clicked is save_as else Foreign.CANCEL

    def _box(self, title: str, words: str, question: str) -> QMessageBox:
        box = QMessageBox(self._window)
        box.setWindowTitle(title)
        box.setText(words)
        box.setInformativeText(question)
        return box

    def files_to_import(self, suffixes: Sequence[str], folder: Path) -> tuple[Path, ...]:
        """Several files of any kind we can read."""
        patterns = " ".join(f"*{suffix}" for suffix in suffixes)
        names, _ = QFileDialog.getOpenFileNames(
            self._window, tr("Import into song"), str(folder), tr("Music ({patterns});;All files (*)", patterns=patterns)
        )
        return tuple(map(Path, names))

    def way_in(self, asked: ImportQuestion) -> ImportAnswer | None:
        """What becomes of files that come in."""
        return asked_way(asked, self._window)

    def song_of_file(self, name: str, titles: Sequence[str]) -> int | None:
        """Which song of a file that holds several."""
        return asked_song(name, titles, self._window)


def _answered(box: QMessageBox, usual: QPushButton) -> QAbstractButton:
    """Which button was chosen; Return chooses the usual one, Esc the one that rejects."""
    box.setDefaultButton(usual)
    box.exec()
    return box.clickedButton()
