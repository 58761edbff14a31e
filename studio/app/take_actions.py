"""Rows of the action table about takes, and how their panel, their lanes and the Generate panel hear of each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt

from studio.app import take_drops
from studio.app.actions import ROLL, TRACKS
from studio.app.actions import Entry as AnyEntry
from studio.app.desk import Desk
from studio.app.level_matching import LevelMatching
from studio.audio.swap import SWAPS, Swap
from studio.edits.hearing import HEARINGS, Hearing
from studio.generation.judging import MOST_POINTS, ORDERS, Order
from studio.generation.origin_words import origins_told
from studio.words import tr
from widgets.dialogs.origin import OriginDialog
from widgets.panels.take_acts import ORDER_WORDS
from widgets.panels.take_tools import HEARING_TIPS, HEARING_WORDS, SWAP_WORDS

Entry = AnyEntry[Desk]
MENU, BOTH = "Generate/Takes", (ROLL, TRACKS)


def _has_takes(desk: Desk) -> bool:
    take_set = desk.session.tray.current
    return take_set is not None and bool(take_set.takes)


def _has_trash(desk: Desk) -> bool:
    tray = desk.session.tray
    return tray.discarded is not None or (tray.current is not None and bool(tray.current.trashed))


def _has_generated_selected(desk: Desk) -> bool:
    return bool(desk.session.selection.note_ids)


def _on_shown(name: str, text: str, act: Callable[[Desk, int], object], tip: str, *keys: str) -> Entry:
    """Something done with the take that is shown."""
    return Entry(name, text, MENU, lambda d: d.window.takes.acts.on_shown(lambda index: act(d, index)), keys,
                 enabled=_has_takes, tip=tip)  # fmt: skip


def _points(number: int) -> Entry:
    words = f"{number} points" if number > 1 else "1 point" if number else "No points"
    return _on_shown(f"rate {number}", words, lambda d, index: d.window.takes.acts.rate(index, number),
                     "Give the shown take points, from 1 to 5; in the takes panel the digits do")  # fmt: skip


def _order(order: Order) -> Entry:
    return Entry(f"takes {order}", ORDER_WORDS[order], "Generate/Takes/Order", lambda d: d.window.takes.acts.sort(order),
                 enabled=_has_takes, checked=lambda d: _has_takes(d) and _order_of(d) == order,
                 tip="The order in which takes are listed")  # fmt: skip


def _order_of(desk: Desk) -> Order:
    take_set = desk.session.tray.current
    return take_set.order if take_set is not None else "made"


def _hearing(name: Hearing) -> Entry:
    return Entry(f"hear takes {name}", HEARING_WORDS[name], "Generate/Takes/Heard", lambda d: d.session.proposing.hear_in(name),
                 checked=lambda d: d.session.proposing.hearing == name, tip=HEARING_TIPS[name])  # fmt: skip


def _swap(swap: Swap) -> Entry:
    return Entry(f"swap {swap}", SWAP_WORDS[swap], "Generate/Takes/Another take is heard", lambda d: _swap_at(d, swap),
                 checked=lambda d: d.session.swap == swap, tip="When another take is heard while the music plays")  # fmt: skip


def _swap_at(desk: Desk, swap: Swap) -> None:
    desk.session.swap = swap
    desk.session.tray.changed.emit()


def _toggle_match(desk: Desk) -> None:
    desk.session.proposing.match_loudness(not desk.session.proposing.matches_loudness)


def _turn_aside(desk: Desk) -> None:
    """The set put aside last; called again, the one before it."""
    aside = desk.session.tray.aside
    if aside:
        desk.session.tray.turn_to(aside[-1])
    else:
        desk.session.say(tr("There are no takes of other bars."))


def show_origins(desk: Desk) -> None:
    """Where the selected notes come from, to read and to ask for again."""
    session, roll = desk.session, desk.window.roll
    told = origins_told(session.song, session.selection.note_ids, roll.title_of_model)
    if not told:
        session.say(tr("Select notes of the song first: they are told by their takes."), is_error=True)
        return
    dialog = OriginDialog(told, desk.window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.repeat_wanted.connect(lambda origin, more: desk.window.takes.acts.repeat(origin, more=more))
    dialog.open()


TAKES = (
    Entry("take lanes", "Lanes of takes", "Generate", lambda d: d.window.roll.toggle_take_lanes(), ("Shift+X",), BOTH,
          checked=lambda d: d.window.roll.view.take_lanes.is_unfolded, enabled=_has_takes,
          tip="A lane under the notes for each take: click shows one, a swipe over bars takes them from it"),
    Entry("one more take", "One more take", "Generate", lambda d: d.window.takes.acts.one_more(), ("Ctrl+PgDown",),
          enabled=_has_takes, tip="The same request with the next seed; all takes stay"),
    _on_shown("star take", "Star the take", lambda d, index: d.session.tray.star(index),
              "A starred take stays when more are made"),
    *(_points(number) for number in range(MOST_POINTS + 1)),
    _on_shown("name take", "Name the take...", lambda d, index: d.window.takes.acts.name_wanted.emit(index),
              "A few words that stand on its card and in its lane"),
    _on_shown("trash take", "Take into the trash", lambda d, index: d.window.takes.acts.trash(index),
              "Out of the list; it can be recovered"),
    Entry("recover takes", "Recover takes from the trash", MENU, lambda d: d.window.takes.acts.recover(), enabled=_has_trash,
          tip="All that lie in it are listed again; else those that were put away last come back"),
    _on_shown("take again", "Run the take again", lambda d, index: d.window.takes.acts.again(index),
              "Its request with its own seed, on the present song"),
    _on_shown("more like take", "More like this take", lambda d, index: d.window.takes.acts.more(index),
              "Its request with the next seed"),
    _on_shown("promote take", "Promote to a new track", lambda d, index: d.window.takes.acts.promote(index),
              "The take on a track of its own, beside what was there"),
    _on_shown("lay take", "Lay it at the edit cursor", lambda d, index: d.window.takes.acts.lay(index),
              "The take on the track in front, at the bar of the edit cursor"),
    Entry("takes elsewhere", "Takes of other bars", MENU, _turn_aside, enabled=lambda d: bool(d.session.tray.aside),
          tip="Judged takes of other bars that wait to be kept"),
    *(_order(order) for order in ORDERS),
    *(_hearing(name) for name in HEARINGS),
    *(_swap(swap) for swap in SWAPS),
    Entry("equal loudness", "Equally loud", MENU, _toggle_match, checked=lambda d: d.session.proposing.matches_loudness,
          tip="Hear takes as loud as what was there, so that the louder one does not win"),
    Entry("origin of notes", "Where these notes come from...", "Generate", show_origins, ("I",), (ROLL,),
          enabled=_has_generated_selected, tip="Which take of which model the selected notes are, and who edited them"),
)  # fmt: skip


def wire(desk: Desk) -> None:
    """Panels, lanes and settings."""
    window, session, acts = desk.window, desk.session, desk.window.takes.acts
    acts.repeat_wanted.listen(lambda request, seed, keeps: window.generate.repeat(request, seed, keeps_all=keeps))
    window.roll.more_wanted.listen(acts.one_more)
    window.roll.take_acted.listen(acts.act)
    settings = desk.store.settings
    session.swap = next((swap for swap in SWAPS if swap == settings.take_swap), "beat")
    session.proposing.matches_loudness = settings.equal_loudness
    session.tray.changed.listen(lambda: _remember(desk))
    take_drops.wire(desk)
    LevelMatching(session, desk.engines.render, lambda: _soundfont(desk))


def _remember(desk: Desk) -> None:
    """How takes are heard is kept for the next start."""
    settings, session = desk.store.settings, desk.session
    wanted = replace(settings, take_swap=session.swap, equal_loudness=session.proposing.matches_loudness)
    if wanted != settings:
        desk.store.change(wanted)


def _soundfont(desk: Desk) -> Path | None:
    return Path(desk.store.settings.soundfont) if desk.store.settings.soundfont else None
