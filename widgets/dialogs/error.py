"""Notice: a card over a corner of the window that says something and does not stand in the way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from studio.words import tr

MARGIN_PX = 20
WIDTH_PX = 420


class Notice(QFrame):
    """One card at a time over `parent`, at the lower right of `over`; `say` replaces what it said.

    Not modal, and it never takes the keyboard.
    """

    def __init__(self, parent: QWidget, over: QWidget) -> None:
        super().__init__(parent)
        self._over = over
        self.heading = QLabel()
        self.heading.setProperty("role", "title")
        self.heading.setWordWrap(True)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFixedHeight(120)
        self.details.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.more = QPushButton(tr("Details"))
        self.offer_button = QPushButton()
        self.close_button = QPushButton(tr("Close"))
        for button in (self.more, self.offer_button, self.close_button):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._offered: Callable[[], object] | None = None
        self.offer_button.clicked.connect(self.take_offer)
        self.more.clicked.connect(self.toggle_details)
        self.close_button.clicked.connect(self.hide)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.more)
        foot.addWidget(self.offer_button)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(8)
        for widget in (self.heading, self.text, self.details):
            column.addWidget(widget)
        column.addLayout(foot)
        self.setFixedWidth(WIDTH_PX)
        over.installEventFilter(self)
        self.hide()

    def say(
        self,
        heading: str,
        text: str,
        details: str = "",
        *,
        is_error: bool = False,
        offer: tuple[str, Callable[[], object]] | None = None,
        close_words: str = "",
    ) -> None:
        """Show this, in place of what stood there; an offer is a button's words and what it does."""
        self.setProperty("role", "notice" if is_error else "card")
        self.style().polish(self)
        self.heading.setText(heading)
        self.text.setText(text)
        self.details.setPlainText(details)
        self.details.hide()
        self.more.setVisible(bool(details))
        self._offered = offer[1] if offer else None
        self.offer_button.setText(offer[0] if offer else "")
        self.offer_button.setVisible(offer is not None)
        self.close_button.setText(close_words or tr("Close"))
        self.setAccessibleName(f"{heading}. {text}")
        self.show()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def take_offer(self) -> None:
        """Do what the card offers; it goes. Where none is there that does, nothing happens."""
        if self.isHidden() or self._offered is None:
            return
        taken, self._offered = self._offered, None
        self.hide()
        if taken is not None:
            taken()

    def toggle_details(self) -> None:
        """Show what stands behind it, if anything does, or hide it again."""
        if not self.details.toPlainText():
            return
        self.details.setVisible(self.details.isHidden())
        self._place()

    def _place(self) -> None:
        layout = self.layout()
        if layout is None:
            return
        layout.activate()
        height = layout.heightForWidth(WIDTH_PX) if layout.hasHeightForWidth() else self.sizeHint().height()
        self.setFixedHeight(max(height, self.minimumSizeHint().height()))
        parent = self.parentWidget()
        if parent is not None:
            corner = self._over.mapTo(parent, self._over.rect().bottomRight())
            self.move(corner.x() - self.width() - MARGIN_PX, corner.y() - self.height() - MARGIN_PX)
        self.raise_()
