"""The shape that small asking dialogs share: a line about it, a form, Cancel and the one thing to do."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.words import tr


def lay_out(dialog: QDialog, about: str, form: QFormLayout | QWidget, go_words: str, width_px: int, *below: QWidget) -> None:
    """Fill the dialog; the button named `go_words` accepts it and answers Return. `below` stands under the form."""
    words = QLabel(about)
    words.setProperty("role", "muted")
    words.setWordWrap(True)
    cancel, go = QPushButton(tr("Cancel")), QPushButton(go_words)
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
    if isinstance(form, QFormLayout):
        form.setSpacing(10)
        column.addLayout(form)
    else:
        column.addWidget(form)
    for part in below:
        column.addWidget(part)
    column.addLayout(foot)
    dialog.setMinimumWidth(width_px)
