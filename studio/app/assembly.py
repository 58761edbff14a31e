"""Assembly: builds the session and hands each part of the window what it asks for; what is slow starts after the first paint."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer

from studio import settings
from studio.app import (
    carrying_actions,
    crash_reporting,
    exploring,
    exporting_actions,
    file_drops,
    preferring,
    record_actions,
    recovering,
    reporting,
    song_actions,
    steering_actions,
    take_actions,
    template_actions,
    windows,
)
from studio.app.action_table import TABLE
from studio.app.actions import MIXER, ROLL, TRACKS, WINDOW, Actions
from studio.app.carrying_out import CarryingOut
from studio.app.crash import CrashReporter
from studio.app.crash_reports import RunRecord
from studio.app.desk import Desk
from studio.app.documents import Documents, Questions
from studio.app.engines import Engines, frozen_folder, real_engines, sound_words
from studio.app.exporting import Exporting
from studio.app.job_thread import QtRunner
from studio.app.keeping import Keeping
from studio.app.known_models import known_models
from studio.app.menus import demos_menu, recents_menu
from studio.app.mixing import Mixing
from studio.app.playback import Moment, Playback
from studio.app.settings_store import SettingsStore
from studio.app.window import MainWindow
from studio.app.workspaces import WORKSPACES, workspace
from studio.audio.transport import SoundStatus
from studio.events import Signal
from studio.explore.explorer import Explorer
from studio.files.outbox import Outbox
from studio.generation.library import Library
from studio.ideas.ideas import Ideas
from studio.recording.recorder import Recorder
from studio.session import Session
from studio.settings import Settings
from studio.words import tr
from widgets.dialogs.asks import Asks
from widgets.piano_roll import intents

BESIDE_MS = 700
LINES_EVERY_S = 0.4
"""How often the lines about device and sound are written anew: numbers that flicker cannot be read."""


def begin(window: MainWindow, preferences: Settings, path: Path | None) -> Desk:
    """Furnish the window that was just painted, and start what is slow."""
    intents.IS_MAC = sys.platform == "darwin"
    desk = assemble(window, preferences, real_engines(preferences))
    record = RunRecord()
    record.begin()
    watch_errors(desk, record)
    windows.wire(desk)
    start_slow_things(desk, path)
    crash_reporting.look_back(desk, record)
    return desk


def assemble(
    window: MainWindow,
    preferences: Settings,
    engines: Engines,
    questions: Callable[[MainWindow], Questions] = Asks,
    settings_path: Path | None = None,
) -> Desk:
    """The window with everything wired, nothing slow started. Tests hand in silent engines and ready answers."""
    store = SettingsStore(preferences, settings_path or settings.settings_file())
    runner = QtRunner()
    session = Session(runner, engines.generate, engines.sound)
    keeping = Keeping(session)  # the first to hear of an edit: it is in the journal before anything shows it
    explorer, ideas = Explorer(session, engines.ask), Ideas(session)
    window.furnish(session, explorer)
    documents = Documents(session, questions(window), store, keeping)
    exporting = Exporting(session, documents, store, engines.render, lambda: known_models(engines.library()))
    told: Signal[SoundStatus] = Signal()
    playback = Playback(session, engines.sound, _showing(window, engines, told))
    recorder = Recorder(session, engines.sound)
    desk = Desk(window, session, explorer, ideas, recorder, documents, exporting, playback, store, runner, engines)
    owners = {WINDOW: (window,), ROLL: (window.roll, window.arrange), TRACKS: (window.tracks,), MIXER: (window.mixer,)}
    frozen = settings_path.parent / "frozen" if settings_path is not None else frozen_folder()
    desk.mixing = Mixing(window, session, engines.sound, documents, render=engines.render, store=store, folder=frozen)
    told.listen(desk.mixing.follow)
    desk.carrying = CarryingOut(session, Outbox(), lambda: store.settings)
    desk.last_acts.append(desk.carrying.outbox.close)
    desk.last_acts.append(lambda: keeping.close(in_order=desk.was_left))
    keeping.failed.listen(lambda words: window.notice.say(tr("Recovery is off"), words, is_error=True))
    keeping.restored.listen(session.say)
    desk.actions = Actions(desk, TABLE, owners, desk.store.settings.keys)
    _wire(desk)
    return desk


def _wire(desk: Desk) -> None:
    window, session, documents, playback = desk.window, desk.session, desk.documents, desk.playback
    menus = desk.actions.fill(window.menuBar())
    menus["File"].insertMenu(desk.actions.by_id["import"], recents_menu(window, documents, desk.store))
    menus["File"].insertMenu(desk.actions.by_id["import"], demos_menu(window, documents))
    template_actions.fill(desk, menus[template_actions.MENU])
    window.top.set_workspaces([(entry.id, tr(entry.title), entry.shortcut) for entry in WORKSPACES], window.workspace.id)
    window.top.workspace_chosen.connect(lambda name: exploring.show_workspace(desk, workspace(name)))
    window.top.set_snap_holder(window.roll)
    window.top.to_start_pressed.connect(playback.to_start)
    window.top.play_pressed.connect(lambda: exploring.play(desk))
    window.top.loop_pressed.connect(playback.toggle_loop)
    window.start.open_pressed.connect(documents.open_asked)
    window.start.demo_pressed.connect(_nullary(documents.open_demo))
    window.start.surprise_pressed.connect(_nullary(documents.surprise))
    window.arrange.show_roll(window.roll.state)
    window.roll.snap_changed.listen(window.top.show_snap)
    window.may_close = desk.may_close
    reporting.wire(desk)
    file_drops.wire(desk)
    for signal in (documents.began, documents.opened):  # what it said was about what came before
        signal.listen(_nullary(window.notice.hide))
    documents.opened.listen(_nullary(window.roll.setFocus))
    for signal in (session.document_changed, session.selection_changed, session.tray.changed):
        signal.listen(desk.actions.refresh)
    session.jobs.changed.listen(_when_others_run(desk, desk.actions.refresh))
    window.generate.card_wanted.connect(lambda model_id: show_card(desk, model_id))
    window.generate.permissive_turned.connect(lambda only: desk.store.change(replace(desk.store.settings, permissive_only=only)))
    window.takes.again_wanted.connect(window.generate.again)
    window.takes.rerun_wanted.connect(window.generate.rerun)
    window.takes.cancel_wanted.connect(window.generate.cancel)
    _keep_beside_soon(desk)
    preferring.wire(desk)
    exploring.wire(desk)
    take_actions.wire(desk)
    song_actions.wire(desk)
    record_actions.wire(desk)
    steering_actions.wire(desk)
    carrying_actions.wire(desk)
    exporting_actions.wire(desk)
    desk.actions.refresh()
    window.show_workspace(window.workspace)


def _keep_beside_soon(desk: Desk) -> None:
    """Takes, pads and ideas go into the journal a moment after they have changed."""
    timer = QTimer(desk.window, singleShot=True, interval=BESIDE_MS)
    timer.timeout.connect(desk.documents.keep_beside)
    for signal in (desk.session.document_changed, desk.session.tray.changed):
        signal.listen(timer.start)


def watch_errors(desk: Desk, record: RunRecord | None = None) -> None:
    """From now on what nobody caught is logged and said in the window, and with a `record` reported."""
    reporter = CrashReporter(desk.window)
    reporter.reported.connect(
        lambda words, details: desk.window.notice.say(tr("Something failed"), words, details, is_error=True)
    )
    reporter.install()
    desk.last_acts.append(reporter.remove)
    if record is not None:
        crash_reporting.wire(desk, reporter, record)


def start_slow_things(desk: Desk, path: Path | None = None) -> None:
    """Queue what may take time behind the paint that is due: sound, models, the file that was asked for."""

    def start() -> None:
        desk.documents.begin()
        desk.carrying.outbox.sweep()
        desk.playback.start()
        desk.engines.start()
        library = desk.engines.library()
        desk.window.takes.library = library
        desk.window.roll.title_of_model = lambda model_id: _title(library, model_id)
        desk.explorer.offer_models(library)
        desk.window.generate.offer_models(library, desk.engines.families(), permissive_only=desk.store.settings.permissive_only)
        if path is not None:
            desk.documents.open_file(path)
        recovering.offer_recovery(desk)

    QTimer.singleShot(0, desk.window, start)
    QTimer.singleShot(exporting_actions.READY_MS, desk.window, exporting_actions.make_ready)


def _title(library: Library, model_id: str) -> str:
    """The title of a model; its id where there is no card any more."""
    return next((model.title for model in library.cards() if model.id == model_id), model_id)


def show_card(desk: Desk, model_id: str) -> None:
    """All that is known of a model, and how it sounds."""
    # Imported here: the first paint need not wait for what few starts ever show.
    from studio.files.primers import primers
    from widgets.dialogs.model_card import ModelCardDialog

    model = next((model for model in desk.engines.library().cards() if model.id == model_id), None)
    if model is None:
        return
    family = desk.engines.families().get(model.family)
    dialog = ModelCardDialog(desk.session, model, family.knobs if family else (), primers(), desk.window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def _showing(window: MainWindow, engines: Engines, told: Signal[SoundStatus]) -> Callable[[Moment], None]:
    lines_due_s = 0.0

    was_ready = was_playing = False

    def show(moment: Moment) -> None:
        nonlocal was_ready, was_playing, lines_due_s
        window.top.show_playing(moment.tick, moment.is_playing)
        window.roll.show_playing(moment.tick, moment.is_playing)
        if moment.is_playing != was_playing:
            was_playing = moment.is_playing
            if window.explored is not None:
                window.explored.latent.show_playing()
        if moment.with_meters:
            window.tracks.feed(moment.levels, moment.now_s, moment.is_playing)
            window.mixer.feed(moment.levels, moment.master, moment.now_s)
        if moment.now_s < lines_due_s:
            return
        lines_due_s = moment.now_s + LINES_EVERY_S
        status = engines.sound.status()
        if was_ready and not status.is_ready:
            window.status.say(status.line, is_error=True)
        was_ready = status.is_ready
        told.emit(status)
        remark = engines.remark()
        if remark:
            window.status.say(remark, is_error=True)
        words, is_well = sound_words(status)
        window.top.show_lines(engines.device_words() or tr("models: starting"), words, is_well, status.line)

    return show


def _when_others_run(desk: Desk, call: Callable[[], object]) -> Callable[[object], object]:
    """Called when a job began or ended, but not at each step that a model reports."""
    known: tuple[object, ...] = ()

    def look(_: object) -> None:
        nonlocal known
        running = desk.session.jobs.active()
        if running != known:
            known = running
            call()

    return look


def _nullary(call: Callable[[], object]) -> Callable[[], object]:
    """Called without arguments, whatever a signal carries."""
    return lambda *_: call()
