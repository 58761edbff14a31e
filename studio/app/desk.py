"""Desk: what the commands of the window act on, in one place; and the orderly end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from studio.app.actions import Actions
from studio.app.carrying_out import CarryingOut
from studio.app.documents import Documents
from studio.app.engines import Engines
from studio.app.exporting import Exporting
from studio.app.job_thread import QtRunner
from studio.app.mixing import Mixing
from studio.app.playback import Playback
from studio.app.settings_store import SettingsStore
from studio.app.window import MainWindow
from studio.explore.explorer import Explorer
from studio.ideas.ideas import Ideas
from studio.recording.recorder import Recorder
from studio.session import Session
from widgets.dialogs.shortcuts import ShortcutsDialog

END_MS = 700
"""How long closing waits for work that was asked to stop."""


@dataclass(eq=False)
class Desk:
    """Everything of one window. `actions`, `mixing` and `carrying` are set once by the assembly, which builds them."""

    window: MainWindow
    session: Session
    explorer: Explorer
    ideas: Ideas
    recorder: Recorder
    documents: Documents
    exporting: Exporting
    playback: Playback
    store: SettingsStore
    runner: QtRunner
    engines: Engines
    actions: Actions[Desk] = field(init=False)
    mixing: Mixing = field(init=False)
    carrying: CarryingOut = field(init=False)
    last_acts: list[Callable[[], object]] = field(default_factory=list)
    """Done when all else has ended."""
    _may_go: bool = False

    def may_close(self) -> bool:
        """Whether the window may close now; otherwise it closes by itself once a save that was asked for is done."""
        if self._may_go:
            return True
        self.recorder.stop()
        if self.documents.is_saving:
            self.documents.when_saved(self._close)
            return False
        self.documents.after_leaving(self._allow, then_later=self._close)
        return self._may_go

    @property
    def was_left(self) -> bool:
        """Whether a person closed the window, knowing what is saved; else it ended for another reason, such as a lost screen."""
        return self._may_go

    def end(self, wait_ms: int = END_MS) -> bool:
        """Stop everything, within a second; False when some work would not stop and the process must be left hard."""
        self.playback.stop_looking()
        self.session.jobs.cancel_all()
        stopped = self.runner.shutdown(wait_ms)
        self.engines.close()
        while self.last_acts:
            self.last_acts.pop()()
        return stopped

    def _allow(self) -> None:
        self._may_go = True

    def _close(self) -> None:
        self._may_go = True
        self.window.close()

    def show_shortcuts(self) -> None:
        ShortcutsDialog(self.actions.keys_by_menu(), self.window).open()
