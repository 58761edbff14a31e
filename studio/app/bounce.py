"""Bouncing: a song rendered to a sound file by a child process, so that the window and the sound go on undisturbed."""

from __future__ import annotations

from studio.app.beside import beside, served
from studio.app.sound_order import Bounce
from studio.children import ChildEnd
from studio.jobs.progress import Progress
from studio.words import mark

__all__ = ["Bounce", "bounced"]


def bounced(bounce: Bounce, progress: Progress) -> str:
    """Render in a child process; what the file has to be warned about, or an empty string. Cancelled leaves nothing."""
    return str(beside(serve, mark("export"), bounce, progress))


def serve(end: ChildEnd) -> None:
    served(end, _carried_out)


def _carried_out(bounce: object, progress: Progress) -> str:
    from studio.app.sound_export import carry_out
    from studio.audio import frozen

    assert isinstance(bounce, Bounce)
    if bounce.freezes:
        frozen.freeze(bounce.song, bounce.freezes, bounce.path, bounce.soundfont, progress)
        return ""
    return " ".join(carry_out(bounce, progress))
