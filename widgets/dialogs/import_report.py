"""The report of an import: for every kind of event how many were read, left out and altered, adding up to those in the file."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.files.report import Report
from studio.words import mark, tr

WIDTH_PX, MOST_ROWS_SHOWN = 560, 12
HEADERS = (mark("Events"), mark("Read"), mark("Left out"), mark("Altered"))
Row = tuple[str, int, int, int]


def rows_of(report: Report) -> list[Row]:
    """What happened to which kind, the most frequent first; above them those taken over as they were, below them the sums."""
    kinds = {**report.dropped, **report.changed}
    told = [(tr(kind), 0, report.dropped.get(kind, 0), report.changed.get(kind, 0)) for kind in kinds]
    told.sort(key=lambda row: -(row[2] + row[3]))
    sums = (tr("All events of the file"), report.read, sum(report.dropped.values()), sum(report.changed.values()))
    return [(tr("Taken over as they were"), report.read, 0, 0), *told, sums]


def text_of(heading: str, report: Report) -> str:
    """The report as it can be sent to somebody: columns apart by tabs, then the remarks."""
    table = ["\t".join(map(tr, HEADERS)), *("\t".join((kind, *map(str, counts))) for kind, *counts in rows_of(report))]
    return "\n".join([heading, "", *table, *([""] if report.remarks else []), *report.remarks])


class ImportReport(QDialog):
    """Not in the way: the window goes on."""

    def __init__(self, heading: str, report: Report, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(heading)
        self.setModal(False)
        self._text = text_of(heading, report)
        about = QLabel(tr("{count} events were in the file. Here is what became of each.", count=report.events))
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        self.table = _table(rows_of(report))
        self.table.setAccessibleName(heading)
        self.remarks = QLabel("\n".join(report.remarks))
        self.remarks.setTextFormat(Qt.TextFormat.PlainText)
        self.remarks.setWordWrap(True)
        self.remarks.setVisible(bool(report.remarks))
        self.remarks.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy_button, self.close_button = QPushButton(tr("Copy report")), QPushButton(tr("Close"))
        self.copy_button.clicked.connect(self.copy)
        self.close_button.clicked.connect(self.accept)
        self.close_button.setDefault(True)
        foot = QHBoxLayout()
        foot.addWidget(self.copy_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 16)
        column.setSpacing(14)
        for part in (about, self.table, self.remarks):
            column.addWidget(part)
        column.addLayout(foot)
        self.setMinimumWidth(WIDTH_PX)
        self.close_button.setFocus()

    def copy(self) -> None:
        """The whole report onto the clipboard, as text."""
        QGuiApplication.clipboard().setText(self._text)


def _table(rows: list[Row]) -> QTableWidget:
    table = QTableWidget(len(rows), len(HEADERS))
    table.setHorizontalHeaderLabels([tr(header) for header in HEADERS])
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    first = table.horizontalHeaderItem(0)
    if first is not None:
        first.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    for at, (kind, *counts) in enumerate(rows):
        is_sum = at in (0, len(rows) - 1)
        for column, words in enumerate(
            (kind, *(f"{count:,}".replace(",", "\u2009") if count or is_sum else "" for count in counts))
        ):
            item = QTableWidgetItem(words)
            if column:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if at == len(rows) - 1:
                font = item.font()
                font.setBold(True)
                item.setFont(font)
            table.setItem(at, column, item)
    shown = min(len(rows), MOST_ROWS_SHOWN)
    table.setFixedHeight(table.horizontalHeader().sizeHint().height() + shown * table.rowHeight(0) + 12)
    return table
