"""ModelCardDialog: what a model is, what it learned from and on what terms, how good it was measured, how it sounds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.files.primers import Primer
from studio.generation.card import ModelCard
from studio.generation.card_words import answered, figure_rows, making_lines, source_line, terms_line
from studio.generation.library import ListedModel
from studio.knobs import Knob
from studio.session import Session
from widgets import theme
from widgets.dialogs.samples import Samples
from widgets.theme import STEP_PX

MARGIN_PX = 20
WIDTH_PX, HEIGHT_PX = 640, 780


class ModelCardDialog(QDialog):
    """Closing it cancels what is being made and gives the song its sound back."""

    def __init__(
        self,
        session: Session,
        model: ListedModel,
        knobs: Sequence[Knob],
        primers: Sequence[Primer],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About {title}").format(title=model.title))
        self.problem = _words("", "warn")
        self.problem.hide()
        can_play = model.usable and "continue" in model.capabilities
        self.samples = Samples(session, model.id, knobs, primers) if can_play else None
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        rows.setSpacing(2 * STEP_PX)
        self._fill(rows, model)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        outer.addLayout(self._foot())
        self.resize(WIDTH_PX, HEIGHT_PX)
        self._forget = session.said.listen(self._session_said)
        if self.samples is not None:
            self.samples.said.connect(self._say)
        self.finished.connect(self._finish)

    def _fill(self, rows: QVBoxLayout, model: ListedModel) -> None:
        card = model.card
        title = _words(model.title, "title")
        rows.addWidget(title)
        if model.reason:
            rows.addWidget(_words(model.reason, "warn"))
        if card is None:
            return
        if card.experimental:
            words = self.tr("Experimental: it missed a figure that it was to reach, and is never chosen by itself.")
            rows.addWidget(_words(words, "warn"))
        rows.addWidget(_words(f"{card.id} · {card.intended_use}" if card.intended_use else card.id, "muted"))
        if self.samples is not None:
            rows.addWidget(_heading(self.tr("Hear it: eight draws, none selected")))
            rows.addWidget(self.samples)
        rows.addWidget(_heading(self.tr("In a sentence each")))
        rows.addLayout(_pairs(answered(card)))
        rows.addWidget(_heading(self.tr("What it learned from")))
        rows.addLayout(self._data(card))
        rows.addWidget(_heading(self.tr("Measured")))
        rows.addLayout(self._figures(card))
        if card.published:
            rows.addWidget(_heading(self.tr("Published by others, for comparison")))
            for line in card.published:
                rows.addWidget(_words(line, "body"))
        rows.addWidget(_heading(self.tr("How to make it again")))
        rows.addLayout(_pairs(making_lines(card)))

    def _data(self, card: ModelCard) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(STEP_PX)
        for source in card.data:
            mark = self.tr("✓ permissive") if source.permissive else self.tr("✗ not permissive")
            line = QHBoxLayout()
            line.addWidget(_words(source_line(source), "body"), 1)
            line.addWidget(_words(mark, "ok" if source.permissive else "warn", wraps=False))
            rows.addLayout(line)
        rows.addWidget(_words(terms_line(card), "muted"))
        return rows

    def _figures(self, card: ModelCard) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(STEP_PX)
        grid.setColumnStretch(0, 1)
        found = figure_rows(card)
        if not found:
            grid.addWidget(_words(self.tr("Nothing was measured."), "muted"), 0, 0)
            return grid
        for column, words in enumerate(("", self.tr("this model"), self.tr("best n-gram"))):
            grid.addWidget(_words(words, "label", wraps=False), 0, column, Qt.AlignmentFlag.AlignRight)
        for index, row in enumerate(found, start=1):
            grid.addWidget(_words(row.name, "body"), index, 0)
            for column, value in ((1, row.value), (2, row.ngram)):
                label = _words(value, "body", wraps=False)
                label.setFont(theme.mono(theme.TEXT_PX - 1))
                grid.addWidget(label, index, column, Qt.AlignmentFlag.AlignRight)
        return grid

    def _foot(self) -> QHBoxLayout:
        close = QPushButton(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setContentsMargins(MARGIN_PX, 10, MARGIN_PX, 12)
        foot.addWidget(self.problem, 1)
        foot.addStretch(1)
        foot.addWidget(close)
        return foot

    def _session_said(self, text: str, is_error: bool) -> None:
        if is_error:
            self._say(text)

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _finish(self) -> None:
        self._forget()
        if self.samples is not None:
            self.samples.stop()


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setFont(theme.font(theme.TEXT_PX, bold=True))
    label.setContentsMargins(0, 3 * STEP_PX, 0, 0)
    return label


def _words(text: str, role: str, *, wraps: bool = True) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(wraps)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _pairs(pairs: Sequence[tuple[str, str]]) -> QGridLayout:
    """Questions at the left, answers beside them."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(2 * STEP_PX)
    grid.setColumnMinimumWidth(0, 120)
    grid.setColumnStretch(1, 1)
    for row, (question, answer) in enumerate(pairs):
        grid.addWidget(_words(question, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_words(answer, "body"), row, 1, Qt.AlignmentFlag.AlignTop)
    return grid
