"""What became of a file that was read: a card that says it, a table of every event, the offer to read part of a broken one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from studio.app.desk import Desk
from studio.files.report import Report
from studio.words import counted, tr
from widgets.dialogs.import_report import ImportReport

LOOKED_AT = 64
"""So many bytes of a broken file are shown."""


def wire(desk: Desk) -> None:
    documents, notice = desk.documents, desk.window.notice
    documents.noticed.listen(lambda heading, text, is_error: notice.say(heading, text, is_error=is_error))
    documents.read_otherwise.listen(lambda heading, text, report: tell(desk, heading, text, report))
    documents.rescue_offered.listen(
        lambda problem, path, take: notice.say(
            problem.message,
            problem.hint,
            details_of(path, problem.details),
            is_error=True,
            offer=(tr("Import these"), take),
            close_words=tr("Cancel"),
        )
    )


def tell(desk: Desk, heading: str, text: str, report: Report) -> None:
    """The card; its button opens the table."""
    desk.window.notice.say(heading, text, offer=(tr("Report..."), _showing(desk, heading, report)))


def _showing(desk: Desk, heading: str, report: Report) -> Callable[[], object]:
    def show() -> None:
        dialog = ImportReport(heading, report, desk.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    return show


def details_of(path: Path, known: tuple[str, ...] = ()) -> str:
    """What is `known` of a broken file, where it lies, how large it is, and its first bytes; what cannot be had is left out."""
    lines = [*known, str(path)]
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            start = stream.read(LOOKED_AT)
    except OSError as problem:
        return "\n".join([*lines, str(problem)])
    lines.append(counted(size, "{n} byte", "{n} bytes"))
    for at in range(0, len(start), 16):
        row = start[at : at + 16]
        shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{at:08X}  {row.hex(' ').ljust(47)}  {shown}")
    return "\n".join(lines)
