"""Commands of templates: begin from one of ours, from one's own, keep the song as one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QMenu

from studio.app.actions import Entry as AnyEntry
from studio.app.desk import Desk
from studio.errors import UnwritableFile
from studio.files import project, templates
from studio.files.project import SUFFIX
from studio.files.templates import BUILT_IN, Template, as_template, users_own
from studio.jobs.job import FILES, Job
from studio.jobs.progress import Progress
from studio.words import tr

Entry = AnyEntry[Desk]
MENU = "File/New from template"


def keep_as_template(desk: Desk) -> None:
    """Ask for a name among the user's templates and write the song there."""
    folder = templates.folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        desk.session.say(
            tr("The folder of templates could not be made: {reason}.", reason=problem.strerror or str(problem)), is_error=True
        )
        return
    title = tr("Save as template")
    path = desk.documents.questions.file_to_write(title, folder / f"{_stem(desk)}{SUFFIX}", SUFFIX, tr("Template"))
    if path is not None:
        _write(desk, path.with_suffix(SUFFIX))


def _stem(desk: Desk) -> str:
    here = desk.session.path
    return tr("My template") if here is None else here.stem


def _write(desk: Desk, path: Path) -> None:
    song, sounds = as_template(desk.session.song), dict(desk.session.sounds)

    def work(progress: Progress) -> object:
        document = replace(project.new_document(song), sounds={name: sound.read_bytes() for name, sound in sounds.items()})
        project.write(document, path, progress)
        return None

    def done(_: object) -> None:
        desk.session.say(tr("Kept as the template «{name}»: File > New from template begins with it.", name=path.stem))

    def failed(problem: BaseException) -> None:
        if not isinstance(problem, UnwritableFile):
            raise problem
        desk.session.say(str(problem), is_error=True)

    desk.session.jobs.start(Job(tr("Saving {path}", path=path.name), FILES, work), on_done=done, on_failure=failed)


def show_folder(_: Desk) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(templates.folder())))


def fill(desk: Desk, menu: QMenu) -> None:
    """The user's own templates below ours, as they are when the menu opens."""
    own: list[QAction] = []
    last = desk.actions.by_id["keep template"]

    def look() -> None:
        while own:
            gone = own.pop()
            menu.removeAction(gone)
            gone.deleteLater()
        found = users_own()
        if found:
            own.append(menu.insertSeparator(last))
        for path in found:
            action = QAction(path.stem.replace("&", "&&"), menu)
            action.triggered.connect(lambda _checked=False, path=path: desk.documents.open_demo(path))
            menu.insertAction(own[0], action)
            own.append(action)

    menu.aboutToShow.connect(look)


def _has_folder(_: Desk) -> bool:
    return templates.folder().is_dir()


def _beginning(template: Template) -> Entry:
    return Entry(
        f"template {template.id}",
        template.title,
        MENU,
        lambda desk: desk.documents.new_from(template.song()),
        tip="Begin with the tracks of this template",
    )


TEMPLATES = (
    *(_beginning(each) for each in BUILT_IN),
    Entry(
        "keep template",
        "Save as template...",
        MENU,
        keep_as_template,
        starts_group=True,
        tip="Keep the song, tracks, mixer and notes, to begin others from",
    ),
    Entry(
        "template folder",
        "Show the folder of templates",
        MENU,
        show_folder,
        enabled=_has_folder,
        tip="To rename them or throw them away",
    ),
)
