"""Rows of the action table that shape and pick notes in the roll."""

from __future__ import annotations

from collections.abc import Callable

from studio.app import preferring
from studio.app.actions import ROLL, TRACKS
from studio.app.actions import Entry as AnyEntry
from studio.app.desk import Desk
from widgets.panels.roll import Following
from widgets.piano_roll.colouring import Colouring
from widgets.piano_roll.recipes import BY_ID
from widgets.piano_roll.state import Tool
from widgets.piano_roll.tool_strip import HINTS

Entry = AnyEntry[Desk]
LENGTHS, PITCHES, DIVIDING = "Edit/Time and length", "Edit/Pitch", "Edit/Divide and repeat"


def _again(recipe_id: str, menu: str, *keys: str) -> Entry:
    """Done at once, with the settings of last time."""
    recipe = BY_ID[recipe_id]
    words = recipe.about if not recipe.knobs else f"{recipe.about} With the settings of last time."
    return Entry(recipe_id, recipe.title, menu, lambda d: d.window.roll.shaping.again(recipe_id), keys, (ROLL,), tip=words)


def _asked(recipe_id: str, menu: str, *keys: str) -> Entry:
    """With a dialog first."""
    recipe = BY_ID[recipe_id]
    call: Callable[[Desk], object] = lambda d: d.window.roll.shaping.asked(recipe_id)  # noqa: E731 - one table of small calls
    return Entry(f"{recipe_id} dialog", f"{recipe.title}...", menu, call, keys, (ROLL,), tip=recipe.about)


SHAPING = (
    _again("quantise", "Edit", "Q", "Ctrl+U"),
    _asked("quantise", "Edit", "Shift+Q"),
    _again("humanise", LENGTHS, "Shift+H"),
    _asked("humanise", LENGTHS),
    _again("legato", LENGTHS, "Shift+L"),
    _asked("legato", LENGTHS),
    _again("staccato", LENGTHS),
    _asked("staccato", LENGTHS),
    _asked("length", LENGTHS),
    _again("overlaps", LENGTHS, "Shift+O"),
    _asked("stretch", LENGTHS),
    _again("reverse", LENGTHS, "Shift+R"),
    _again("strum", LENGTHS, "Shift+S"),
    _asked("strum", LENGTHS),
    _asked("transpose", PITCHES),
    _again("conform", PITCHES),
    _again("invert", PITCHES),
    _asked("arpeggiate", PITCHES),
    _asked("divide", DIVIDING),
    _asked("cut", DIVIDING),
    _asked("repeat", DIVIDING, "Ctrl+Shift+D"),
)


def _tool(tool: Tool, text: str, key: str) -> Entry:
    return Entry(f"tool {tool}", f"{text} tool", "Edit/Tools", lambda d: d.window.roll.set_tool(tool), (key,), (ROLL,),
                 tip=HINTS[tool], checked=lambda d: d.window.roll.tool == tool)  # fmt: skip


HAND_TOOLS = (
    _tool("select", "Select", "1"),
    _tool("draw", "Draw", "2"),
    _tool("paint", "Paint", "3"),
    _tool("erase", "Erase", "4"),
    _tool("slice", "Slice", "5"),
    _tool("mute", "Mute", "6"),
    _tool("velocity", "Loudness", "7"),
    _tool("mask", "Fill mask", "8"),
    _tool("lock", "Lock", "9"),
    _tool("lasso", "Lasso", "W"),
    _tool("glue", "Glue", "U"),
)

PICKING = (
    Entry("select same pitch", "Same pitch", "Edit/Select", lambda d: d.window.roll.picking.same_pitch(), (), (ROLL,),
          tip="Every note whose pitch a selected one has", starts_group=True),
    Entry("select same beat", "Same beat", "Edit/Select", lambda d: d.window.roll.picking.same_beat(), (), (ROLL,),
          tip="Every note at the place in its bar where a selected one is"),
    Entry("select right", "All to the right", "Edit/Select", lambda d: d.window.roll.picking.to_the_right(),
          ("Ctrl+Shift+Right",), (ROLL,), tip="Every note from the first selected one, or from the edit cursor, on"),
    Entry("select in bars", "In the selected bars", "Edit/Select", lambda d: d.window.roll.picking.in_bars(), (), (ROLL,),
          tip="Every note that begins in the selected bars, the loop, or the bar of the edit cursor"),
    Entry("select outside key", "Outside the key", "Edit/Select", lambda d: d.window.roll.picking.outside_key(), (), (ROLL,),
          tip="Notes that do not belong to the key where they begin"),
)  # fmt: skip


def _colouring(name: Colouring, words: str) -> Entry:
    return Entry(f"colour by {name}", words, "View/Note colours", lambda d: d.window.roll.colour_by(name), (), (ROLL,),
                 tip=f"Note colours tell: {words.lower()}", checked=lambda d: d.window.roll.state.colouring == name)  # fmt: skip


def _following(name: Following, words: str) -> Entry:
    return Entry(f"follow {name}", words, "Play/Follow", lambda d: preferring.choose(d, "follow", name),
                 checked=lambda d: d.window.roll.following == name, tip=words)  # fmt: skip


SEEING = (
    _colouring("track", "Track"),
    _colouring("loudness", "Loudness"),
    _colouring("pitch", "Pitch class"),
    _colouring("origin", "By hand or by a model"),
    Entry("note names", "Names in notes", "View", lambda d: d.window.roll.toggle_names(), (), (ROLL,),
          checked=lambda d: d.window.roll.state.shows_names, tip="Write the pitch into notes that have room"),
    Entry("fold scale", "Fold to the scale", "View", lambda d: d.window.roll.toggle_fold("scale"), ("Shift+F",), (ROLL,),
          checked=lambda d: d.window.roll.state.folding == "scale", tip="Rows of the key only (of drums: those in use)"),
    Entry("fold used", "Fold to the pitches in use", "View", lambda d: d.window.roll.toggle_fold("used"), (), (ROLL,),
          checked=lambda d: d.window.roll.state.folding == "used", tip="Rows of the track's own pitches only"),
    _following("off", "The view stays"),
    _following("page", "Page by page"),
    _following("middle", "Playhead in the middle"),
    Entry("hear notes", "Hear notes when touched", "Play", lambda d: preferring.turn(d, "hear_notes"), (), (ROLL,),
          checked=lambda d: d.window.roll.previews, tip="A click, a drawn note and each pitch passed in a drag are heard"),
    Entry("hear notes playing", "Hear notes while playing", "Play", lambda d: d.window.roll.toggle_previews_playing(),
          scopes=(ROLL,), checked=lambda d: d.window.roll.previews_playing,
          tip="Notes that are touched are heard while the music plays, too"),
)  # fmt: skip

GRIDS = (
    Entry("grid dotted", "Dotted grid", "Edit/Grid", lambda d: d.window.roll.toggle_shape("dotted"), (), (ROLL,),
          checked=lambda d: d.window.roll.snap.shape == "dotted"),
    Entry("grid quintuplet", "Quintuplet grid", "Edit/Grid", lambda d: d.window.roll.toggle_shape("quintuplet"), (), (ROLL,),
          checked=lambda d: d.window.roll.snap.shape == "quintuplet"),
    Entry("grid adaptive", "Grid by the zoom", "Edit/Grid", lambda d: d.window.roll.toggle_adaptive(), (), (ROLL,),
          checked=lambda d: d.window.roll.snap.is_adaptive, tip="The closer the view, the finer the grid"),
    Entry("snap absolute", "Moved notes land on the grid", "Edit/Grid", lambda d: d.window.roll.toggle_absolute(), (), (ROLL,),
          checked=lambda d: d.window.roll.snap.is_absolute, tip="Otherwise they keep their distance from it"),
    Entry("keep scale", "Keep to the scale", "Edit/Grid", lambda d: d.window.roll.toggle_scale(), ("Shift+J",), (ROLL,),
          checked=lambda d: d.window.roll.state.keeps_scale, tip="Notes that are drawn or dragged stay in the key"),
)  # fmt: skip

WRITING = (
    Entry("chords", "Chords of the key...", "Edit/Write", lambda d: d.window.roll.chords.begin(), ("D",), (ROLL,),
          tip="Choose, hear and stamp chords at the edit cursor"),
    Entry("step input", "Step input", "Edit/Write", lambda d: d.window.roll.steps.toggle(), ("N",), (ROLL,),
          checked=lambda d: d.window.roll.steps.is_on, tip="Write notes step by step with the computer's keyboard"),
)  # fmt: skip


def _is_painted(desk: Desk) -> bool:
    return bool(desk.session.selection.patches)


PAINTING = (
    Entry("paint bars", "Paint the selected bars", "Generate/What takes may change", lambda d: d.window.roll.masks.paint_bars(),
          tip="Takes change nothing but what is painted: all pitches of the selected bars, or of the edit cursor's bar"),
    Entry("paint pitches", "Paint the pitches of the selected notes", "Generate/What takes may change",
          lambda d: d.window.roll.masks.paint_pitches(), enabled=lambda d: bool(d.session.selection.note_ids),
          tip="From the lowest to the highest selected note, over their bars or the selected ones"),
    Entry("paint clear", "Clear what was painted", "Generate/What takes may change", lambda d: d.window.roll.masks.clear(),
          enabled=_is_painted, tip="Takes may change all of the selected bars again"),
)  # fmt: skip

LOCK_BARS = (
    Entry("lock bars", "Lock bars", "Edit", lambda d: d.window.roll.masks.toggle_bars_locked(), ("Shift+K",), (ROLL, TRACKS),
          checked=lambda d: d.window.roll.masks.are_bars_locked,
          tip="Lock the selected bars of these tracks: nothing and nobody changes them"),
)  # fmt: skip

LOCK_TRACK = (
    Entry("lock track", "Lock track", "Track", lambda d: d.window.tracks.toggle_lock(),
          checked=lambda d: d.window.roll.masks.is_track_locked,
          tip="Lock all of the track in front but its mixer: nothing and nobody changes it"),
)  # fmt: skip

ROLL_ACTIONS = (*SHAPING, *PICKING, *HAND_TOOLS, *WRITING, *SEEING, *GRIDS)
