"""What assistive programs and unsteady hands meet: names, roles, values, targets of 24 px, in English and in German."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QLineEdit, QSizeGrip, QWidget
from pytestqt.qtbot import QtBot

from studio import languages, words
from studio.app import exploring
from studio.app.desk import Desk
from studio.app.workspaces import WORKSPACES
from widgets import theme
from widgets.controls.fader import Fader
from widgets.controls.knob import Knob
from widgets.controls.level_meter import LevelMeter
from widgets.piano_roll.notes import contrast, readable_on
from widgets.theme import TARGET_PX, THEMES, Theme

ACTIVE = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit)


@pytest.fixture(params=["en", "de"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    code = str(request.param)
    words.use(languages.catalogue(code))
    yield code
    words.use({})


@pytest.fixture
def spoken_desk(language: str, request: pytest.FixtureRequest) -> Desk:
    """A desk in that language; the language is chosen before the window is built."""
    assert language
    made = request.getfixturevalue("desk")
    assert isinstance(made, Desk)
    return made


def everything(desk: Desk, qtbot: QtBot) -> list[QWidget]:
    """All widgets that are seen in any workspace."""
    seen: dict[int, QWidget] = {}
    for workspace in WORKSPACES:
        exploring.show_workspace(desk, workspace)
        qtbot.wait(1)
        for widget in desk.window.findChildren(QWidget):
            if widget.isVisible() and not isinstance(widget, QSizeGrip):
                seen.setdefault(id(widget), widget)
    return list(seen.values())


def described(widget: QWidget) -> str:
    parents = []
    at: QWidget | None = widget
    while at is not None and len(parents) < 4:
        parents.append(type(at).__name__)
        at = at.parentWidget()
    return f"{' in '.join(parents)} {widget.size().toTuple()} {widget.toolTip()!r}"


def test_whatever_takes_the_keyboard_or_the_mouse_has_a_name_and_room(spoken_desk: Desk, qtbot: QtBot) -> None:
    nameless, small = [], []
    for widget in everything(spoken_desk, qtbot):
        acts = isinstance(widget, ACTIVE) or widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        interface = QAccessible.queryAccessibleInterface(widget)
        if acts and (interface is None or not interface.text(QAccessible.Text.Name)):
            nameless.append(described(widget))
        if acts and (widget.width() < TARGET_PX or widget.height() < TARGET_PX):
            small.append(described(widget))
    assert nameless == []
    assert small == []


def test_mx_faders_dials_and_meters_have_roles_and_values(desk: Desk, qtbot: QtBot) -> None:
    found: dict[type, list[tuple[QAccessible.Role, str, str]]] = {Fader: [], Knob: [], LevelMeter: []}
    for widget in everything(desk, qtbot):
        if type(widget) in found:
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface is not None
            texts = (interface.text(QAccessible.Text.Name), interface.text(QAccessible.Text.Value))
            found[type(widget)].append((interface.role(), *texts))
    roles = {Fader: QAccessible.Role.Slider, Knob: QAccessible.Role.Dial, LevelMeter: QAccessible.Role.Indicator}
    for kind, seen in found.items():
        assert seen, kind
        assert {role for role, _, _ in seen} == {roles[kind]}
        assert all(name and value for _, name, value in seen), seen
        assert len({name for _, name, _ in seen}) == len(seen)


def test_a_value_that_changes_is_another_value_to_the_reader(qtbot: QtBot) -> None:
    fader, meter = Fader("Volume"), LevelMeter("Level")
    qtbot.addWidget(fader)
    qtbot.addWidget(meter)
    fader.show_db(-6.0)
    assert _value(fader) == "-6.0 dB"
    assert _value(meter) == "silent"
    meter.feed(1.5, 0.1, 1.0)
    assert _value(meter) == "4 dB, clipped"


def _value(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return interface.text(QAccessible.Text.Value)


# Colours


@pytest.mark.parametrize("tokens", THEMES.values(), ids=list(THEMES))
def test_text_is_told_from_every_ground(tokens: Theme) -> None:
    pairs = [
        (ink, ground)
        for ink in ("text", "muted", "dim", "accent", "proposed", "ok", "warn")
        for ground in ("bg", "panel", "raised")
    ]
    pairs += [("on_accent", "accent"), ("on_proposed", "proposed")]
    low = {pair: ratio for pair in pairs if (ratio := contrast(tokens.colour(pair[0]), tokens.colour(pair[1]))) < 4.5}
    assert low == {}


@pytest.mark.parametrize("tokens", THEMES.values(), ids=list(THEMES))
def test_names_within_notes_are_told_from_their_track(tokens: Theme) -> None:
    theme.use(tokens)
    try:
        inks = {index: contrast(readable_on(tokens.track(index), tokens), tokens.track(index)) for index in range(8)}
    finally:
        theme.use(theme.DARK)
    assert {index: ratio for index, ratio in inks.items() if ratio < 4.5} == {}


def test_in_high_contrast_even_lines_and_tracks_stand_out() -> None:
    tokens = THEMES["high contrast"]
    for role in ("line", "line_strong"):
        assert contrast(tokens.colour(role), tokens.colour("bg")) >= 3
    assert min(contrast(tokens.track(index), tokens.colour("bg")) for index in range(8)) >= 4.5
