"""Translator: what Qt's own `tr` and its dialogs say, in the language that was chosen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from studio.languages import ENGLISH
from studio.words import tr


class Translator(QTranslator):
    """Answers `self.tr(...)` from the catalogue that `studio.words` speaks from: one mechanism, one file a language."""

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str:
        return tr(sourceText)

    def isEmpty(self) -> bool:
        return False


def install(application: QCoreApplication, code: str) -> None:
    """From now on Qt speaks this language as well. Its own file is asked first: it knows its dialogs by their contexts."""
    if code == ENGLISH:
        return
    ours, theirs = Translator(application), QTranslator(application)
    application.installTranslator(ours)
    if theirs.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(theirs)
