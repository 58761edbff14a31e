"""Crash reporting in the window: errors become reports, sudden ends are looked into at the next start, all can be read."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices

from studio.app import crash_reports
from studio.app.crash import CrashReporter
from studio.app.crash_reports import RunRecord
from studio.app.desk import Desk
from studio.jobs.job import FILES, Job
from studio.words import tr


def wire(desk: Desk, reporter: CrashReporter, record: RunRecord) -> None:
    """Note the names of edits, and make a report of what nobody caught."""
    session = desk.session
    session.song_changed.listen(lambda _before, _after: record.note(session.history.undo_label or ""))
    reporter.reported.connect(
        lambda _words, details: crash_reports.write_report(crash_reports.words_of(details), details, record.labels)
    )
    # a window that nobody closed, because its screen is gone, did not end in order
    desk.last_acts.append(lambda: record.end() if desk.was_left else None)


def look_back(desk: Desk, record: RunRecord) -> None:
    """Make reports of earlier runs that ended suddenly, and say that there are some."""

    def done(made: object) -> None:
        if made:
            desk.session.say(tr("The program ended unexpectedly last time. What is known of it: Help > Crash reports."))

    desk.session.jobs.start(Job(tr("Looking for unsaved work"), FILES, lambda _: record.earlier()), on_done=done)


def show(desk: Desk) -> None:
    """The reports that are kept; says so when there are none."""
    # Imported here: few starts ever show it.
    from widgets.dialogs.crash_reports import CrashReportsDialog

    listed = crash_reports.reports()
    if not listed:
        desk.session.say(tr("There are no crash reports: nothing has failed."))
        return
    folder = crash_reports.reports_folder()
    dialog = CrashReportsDialog(
        [report.title for report in listed],
        lambda index: listed[index].text(),
        lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))),
        desk.window,
    )
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.save_wanted.connect(lambda text: desk.exporting.save_text(text, tr("Save the crash report"), "report"))
    dialog.open()
