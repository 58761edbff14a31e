"""The map of all keys, by menu."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.words import tr

Groups = Sequence[tuple[str, Sequence[tuple[str, str]]]]


class ShortcutsDialog(QDialog):
    def __init__(self, groups: Groups, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.resize(860, 640)
        inside = QWidget()
        columns = QHBoxLayout(inside)
        columns.setSpacing(40)
        halves = (QVBoxLayout(), QVBoxLayout())
        sizes = [0, 0]
        for name, listed in groups:
            at = sizes.index(min(sizes))
            halves[at].addLayout(_group(name, listed))
            sizes[at] += len(listed) + 2
        for half in halves:
            half.setSpacing(18)
            half.addStretch(1)
            columns.addLayout(half, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        keys = tr("Letters, digits and arrows act while the roll, the track list or the pad has the keyboard.")
        hands = tr(
            "Into other programs by hand: drag notes over the edge of the window, a take by its card or number, a track "
            "sideways out of its list, a section out of the arrangement, or what is selected by the last button beside the "
            "tools. Alt makes one MIDI file for each track."
        )
        hint = QLabel(f"{keys}\n{hands}")
        hint.setWordWrap(True)
        hint.setProperty("role", "dim")
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(hint, 1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.addWidget(scroll, 1)
        column.addLayout(foot)


def _group(name: str, keys: Sequence[tuple[str, str]]) -> QGridLayout:
    """A menu's commands with their keys: two labels of many lines, since hundreds of labels would take their time."""
    grid = QGridLayout()
    grid.setVerticalSpacing(5)
    title = QLabel(name)
    title.setProperty("role", "title")
    grid.addWidget(title, 0, 0, 1, 2)
    words, shown = QLabel("\n".join(what for what, _ in keys)), QLabel("\n".join(key for _, key in keys))
    for label in (words, shown):
        label.setTextFormat(Qt.TextFormat.PlainText)
    shown.setProperty("role", "muted")
    shown.setAlignment(Qt.AlignmentFlag.AlignRight)
    grid.addWidget(words, 1, 0)
    grid.addWidget(shown, 1, 1, Qt.AlignmentFlag.AlignRight)
    return grid
