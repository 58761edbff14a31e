"""Colours, metrics and fonts by role: the one table that every widget reads."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtGui import QColor, QFont, QFontDatabase

from studio.words import mark


@dataclass(frozen=True, slots=True)
class Theme:
    """Tokens of look.md as "#RRGGBB"; `colour(role)` gives a QColor."""

    name: str
    bg: str
    panel: str
    raised: str
    line: str
    line_strong: str
    text: str
    muted: str
    dim: str
    accent: str
    on_accent: str
    proposed: str
    on_proposed: str
    ok: str
    warn: str
    tracks: tuple[str, ...]

    def colour(self, role: str, alpha: float = 1.0) -> QColor:
        colour = QColor(getattr(self, role))
        colour.setAlphaF(alpha)
        return colour

    def track(self, index: int, alpha: float = 1.0) -> QColor:
        """The colour of a track by its colour number, repeating after eight."""
        colour = QColor(self.tracks[index % len(self.tracks)])
        colour.setAlphaF(alpha)
        return colour

    def tokens(self) -> dict[str, str]:
        return {f.name: getattr(self, f.name) for f in fields(self) if isinstance(getattr(self, f.name), str)}


_DARK_TRACKS = ("#5BB8F0", "#3FBF9A", "#E6DB6A", "#E8A13A", "#D987B4", "#8FA8FF", "#C3D36B", "#F29D8E")
_LIGHT_TRACKS = ("#1F7FBF", "#15805F", "#8A7A00", "#A86400", "#A8467D", "#4A63D0", "#66751A", "#B4513F")

DARK = Theme(
    mark("dark"), "#14161A", "#1B1E24", "#242830", "#2E333D", "#3A404C", "#E8EAEE", "#98A0AD", "#8790A0",
    "#F2B84B", "#1B1E24", "#B79CFF", "#1B1430", "#5FC58A", "#F0785A", _DARK_TRACKS,
)  # fmt: skip
LIGHT = Theme(
    mark("light"), "#F6F5F2", "#FFFFFF", "#ECEAE4", "#D9D5CC", "#B9B4A8", "#1D2026", "#545B67", "#5E6571",
    "#8A5600", "#FFFFFF", "#6B46C1", "#FFFFFF", "#1B7343", "#B23A1C", _LIGHT_TRACKS,
)  # fmt: skip
CONTRAST = Theme(
    mark("high contrast"), "#000000", "#000000", "#161616", "#7A7A7A", "#B0B0B0", "#FFFFFF", "#E0E0E0", "#D0D0D0",
    "#FFD23F", "#000000", "#D5C2FF", "#000000", "#7CFFB0", "#FF9B80", _DARK_TRACKS,
)  # fmt: skip

THEMES = {theme.name: theme for theme in (DARK, LIGHT, CONTRAST)}

TEXT_PX, LABEL_PX, TITLE_PX = 13, 11, 15
CARD_RADIUS_PX, BUTTON_RADIUS_PX, STEP_PX, TARGET_PX = 8, 5, 4, 24

_FACES = ["Inter", "Cantarell", "Noto Sans", "DejaVu Sans"]
_MONO_FACES = ["JetBrains Mono", "Noto Sans Mono", "DejaVu Sans Mono"]

_current = DARK


def current() -> Theme:
    return _current


def use(theme: Theme) -> None:
    """Make this the theme that `current` gives; widgets repaint when the shell tells them to."""
    global _current  # noqa: PLW0603 - one theme for the whole window, as Qt has one palette
    _current = theme


def font(px: int = TEXT_PX, bold: bool = False) -> QFont:
    """The system's interface face at a pixel size."""
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    _prefer(made, "Sans Serif", _FACES)
    made.setPixelSize(px)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made


def mono(px: int = TEXT_PX) -> QFont:
    """The monospaced face, for positions, tempo and seeds."""
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    _prefer(made, "monospace", _MONO_FACES)
    made.setPixelSize(px)
    return made


def _prefer(made: QFont, generic: str, faces: list[str]) -> None:
    """A desktop without settings offers only a generic name; then the best face that is installed is taken."""
    if made.family() == generic:
        made.setFamilies([*faces, generic])
