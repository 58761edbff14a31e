"""The table of actions: what each is called, its keys (workstation.md 4), where they act, and what it does."""

from __future__ import annotations

from collections.abc import Callable

from studio.app import (
    carrying_actions,
    crash_reporting,
    exploring,
    exporting_actions,
    importing,
    mixing_actions,
    recovering,
    searching,
    showing,
    windows,
)
from studio.app.actions import MIXER, ROLL, TRACKS
from studio.app.actions import Entry as AnyEntry
from studio.app.desk import Desk
from studio.app.explore_actions import EXPLORE_ACTIONS
from studio.app.record_actions import RECORD_ACTIONS
from studio.app.roll_actions import LOCK_BARS, LOCK_TRACK, PAINTING, ROLL_ACTIONS
from studio.app.settings_view import show_settings
from studio.app.song_actions import BARS, LANES, SECTIONS, TEMPO, VELOCITIES
from studio.app.steering_actions import STEERING
from studio.app.take_actions import TAKES
from studio.app.template_actions import TEMPLATES
from studio.app.workspaces import WORKSPACES, Workspace
from studio.jobs.job import GENERATE
from studio.words import tr
from widgets.theme import THEMES

Entry = AnyEntry[Desk]
BOTH = (ROLL, TRACKS)
STRIPS = (*BOTH, MIXER)


def _has_notes_selected(desk: Desk) -> bool:
    return bool(desk.session.selection.note_ids)


def _has_takes(desk: Desk) -> bool:
    take_set = desk.session.tray.current
    return take_set is not None and bool(take_set.takes)


def _is_generating(desk: Desk) -> bool:
    return bool(desk.session.jobs.active(GENERATE))


def _undo_words(desk: Desk) -> str:
    label = desk.session.history.undo_label
    return tr("Undo {label}", label=label) if label else tr("Undo")


def _redo_words(desk: Desk) -> str:
    label = desk.session.history.redo_label
    return tr("Redo {label}", label=label) if label else tr("Redo")


FILE = (
    Entry("new", "New", "File", lambda d: d.documents.new(), ("Ctrl+N",), tip="Begin with an empty song"),
    *TEMPLATES,
    Entry("new window", "New window", "File", windows.open_another, ("Ctrl+Shift+N",), tip="Another window beside this one"),
    Entry("open", "Open...", "File", lambda d: d.documents.open_asked(), ("Ctrl+O",),
          tip="Open MIDI, a project, MusicXML or ABC"),
    Entry("open beside", "Open in a new window...", "File", windows.open_asked_in_another,
          tip="Open a file and leave this song where it is"),
    Entry("import", "Import into song...", "File", importing.ask_files, ("Ctrl+Shift+I",),
          tip="Files as tracks, as notes on the track in front, or as takes of the selected bars"),
    Entry("surprise", "Surprise me", "File", lambda d: d.documents.surprise(), tip="Compose a new piece from a seed"),
    Entry("save", "Save", "File", lambda d: d.documents.save(), ("Ctrl+S",), tip="Save the project", starts_group=True),
    Entry("save as", "Save as...", "File", lambda d: d.documents.save_as(), ("Ctrl+Shift+S",), tip="Save the project elsewhere"),
    *exporting_actions.EXPORTING,
    *carrying_actions.SHOWING_LAST,
    Entry("ideas", "Ideas...", "File", showing.show_ideas, ("Ctrl+Shift+H",), starts_group=True,
          tip="States of the song to name, hear, compare and go back to"),
    Entry("versions", "Earlier versions...", "File", recovering.offer_versions, starts_group=True,
          tip="Copies of this song as it was saved before"),
    Entry("recover", "Recover unsaved work...", "File", lambda d: recovering.offer_recovery(d, tells=True),
          tip="What a crash left unsaved, if anything"),
    Entry("recovery folder", "Open recovery folder", "File", recovering.open_folder,
          tip="Where the journals lie that keep every edit"),
    Entry("contribution", "Contribution sheet...", "File", showing.show_contribution,
          tip="Which notes were made by hand, and which by models"),
    Entry("quit", "Quit", "File", lambda d: d.window.close(), ("Ctrl+Q",), starts_group=True),
)  # fmt: skip

EDIT = (
    Entry("undo", "Undo", "Edit", lambda d: d.session.undo(), ("Ctrl+Z",), label=_undo_words,
          enabled=lambda d: d.session.history.undo_label is not None),
    Entry("redo", "Redo", "Edit", lambda d: d.session.redo(), ("Ctrl+Shift+Z", "Ctrl+Y"), label=_redo_words,
          enabled=lambda d: d.session.history.redo_label is not None),
    Entry("cut", "Cut", "Edit", lambda d: d.window.roll.cut(), ("Ctrl+X",), (ROLL,), enabled=_has_notes_selected,
          starts_group=True),
    Entry("copy", "Copy", "Edit", lambda d: d.window.roll.copy(), ("Ctrl+C",), (ROLL,), enabled=_has_notes_selected),
    *carrying_actions.COPYING,
    Entry("paste", "Paste", "Edit", importing.paste, ("Ctrl+V",), BOTH,
          tip="Notes, or files from elsewhere, at the edit cursor"),
    Entry("delete", "Delete", "Edit", lambda d: d.window.roll.commands.delete(), ("Del", "Backspace"), (ROLL,),
          enabled=_has_notes_selected, tip="Delete the selected notes"),
    Entry("duplicate", "Duplicate", "Edit", lambda d: d.window.roll.commands.duplicate(), ("Ctrl+D",), (ROLL,),
          enabled=_has_notes_selected, tip="Copy the selected notes right after themselves"),
    Entry("select all", "Select all", "Edit", lambda d: d.window.roll.commands.select_all(), ("Ctrl+A",), (ROLL,),
          starts_group=True, tip="Select every note of the track"),
    Entry("select none", "Select none", "Edit", lambda d: d.window.roll.commands.select_none(), ("Ctrl+Shift+A", "Esc"), (ROLL,),
          tip="Let the notes go, then the bars"),
    Entry("select inverse", "Invert selection", "Edit", lambda d: d.window.roll.commands.invert_selection(),
          ("Ctrl+I",), (ROLL,)),
    Entry("next note", "Next note", "Edit/Select", lambda d: d.window.roll.step_note(1), ("Tab",), (ROLL,)),
    Entry("previous note", "Previous note", "Edit/Select", lambda d: d.window.roll.step_note(-1),
          ("Shift+Tab",), (ROLL,)),
    Entry("add note", "Add a note at the edit cursor", "Edit/Select", lambda d: d.window.roll.commands.add_at_cursor(),
          ("Shift+Return",), (ROLL,)),
    Entry("split", "Split at the edit cursor", "Edit", lambda d: d.window.roll.commands.split(), ("Ctrl+E",), (ROLL,),
          enabled=_has_notes_selected, starts_group=True),
    Entry("join", "Join", "Edit", lambda d: d.window.roll.commands.join(), ("Ctrl+J",), (ROLL,), enabled=_has_notes_selected,
          tip="Join notes of one pitch that touch"),
    Entry("mute notes", "Mute notes", "Edit", lambda d: d.window.roll.commands.toggle_muted(), ("0",), (ROLL,),
          enabled=_has_notes_selected),
    Entry("lock notes", "Lock notes", "Edit", lambda d: d.window.roll.commands.toggle_locked(), ("K",), (ROLL,),
          enabled=_has_notes_selected, tip="Lock notes, or unlock them: nothing and nobody changes locked ones"),
    *LOCK_BARS,
    Entry("settings", "Settings...", "Edit", show_settings, ("Ctrl+,",), starts_group=True,
          tip="Language, look, editing, sound, models, keys and files"),
    *VELOCITIES,
    *BARS,
    *SECTIONS,
    *carrying_actions.COPYING_SECTION,
    *TEMPO,
)  # fmt: skip


def _moves() -> tuple[Entry, ...]:
    """Arrows with their modifiers: move, transpose, lengthen, louder."""
    rows: tuple[tuple[str, str, str, Callable[[Desk], object]], ...] = (
        ("Left", "Move left by the grid", "Left", lambda d: d.window.roll.commands.nudge(-1)),
        ("Right", "Move right by the grid", "Right", lambda d: d.window.roll.commands.nudge(1)),
        ("bar left", "Move left by a bar", "Ctrl+Left", lambda d: d.window.roll.commands.nudge_bars(-1)),
        ("bar right", "Move right by a bar", "Ctrl+Right", lambda d: d.window.roll.commands.nudge_bars(1)),
        ("tick left", "Move left by a tick", "Alt+Left", lambda d: d.window.roll.commands.nudge_ticks(-1)),
        ("tick right", "Move right by a tick", "Alt+Right", lambda d: d.window.roll.commands.nudge_ticks(1)),
        ("up", "Semitone up", "Up", lambda d: d.window.roll.commands.transpose(1)),
        ("down", "Semitone down", "Down", lambda d: d.window.roll.commands.transpose(-1)),
        ("scale step up", "Scale step up", "Alt+Up", lambda d: d.window.roll.commands.transpose_in_key(1)),
        ("scale step down", "Scale step down", "Alt+Down", lambda d: d.window.roll.commands.transpose_in_key(-1)),
        ("octave up", "Octave up", "Shift+Up", lambda d: d.window.roll.commands.transpose(12)),
        ("octave down", "Octave down", "Shift+Down", lambda d: d.window.roll.commands.transpose(-12)),
        ("shorter", "Shorter by the grid", "Shift+Left", lambda d: d.window.roll.commands.change_length(-1)),
        ("longer", "Longer by the grid", "Shift+Right", lambda d: d.window.roll.commands.change_length(1)),
        ("louder", "Louder by 5", "Ctrl+Up", lambda d: d.window.roll.commands.change_velocity(5)),
        ("softer", "Softer by 5", "Ctrl+Down", lambda d: d.window.roll.commands.change_velocity(-5)),
        ("louder 1", "Louder by 1", "Ctrl+Shift+Up", lambda d: d.window.roll.commands.change_velocity(1)),
        ("softer 1", "Softer by 1", "Ctrl+Shift+Down", lambda d: d.window.roll.commands.change_velocity(-1)),
    )
    return tuple(Entry(f"notes {name}", text, "Edit/Move and shape", call, (key,), (ROLL,)) for name, text, key, call in rows)


TRACK = (
    Entry("add track", "Add track", "Track", lambda d: d.window.tracks.add(), ("Ctrl+T",)),
    Entry("rename track", "Rename track", "Track", mixing_actions.rename, ("F2",)),
    Entry("instrument", "Instrument...", "Track", lambda d: d.window.tracks.choose_instrument(), ("Ctrl+Alt+I",),
          tip="Choose the track's instrument"),
    Entry("duplicate track", "Duplicate track", "Track", lambda d: d.window.tracks.duplicate(), ("Ctrl+D",), (TRACKS, MIXER)),
    *carrying_actions.COPYING_TRACK,
    Entry("delete track", "Delete track", "Track", lambda d: d.window.tracks.delete(), ("Del", "Backspace"), (TRACKS,)),
    Entry("track up", "Move track up", "Track", lambda d: d.window.tracks.reorder(-1), ("Alt+Up",), (TRACKS, MIXER),
          starts_group=True),
    Entry("track down", "Move track down", "Track", lambda d: d.window.tracks.reorder(1), ("Alt+Down",), (TRACKS, MIXER)),
    Entry("mute", "Mute track", "Track", lambda d: d.window.tracks.toggle_mute(), ("M",), STRIPS, starts_group=True),
    Entry("solo", "Solo track", "Track", lambda d: d.window.tracks.toggle_solo(), ("S",), STRIPS),
    *LOCK_TRACK,
    *mixing_actions.MIXING,
    Entry("previous track", "Previous track", "Track", lambda d: d.window.tracks.step(-1), ("[",), STRIPS, starts_group=True),
    Entry("next track", "Next track", "Track", lambda d: d.window.tracks.step(1), ("]",), STRIPS),
    Entry("track above", "Previous track (arrows)", "", lambda d: d.window.tracks.step(-1), ("Up",), (TRACKS,)),
    Entry("track below", "Next track (arrows)", "", lambda d: d.window.tracks.step(1), ("Down",), (TRACKS,)),
)  # fmt: skip

PLAY = (
    Entry("play", "Play or pause", "Play", exploring.play, ("Space",),
          label=lambda d: tr("Pause") if d.playback.is_playing else tr("Play")),
    Entry("play from cursor", "Play from the edit cursor", "Play", lambda d: d.playback.play_from_cursor(), ("Return",), (ROLL,)),
    Entry("resume", "Go on from where it stopped", "Play", lambda d: d.playback.resume(), ("Shift+Space",)),
    Entry("to start", "To the start", "Play", lambda d: d.playback.to_start(), ("Home",), starts_group=True),
    Entry("to end", "To the end", "Play", lambda d: d.playback.to_end(), ("End",)),
    Entry("loop", "Loop", "Play", lambda d: d.playback.toggle_loop(), ("L",), BOTH, starts_group=True,
          checked=lambda d: d.session.loop is not None, tip="Loop the selected bars, or the whole song"),
    Entry("loop selection", "Loop the selection", "Play", lambda d: d.playback.loop_selection(), ("Ctrl+L",)),
    *RECORD_ACTIONS,
    Entry("follow", "Follow the playhead", "Play", showing.toggle_follow, ("F",), BOTH,
          checked=lambda d: d.window.roll.following != "off", starts_group=True),
    Entry("soundfont", "Choose a SoundFont...", "Play", lambda d: d.documents.choose_soundfont(), starts_group=True,
          tip="Another SoundFont for all tracks without one of their own"),
    Entry("panic", "All notes off", "Play", lambda d: d.playback.panic(), ("Shift+Esc",)),
)  # fmt: skip

MAKE = (
    Entry("generate", "Generate", "Generate", showing.generate, ("Ctrl+G",),
          tip="Let the model write takes for the selected bars"),
    Entry("more", "More like this", "Generate", showing.generate_more, ("Ctrl+Shift+G",),
          tip="The same request with the next seed"),
    Entry("cancel", "Cancel", "Generate", showing.cancel_generation, ("Ctrl+.",), enabled=_is_generating,
          tip="Stop generating; takes that arrived stay"),
    Entry("previous take", "Previous take", "Generate", lambda d: d.session.tray.step(-1), ("PgUp",), enabled=_has_takes,
          starts_group=True),
    Entry("next take", "Next take", "Generate", lambda d: d.session.tray.step(1), ("PgDown",), enabled=_has_takes),
    Entry("compare", "Compare with what was there", "Generate", lambda d: d.session.tray.compare(), ("X",), BOTH,
          enabled=_has_takes),
    Entry("keep", "Keep the take", "Generate", lambda d: d.session.keep(), ("Ctrl+Return",), enabled=_has_takes,
          tip="Write the shown take into the song", starts_group=True),
    Entry("discard", "Discard the takes", "Generate", lambda d: d.session.discard(), ("Ctrl+Backspace",), enabled=_has_takes),
    Entry("add to palette", "Add the selection to the palette", "Generate", lambda d: d.window.roll.add_to_palette(), ("P",),
          (ROLL,), tip="The selected notes or bars become a phrase for the pad of Explore", starts_group=True),
    Entry("open place", "Open the place on the pad", "Generate", lambda d: d.window.roll.open_place(), ("O",), (ROLL,),
          tip="Where on the pad of Explore these bars came from"),
    *TAKES,
    *carrying_actions.COPYING_TAKE,
    *PAINTING,
    *STEERING,
)  # fmt: skip


def _workspace_entry(workspace: Workspace) -> Entry:
    return Entry(
        f"workspace {workspace.id}",
        workspace.title,
        "View",
        lambda d: exploring.show_workspace(d, workspace),
        (workspace.shortcut,),
        checked=lambda d: d.window.workspace is workspace,
        tip=f"The {workspace.title} workspace",
    )


def _part_entry(name: str, words: str) -> Entry:
    return Entry(
        f"show {name}", words, "View", lambda d: d.window.toggle_part(name), checked=lambda d: d.window.is_shown(name),
        tip=f"Show or hide: {words.lower()}", starts_group=name == "Tracks",
    )  # fmt: skip


def _theme_entry(name: str) -> Entry:
    return Entry(
        f"theme {name}", name.capitalize(), "View/Theme", lambda d: showing.use_theme(d, name),
        checked=lambda d: d.store.settings.theme == name, tip=f"The {name} theme",
    )  # fmt: skip


def _scale_entry(scale: float) -> Entry:
    return Entry(
        f"scale {scale:g}", f"{scale * 100:.0f} %", "View/Size", lambda d: showing.use_scale(d, scale),
        checked=lambda d: d.store.settings.scale == scale, tip=f"The whole window at {scale * 100:.0f} %, from the next start",
    )  # fmt: skip


VIEW = (
    *(_workspace_entry(workspace) for workspace in WORKSPACES),
    _part_entry("Tracks", "Track list"),
    _part_entry("Arrange", "Arrangement"),
    _part_entry("Mixer", "Mixer"),
    _part_entry("Palette", "Palette"),
    _part_entry("Attributes", "Attributes of the pad"),
    _part_entry("Generate", "Generate panel"),
    Entry("event list", "Event list", "View", showing.show_events, ("Ctrl+Shift+L",),
          tip="The notes of the track as a list of values"),
    Entry("velocity lane", "Velocity lane", "View", lambda d: d.window.roll.toggle_velocity(), ("V",), (ROLL,),
          checked=lambda d: d.window.roll.view.shows_velocity),
    *LANES,
    Entry("ghosts", "Notes of other tracks", "View", lambda d: d.window.roll.toggle_ghosts(), ("G",), (ROLL,),
          checked=lambda d: d.window.roll.state.shows_ghosts),
    Entry("zoom in", "Zoom in", "View/Zoom", lambda d: d.window.roll.zoom(2), ("Ctrl+=", "Ctrl++")),
    Entry("zoom out", "Zoom out", "View/Zoom", lambda d: d.window.roll.zoom(-2), ("Ctrl+-",)),
    Entry("rows higher", "Higher rows", "View/Zoom", lambda d: d.window.roll.zoom_rows(2), ("Ctrl+Shift+=",)),
    Entry("rows lower", "Lower rows", "View/Zoom", lambda d: d.window.roll.zoom_rows(-2), ("Ctrl+Shift+-",)),
    Entry("zoom selection", "Zoom to the selection", "View/Zoom", lambda d: d.window.roll.zoom_to_selection(), ("Z",), (ROLL,)),
    Entry("zoom all", "Show the whole song", "View/Zoom", lambda d: d.window.roll.zoom_to_fit(), ("Shift+Z",), (ROLL,)),
    *(_theme_entry(name) for name in THEMES),
    *(_scale_entry(scale) for scale in (1.0, 1.25, 1.5, 2.0)),
    Entry("card offer", "Do what it offers", "View/Card over the window", lambda d: d.window.notice.take_offer(),
          ("F8",), starts_group=True,
          tip="What the button of the card at the lower right does, such as reading part of a broken file"),
    Entry("card details", "Show its details", "View/Card over the window", lambda d: d.window.notice.toggle_details(),
          tip="Or hide them again"),
    Entry("card close", "Close it", "View/Card over the window", lambda d: d.window.notice.hide(),
          tip="The card at the lower right goes"),
    Entry("full screen", "Full screen", "View", showing.toggle_full_screen, ("F11",), checked=lambda d: d.window.isFullScreen(),
          starts_group=True),
    Entry("next pane", "Next pane", "View", lambda d: d.window.step_pane(1), ("F6",)),
    Entry("previous pane", "Previous pane", "View", lambda d: d.window.step_pane(-1), ("Shift+F6",)),
)  # fmt: skip

TOOLS = (
    Entry("toggle draw", "Draw on or off", "Edit/Tools", lambda d: d.window.roll.toggle_draw(), ("B",), (ROLL,)),
    Entry("grid finer", "Finer grid", "Edit/Grid", lambda d: d.window.roll.finer(), (".",), (ROLL,)),
    Entry("grid coarser", "Coarser grid", "Edit/Grid", lambda d: d.window.roll.coarser(), (",",), (ROLL,)),
    Entry("grid triplet", "Triplet grid", "Edit/Grid", lambda d: d.window.roll.toggle_triplet(), ("T",), (ROLL,)),
    Entry("snap", "Snap to the grid", "Edit/Grid", lambda d: d.window.roll.toggle_snap(), ("J",), (ROLL,),
          checked=lambda d: d.window.roll.snap.is_on),
)  # fmt: skip

HELP = (
    Entry("commands", "Commands...", "Help", searching.show_commands, ("Ctrl+Shift+P",), tip="Find any command by its name"),
    Entry("shortcuts", "Keyboard shortcuts", "Help", showing.show_shortcuts, ("F1", "?")),
    Entry("change keys", "Change keys...", "Help", searching.show_keys, tip="Give commands other keys"),
    Entry(
        "lecture",
        "Lecture: autoencoders...",
        "Help",
        showing.show_lecture,
        tip="Two small models of a drum bar learn side by side, and their whole space can be heard",
    ),
    Entry(
        "crash reports",
        "Crash reports...",
        "Help",
        crash_reporting.show,
        tip="What is known of errors and sudden ends; sent nowhere",
    ),
    Entry("log folder", "Open the log folder", "Help", showing.open_log_folder),
    Entry("about", "About Ricercar", "Help", showing.about),
)

TABLE: tuple[Entry, ...] = (*FILE, *EDIT, *_moves(), *ROLL_ACTIONS, *TOOLS, *TRACK, *PLAY, *MAKE, *EXPLORE_ACTIONS, *VIEW, *HELP)
