"""A random user of the roll: whatever the hand does, notes stay whole and undo leads back to the start."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from studio.song.notes import ends
from studio.song.song import Song
from tests.canvas_songs import ALT, CTRL, LEFT, MIDDLE, NONE, RIGHT, SHIFT, click, drag, many_notes, shown_roll
from widgets.panels.roll import Roll
from widgets.piano_roll.colouring import COLOURINGS
from widgets.piano_roll.recipes import RECIPES
from widgets.piano_roll.tool_strip import HINTS

STEPS = 200


def act(roll: Roll, dice: random.Random) -> None:
    """One thing a hand or a key may do."""
    canvas, commands = roll.view.canvas, roll.commands

    def somewhere() -> QPoint:
        return QPoint(dice.randrange(-20, canvas.width() + 20), dice.randrange(-20, canvas.height() + 20))

    picking = roll.picking
    rules = (picking.same_pitch, picking.same_beat, picking.to_the_right, picking.in_bars, picking.outside_key)
    keys = dice.choice((NONE, NONE, NONE, SHIFT, CTRL, ALT))
    acts = (
        lambda: click(canvas, somewhere(), keys),
        lambda: drag(canvas, somewhere(), somewhere(), keys),
        lambda: drag(canvas, somewhere(), somewhere(), keys),
        lambda: drag(canvas, somewhere(), somewhere(), button=dice.choice((MIDDLE, RIGHT))),
        lambda: double_click(roll, somewhere()),
        lambda: drag(roll.view.velocity, QPoint(dice.randrange(800), dice.randrange(90)), QPoint(dice.randrange(800), 40)),
        lambda: drag(roll.view.ruler, QPoint(dice.randrange(800), dice.randrange(28)), QPoint(dice.randrange(800), 20), keys),
        lambda: roll.set_tool(dice.choice(tuple(HINTS))),
        lambda: commands.nudge(dice.randrange(-3, 4)),
        lambda: commands.transpose(dice.choice((-12, -1, 1, 12))),
        lambda: commands.transpose_in_key(dice.choice((-1, 1))),
        lambda: commands.change_length(dice.choice((-1, 1))),
        commands.duplicate,
        lambda: roll.shaping.apply(dice.choice(RECIPES).id),
        lambda: roll.shaping.apply(dice.choice(RECIPES).id),
        dice.choice(rules),
        commands.split,
        commands.toggle_locked,
        commands.delete,
        commands.select_next,
        roll.cut,
        roll.paste,
        roll.session.undo,
        roll.session.redo,
        roll.zoom_to_selection,
        roll.zoom_to_fit,
        lambda: roll.zoom(dice.randrange(-4, 5)),
        lambda: roll.toggle_fold(dice.choice(("scale", "used"))),
        lambda: roll.colour_by(dice.choice(COLOURINGS)),
        roll.toggle_scale,
        roll.toggle_absolute,
        roll.toggle_adaptive,
    )
    dice.choice(acts)()
    for menu in roll.findChildren(QMenu):
        menu.close()


def double_click(roll: Roll, at: QPoint) -> None:
    QTest.mouseDClick(roll.view.canvas, LEFT, NONE, at)
    QTest.mouseRelease(roll.view.canvas, LEFT, NONE, at)


def is_whole(song: Song) -> bool:
    """Sorted, unique ids, nothing out of range, no equal pitches overlapping on a track."""
    for track in song.tracks:
        rows = track.notes.rows
        by_pitch = rows[np.lexsort((rows["start"], rows["pitch"]))]
        same = by_pitch["pitch"][1:] == by_pitch["pitch"][:-1]
        apart = ends(by_pitch)[:-1] <= by_pitch["start"][1:]
        in_range = (rows["start"] >= 0) & (rows["length"] >= 1) & (rows["pitch"] <= 127) & (rows["velocity"] >= 1)
        if not (in_range.all() and (apart | ~same).all() and len(set(rows["id"].tolist())) == len(rows)):
            return False
    return True


@pytest.mark.parametrize("seed", range(6))
def test_a_random_user_breaks_nothing(qtbot: QtBot, seed: int) -> None:
    roll = shown_roll(qtbot, many_notes(60, per_bar=10, seed=seed) if seed % 2 else None)
    start = roll.session.song
    dice = random.Random(seed)
    overlapping = not is_whole(start)
    for _ in range(STEPS):
        act(roll, dice)
        assert overlapping or is_whole(roll.session.song)
    qtbot.wait(1)
    assert not roll.view.canvas.is_busy
    assert not roll.view.canvas.grab().isNull()
    while roll.session.history.undo_label is not None:
        roll.session.undo()
    assert roll.session.song is start
    QTest.keyClick(roll.view.canvas, Qt.Key.Key_Escape)
