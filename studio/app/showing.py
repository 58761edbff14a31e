"""What actions do that takes more than one call: dialogs, themes, bars, generation from the keyboard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

import studio
from studio.app import crash, preferring
from studio.app.desk import Desk
from studio.generation.contribution import contribution
from studio.words import tr
from widgets.dialogs.contribution import ContributionDialog
from widgets.panels.events import EventWindow
from widgets.panels.ideas import IdeasWindow


def generate(desk: Desk) -> None:
    desk.window.generate.generate()


def generate_more(desk: Desk) -> None:
    desk.window.generate.again()


def cancel_generation(desk: Desk) -> None:
    desk.window.generate.cancel()


def use_theme(desk: Desk, name: str) -> None:
    preferring.choose(desk, "theme", name)


def use_scale(desk: Desk, scale: float) -> None:
    desk.store.change(replace(desk.store.settings, scale=scale))
    desk.session.say(tr("From the next start the window is shown at {scale:.0f} %.", scale=scale * 100))


def toggle_follow(desk: Desk) -> None:
    """Page by page, or not at all."""
    preferring.choose(desk, "follow", "off" if desk.window.roll.following != "off" else "page")


def toggle_full_screen(desk: Desk) -> None:
    if desk.window.isFullScreen():
        desk.window.showNormal()
    else:
        desk.window.showFullScreen()


def show_events(desk: Desk) -> None:
    """The event list in its window; one is enough."""
    _in_front(desk.window.findChild(EventWindow) or EventWindow(desk.session, desk.window))


def show_ideas(desk: Desk) -> None:
    """The tree of ideas in its window; one is enough."""
    _in_front(desk.window.findChild(IdeasWindow) or IdeasWindow(desk.ideas, desk.window))


def _in_front(window: QWidget) -> None:
    window.show()
    window.raise_()
    window.activateWindow()


def show_contribution(desk: Desk) -> None:
    """Which notes of the song were made by hand and which by models."""
    cards = {model.id: model.card for model in desk.engines.library().cards() if model.card is not None}
    dialog = ContributionDialog(contribution(desk.session.song, cards).text(), desk.window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.save_wanted.connect(lambda text: desk.exporting.save_text(text, tr("Save the contribution sheet"), "contribution"))
    dialog.open()


def show_shortcuts(desk: Desk) -> None:
    desk.show_shortcuts()


def show_lecture(desk: Desk) -> None:
    # Imported here: the first paint need not wait for what few starts ever show.
    from widgets.dialogs.lecture import LectureWindow

    window = LectureWindow(desk.session, desk.engines.study, desk.window)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    window.show()
    window.start()


def open_log_folder(_: Desk) -> None:
    folder = crash.log_file().parent
    folder.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(folder))))


def about(desk: Desk) -> None:
    desk.window.notice.say(
        tr("Ricercar {version}", version=studio.VERSION),
        tr(
            "A composition workstation with generative models inside. MIT licence. A ricercar is a piece that searches "
            "out what a theme can become."
        ),
    )
