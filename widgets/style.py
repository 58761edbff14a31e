"""The one style sheet, made from the theme's tokens; what is drawn by hand reads the tokens itself."""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from widgets import theme
from widgets.theme import BUTTON_RADIUS_PX, CARD_RADIUS_PX, LABEL_PX, TEXT_PX, TITLE_PX, Theme

_SHEET = Template("""
QWidget { color: $text; font-size: ${text_px}px; }
QMainWindow, QDialog { background: $panel; }
QDialog { border: 1px solid $line_strong; }
QWidget#Tracks, QWidget#Mixer, QWidget#Generate, QWidget#Takes, QWidget#Side, QWidget#TopBar, QWidget#Heading,
QWidget#Palette, QWidget#Attributes, QWidget#Latent, QWidget#PathStrip {
    background: $panel;
}
QWidget#TopBar { border-bottom: 1px solid $line; }
QWidget#Side { border-left: 1px solid $line; }
QWidget#PathStrip { border-top: 1px solid $line; }
QSplitter { background: $panel; }
QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accent; }
QLabel { background: transparent; }
QLabel[role="title"] { font-size: ${title_px}px; font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="label"] { color: $muted; font-size: ${label_px}px; }
QLabel[role="dim"] { color: $dim; font-size: ${label_px}px; }
QLabel[role="ok"] { color: $ok; font-size: ${label_px}px; }
QLabel[role="warn"] { color: $warn; font-size: ${label_px}px; }

QMenuBar { background: $panel; color: $muted; padding: 2px 8px; border: none; }
QMenuBar::item { padding: 4px 9px; border-radius: ${small}px; background: transparent; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $raised; color: $text; }
QMenu { background: $raised; border: 1px solid $line_strong; padding: 5px; }
QMenu::item { padding: 5px 26px 5px 24px; border-radius: ${small}px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $dim; background: transparent; }
QMenu::separator { height: 1px; background: $line_strong; margin: 5px 8px; }
QMenu::indicator { width: 12px; height: 12px; left: 7px; }
QMenu::indicator:checked { image: none; background: $accent; border-radius: 3px; width: 8px; height: 8px; margin: 2px; }
QToolTip { background: $raised; color: $text; border: 1px solid $line_strong; padding: 4px 6px; }

QPushButton, QToolButton {
    background: $raised; color: $text; border: 1px solid transparent; border-radius: ${small}px;
    padding: 5px 12px; min-height: 16px;
}
QPushButton:hover, QToolButton:hover { background: $line; }
QPushButton:pressed, QToolButton:pressed { background: $line_strong; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $dim; background: $panel; border-color: $line; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; font-weight: 600; }
QPushButton[role="primary"]:focus { border-color: $text; }
QPushButton[role="keep"] { background: $proposed; color: $on_proposed; font-weight: 600; }
QPushButton[role="keep"]:focus { border-color: $text; }
QPushButton[role="keep"]:disabled { background: $raised; color: $dim; }
QPushButton[role="primary"]:disabled { background: $raised; color: $dim; }
QPushButton[role="flat"], QToolButton[role="flat"] { background: transparent; }
QWidget#StatusLine QPushButton { font-size: ${label_px}px; padding: 2px 8px; }
QPushButton[role="flat"]:hover, QToolButton[role="flat"]:hover { background: $raised; }
QPushButton[role="choice"] { background: transparent; color: $muted; padding: 6px 12px; }
QPushButton[role="choice"]:hover { color: $text; background: $raised; }
QPushButton[role="choice"]:checked { background: $raised; color: $text; font-weight: 600; }

QLineEdit, QSpinBox, QDoubleSpinBox, QPlainTextEdit, QTextEdit {
    background: $bg; border: 1px solid $line_strong; border-radius: ${small}px; padding: 4px 7px;
    selection-background-color: $accent; selection-color: $on_accent; placeholder-text-color: $dim;
}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus { border-color: $accent; }
QLineEdit[role="value"] { background: transparent; border: 1px solid transparent; padding: 0 2px; }
QLineEdit[role="value"]:disabled { color: $dim; }
QLineEdit[role="value"]:hover { border-color: $line_strong; }
QLineEdit[role="value"]:focus { background: $bg; border-color: $accent; color: $text; }
QComboBox { background: $raised; border: 1px solid $line_strong; border-radius: ${small}px; padding: 4px 8px; min-height: 18px; }
QComboBox:focus { border-color: $accent; }
QComboBox::drop-down { border: none; width: 18px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $line_strong; selection-background-color: $accent;
    selection-color: $on_accent; outline: 0; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator, QTableView::indicator, QListWidget::indicator {
    width: 14px; height: 14px; border: 1px solid $line_strong; border-radius: 3px; background: $bg;
}
QCheckBox::indicator:checked, QTableView::indicator:checked, QListWidget::indicator:checked {
    background: $accent; border-color: $accent;
}
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $dim; }
QRadioButton { spacing: 8px; }
QRadioButton::indicator { width: 12px; height: 12px; border: 1px solid $line_strong; border-radius: 7px; background: $bg; }
QRadioButton::indicator:checked { border: 4px solid $accent; width: 6px; height: 6px; background: $on_accent; }

QListWidget, QListView, QTreeView, QTableView {
    background: $bg; border: 1px solid $line; border-radius: ${card}px; outline: 0; padding: 4px;
}
QListWidget::item { padding: 5px 8px; border-radius: ${small}px; }
QListWidget::item:hover { background: $raised; }
QListWidget::item:selected { background: $accent; color: $on_accent; }
QListWidget[role="ticks"]::item:selected { background: $raised; color: $text; }
QListWidget:focus { border-color: $accent; }
QTableView { selection-background-color: $raised; selection-color: $text; }
QTableView::item { padding: 0 6px; }
QTableView QTableCornerButton::section { background: $raised; border: none; }
QTreeView::item { padding: 4px 6px; }
QTreeView::item:hover { background: $raised; }
QTreeView::item:selected { background: $accent; color: $on_accent; }
QTreeView::item:disabled { color: $dim; background: transparent; }
QFileDialog QToolButton { padding: 3px; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QHeaderView::section { background: $raised; color: $muted; border: none; padding: 4px 8px; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar { background: transparent; }
QScrollBar:vertical { width: 10px; margin: 1px; }
QScrollBar:horizontal { height: 10px; margin: 1px; }
QScrollBar::handle { background: $line_strong; border-radius: 4px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: $dim; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $line_strong; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $proposed; border-radius: 2px; }

QWidget#StatusLine { background: $panel; border-top: 1px solid $line; }
QFrame[role="card"] { background: $raised; border: 1px solid $line; border-radius: ${card}px; }
QFrame[role="notice"] { background: $raised; border: 1px solid $warn; border-radius: ${card}px; }
""")


def sheet(tokens: Theme) -> str:
    """The style sheet of a theme."""
    sizes = {"text_px": TEXT_PX, "label_px": LABEL_PX, "title_px": TITLE_PX, "small": BUTTON_RADIUS_PX, "card": CARD_RADIUS_PX}
    return _SHEET.substitute(tokens.tokens(), **{name: str(value) for name, value in sizes.items()})


def apply(application: QApplication, tokens: Theme) -> None:
    """Make a theme the window's: palette, faces and sheet, and repaint what is drawn by hand."""
    theme.use(tokens)
    application.setFont(theme.font())
    application.setPalette(_palette(tokens))
    application.setStyleSheet(sheet(tokens))
    for widget in application.allWidgets():
        widget.update()


def _palette(tokens: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for target, name in (
        (role.Window, "panel"),
        (role.Base, "bg"),
        (role.AlternateBase, "panel"),
        (role.Button, "raised"),
        (role.ToolTipBase, "raised"),
        (role.WindowText, "text"),
        (role.Text, "text"),
        (role.ButtonText, "text"),
        (role.ToolTipText, "text"),
        (role.PlaceholderText, "dim"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "on_accent"),
        (role.Link, "accent"),
    ):
        palette.setColor(target, tokens.colour(name))
    return palette
