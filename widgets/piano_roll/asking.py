"""Asking: the dialog of a recipe over the roll, whose notes show what its settings would do."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QWidget

from widgets.dialogs.knob_dialog import KnobDialog
from widgets.piano_roll.canvas import Canvas
from widgets.piano_roll.recipes import Recipe
from widgets.piano_roll.shaping import Shaping

GAP_PX = 10


class Asking:
    """Opens one dialog at a time; the song changes when it is accepted, the picture while it is open."""

    def __init__(self, shaping: Shaping, canvas: Canvas, parent: QWidget) -> None:
        self._shaping, self._canvas, self._parent = shaping, canvas, parent
        self.dialog: KnobDialog | None = None
        shaping.ask = self.ask

    def ask(self, recipe: Recipe) -> None:
        shaping = self._shaping
        dialog = KnobDialog(recipe.title, shaping.about(recipe), recipe.knobs, shaping.values_of(recipe), self._parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.tried.connect(lambda: self._try(dialog, recipe))
        dialog.finished.connect(lambda result: self._end(dialog, recipe, result))
        self.dialog = dialog
        self._stand_beside(dialog)
        dialog.open()

    def _stand_beside(self, dialog: KnobDialog) -> None:
        """To the right of the notes that it shows changing, as far as the screen has room."""
        corner = self._canvas.mapToGlobal(QPoint(self._canvas.width() + GAP_PX, GAP_PX))
        screen = self._canvas.screen().availableGeometry()
        dialog.adjustSize()
        dialog.move(min(corner.x(), screen.right() - dialog.width()), min(corner.y(), screen.bottom() - dialog.height()))

    def _try(self, dialog: KnobDialog, recipe: Recipe) -> None:
        preview, changed, problem = self._shaping.trial(recipe.id, dialog.values())
        dialog.refuse(problem)
        self._canvas.show_trial(preview)
        self._shaping.state.show(faded=changed)

    def _end(self, dialog: KnobDialog, recipe: Recipe, result: int) -> None:
        self.dialog = None
        self._canvas.show_trial(None)
        self._shaping.state.show(faded=frozenset())
        self._canvas.window().activateWindow()  # not every desktop gives the keyboard back by itself
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        if result == QDialog.DialogCode.Accepted:
            self._shaping.apply(recipe.id, dialog.values())
