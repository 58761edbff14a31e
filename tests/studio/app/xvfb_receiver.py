"""Another program that music is dropped into: takes one drop, tells as JSON what it was, and ends.

Run as a script under a display. It knows nothing of Ricercar.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

PLACE = (1200, 100, 400, 400)
PATIENCE_MS = 120_000


class Receiver(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setGeometry(*PLACE)
        self._is_seen = False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Once it is on the screen it can be dropped on."""
        if not self._is_seen:
            self._is_seen = True
            print("ready", flush=True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        mime = event.mimeData()
        paths = [Path(url.toLocalFile()) for url in mime.urls()]
        told = {
            "action": event.dropAction().name,
            "formats": mime.formats(),
            "files": {str(path): base64.b64encode(path.read_bytes()).decode() for path in paths},
            "midi": base64.b64encode(bytes(mime.data("audio/midi").data())).decode(),
            "notes": json.loads(bytes(mime.data("application/x-ricercar-notes+json").data())),
        }
        event.acceptProposedAction()
        print(json.dumps(told), flush=True)
        QTimer.singleShot(200, QApplication.quit)  # once the other side has heard that it was taken


def main() -> int:
    application = QApplication(sys.argv)
    receiver = Receiver()
    receiver.show()
    QTimer.singleShot(PATIENCE_MS, application.quit)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
