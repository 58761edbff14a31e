"""Explore in the window: what Space means there, and that the pad falls silent where it is not seen."""

from __future__ import annotations

from studio.app.actions import PAD
from studio.app.desk import Desk
from studio.app.workspaces import EXPLORE, Workspace


def wire(desk: Desk) -> None:
    """Bars ask for their place on the pad; roll and takes hand phrases to the palette, requests may name them; keys."""
    window = desk.window

    # The panels of Explore are built when they are first asked for.
    def add_selection() -> None:
        window.exploring.phrases.add_selection()

    def add_take(index: int) -> None:
        window.exploring.phrases.add_take(index)

    window.when_explored = lambda view: desk.actions.give(PAD, view.latent.pad)
    window.roll.place_wanted.listen(lambda origin_id: open_place(desk, origin_id))
    window.roll.palette_wanted.listen(add_selection)
    window.takes.palette_wanted.connect(add_take)
    window.generate.offer_palette(lambda: desk.explorer.palette, desk.explorer.palette_changed)


def show_workspace(desk: Desk, workspace: Workspace) -> None:
    """Another view of the song; what the pad loops ends with its view, so that Space plays the song again."""
    if workspace is not EXPLORE:
        desk.explorer.stop()
    desk.window.show_workspace(workspace)
    if workspace is EXPLORE:
        desk.explorer.wake()
    desk.actions.refresh()


def open_place(desk: Desk, origin_id: int) -> None:
    """Show the pad as it was when these bars were made, with the pointer where they came from."""
    show_workspace(desk, EXPLORE)
    desk.window.exploring.latent.pad.commands.attempt(lambda: desk.explorer.open_place(origin_id))


def play(desk: Desk) -> None:
    """Space: in Explore the phrase under the pointer, anywhere else (and among the takes) the song."""
    if desk.explorer.is_playing:
        desk.explorer.stop()
    elif desk.window.workspace is EXPLORE and not desk.playback.is_playing and not _among_takes(desk) and desk.explorer.pad.slots:
        desk.window.exploring.latent.pad.commands.toggle_play()
    else:
        desk.explorer.stop()
        desk.playback.toggle()


def _among_takes(desk: Desk) -> bool:
    side, holder = desk.window.side, desk.window.focusWidget()
    return holder is not None and side.isAncestorOf(holder)
