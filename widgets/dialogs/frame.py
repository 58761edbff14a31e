"""The shape that small asking dialogs share: a line about it, a form, Cancel and the one thing to do."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout


def lay_out(dialog: QDialog, about: str, form: QFormLayout, go_words: str, width_px: int) -> None:
    """Fill the dialog; the button named `go_words` accepts it and answers Return."""
    words = QLabel(about)
    words.setProperty("role", "muted")
    words.setWordWrap(True)
    form.setSpacing(10)
    cancel, go = QPushButton("Cancel"), QPushButton(go_words)
    go.setProperty("role", "primary")
    go.setDefault(True)
    cancel.clicked.connect(dialog.reject)
    go.clicked.connect(dialog.accept)
    foot = QHBoxLayout()
    foot.addStretch(1)
    foot.addWidget(cancel)
    foot.addWidget(go)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(18, 18, 18, 16)
    column.setSpacing(14)
    column.addWidget(words)
    column.addLayout(form)
    column.addLayout(foot)
    dialog.setMinimumWidth(width_px)
