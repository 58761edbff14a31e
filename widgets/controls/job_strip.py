"""JobStrip: the file job that runs, how far it is, and its Cancel; at the right end of the status line."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel

from studio.jobs.board import Running
from studio.jobs.job import FILES, JobState
from studio.session import Session
from studio.words import mark, tr
from widgets import theme
from widgets.controls.job_chip import CancelLink, ProgressLine
from widgets.panel import Panel

SHOWN_AFTER_MS = 250
"""What is over sooner is not shown: a flicker tells nobody anything."""


class JobStrip(Panel):
    title, area = mark("File work"), "bottom"

    def build(self, session: Session) -> None:
        self._running: Running | None = None
        self.words = QLabel()
        self.words.setProperty("role", "label")
        self.line = ProgressLine()
        self.line.setFixedWidth(160)
        self.link = CancelLink(tr("Cancel"))
        self.link.setFont(theme.font(theme.LABEL_PX))
        self.link.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for widget in (self.words, self.line, self.link):
            row.addWidget(widget)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(SHOWN_AFTER_MS)
        self._wait.timeout.connect(self._show_if_running)
        self.listen(session.jobs.changed, self._changed)
        self.hide()

    def _changed(self, running: Running) -> None:
        if running.job.lane is not FILES:
            return
        active = self.session.jobs.active(FILES)
        self._running = active[0] if active else None
        if self._running is None:
            self._wait.stop()
            self.hide()
            return
        if self.isHidden():
            if not self._wait.isActive():
                self._wait.start()
        else:
            self._show_if_running()

    def _show_if_running(self) -> None:
        running = self._running
        if running is None:
            return
        is_stopping = running.state is JobState.STOPPING
        self.words.setText(tr("Stopping ...") if is_stopping else running.job.title)
        self.line.show_share(running.done / running.total if running.total > 0 else None)
        self.link.setEnabled(not is_stopping)
        self.show()

    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()
