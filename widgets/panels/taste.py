"""TasteBox: learn the composer's own corner of a space from the palette, and decode from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from studio.jobs.board import Running
from studio.words import counted
from widgets.controls.job_chip import JobChip
from widgets.controls.switch import Switch
from widgets.theme import STEP_PX, TARGET_PX

if TYPE_CHECKING:
    from studio.explore.explorer import Explorer

LEAST_PHRASES = 2
"""One phrase has no direction in which phrases like it vary."""


class TasteBox(QWidget):
    """A button that starts the learning, its progress, and the switch once there is something to switch."""

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.explorer = explorer
        self._learning: Running | None = None
        heading = QLabel(self.tr("Taste"))
        heading.setProperty("role", "muted")
        self.switch = Switch(self.tr("In my taste"))
        self.switch.setAccessibleName(self.tr("In my taste"))
        self.words = QLabel()
        self.words.setProperty("role", "label")
        self.words.setWordWrap(True)
        self.learn = QPushButton(self.tr("Learn my taste from the palette"))
        self.learn.setAutoDefault(True)
        self.learn.setMinimumHeight(TARGET_PX)
        self.progress = JobChip()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 2 * STEP_PX, 0, 0)
        rows.setSpacing(STEP_PX)
        for widget in (heading, self.switch, self.words, self.learn, self.progress):
            rows.addWidget(widget)
        self.learn.clicked.connect(self._learn)
        self.progress.cancelled.connect(self.cancel)
        self.switch.toggled.connect(self._switched)

    def refresh(self) -> None:
        """Show what was learned, and whether it is used."""
        taste, count = self.explorer.taste, len(self.explorer.palette)
        is_running = self._learning is not None
        had_keys = self.learn.hasFocus() or self.progress.link.hasFocus()
        self.progress.setVisible(is_running)
        self.learn.setVisible(not is_running)
        if had_keys:  # hidden with the keyboard, either would hand it to any neighbour
            (self.progress.link if is_running else self.learn).setFocus(Qt.FocusReason.OtherFocusReason)
        self.learn.setEnabled(self.explorer.space is not None and count >= LEAST_PHRASES)
        self.learn.setToolTip(
            self.tr("A small model of what these phrases have in common, fitted in under a minute")
            if count >= LEAST_PHRASES
            else self.tr("Put at least {n} phrases into the palette first").format(n=LEAST_PHRASES)
        )
        self.learn.setAccessibleDescription(self.learn.toolTip())
        self.switch.setVisible(taste is not None)
        # Showing is no request: what the switch would tell is what was just read.
        was_blocked = self.switch.blockSignals(True)
        self.switch.setChecked(taste is not None and self.explorer.taste_on)
        self.switch.blockSignals(was_blocked)
        self.switch.update()
        learned = taste_words(taste.taste.clip_count, taste.taste.seconds) if taste is not None else ""
        self.words.setText(self.explorer.taste_fault or learned or self._advice(count))
        self.words.setToolTip(", ".join(taste.sources) if taste is not None else "")

    def show_job(self, running: Running) -> None:
        """A job on the board changed; only the one started here is shown."""
        if running is not self._learning:
            return
        self.progress.show_state(running.state, running.done, running.total, running.note or self.tr("Learning"))
        if running.state.is_over:
            self._learning = None
            self.refresh()

    def _advice(self, count: int) -> str:
        if count >= LEAST_PHRASES:
            return self.tr("The pad can lean towards what your {n} phrases have in common.").format(n=count)
        return self.tr("With a few of your own phrases in the palette the pad can learn to lean towards them.")

    def cancel(self) -> bool:
        """Ask the learning to stop; False when none is under way."""
        running = self._learning
        if running is not None:
            running.cancel()
        return running is not None

    def _learn(self) -> None:
        running = self.explorer.personalise(self.explorer.palette)
        if running is not None and not running.state.is_over:
            self._learning = running
            self.progress.show_state(running.state, running.done, running.total, running.note or self.tr("Learning"))
        self.refresh()

    def _switched(self, is_on: bool) -> None:
        self.explorer.set_taste(is_on)


def taste_words(clip_count: int, seconds: float) -> str:
    """Such as "Learned from 5 phrases in 12.4 s"."""
    return counted(
        clip_count, "Learned from {n} phrase in {seconds:.1f} s", "Learned from {n} phrases in {seconds:.1f} s", seconds=seconds
    )
