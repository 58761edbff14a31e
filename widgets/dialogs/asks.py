"""What the file commands ask a person: which file, and what becomes of unsaved changes."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from studio.words import tr
from widgets.dialogs.export import ExportDialog, WavChoice


class Fate(Enum):
    """What becomes of changes that no file holds."""

    SAVE = "save"
    DISCARD = "discard"
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

    def fate_of_changes(self, title: str) -> Fate:
        box = QMessageBox(self._window)
        box.setWindowTitle(tr("Unsaved changes"))
        box.setText(tr("«{title}» has changes that are not saved.", title=title))
        box.setInformativeText(tr("Save them before going on?"))
        save = box.addButton(tr("Save"), QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton(tr("Discard"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(save)
        box.exec()
        clicked = box.clickedButton()
        return Fate.SAVE if clicked is save else Fate.DISCARD if clicked is discard else Fate.CANCEL

    def wav_choice(self, words: str) -> WavChoice | None:
        """Rate and depth of a WAV export."""
        dialog = ExportDialog(words, self._window)
        accepted = dialog.exec()
        choice = dialog.choice
        dialog.deleteLater()
        return choice if accepted else None
