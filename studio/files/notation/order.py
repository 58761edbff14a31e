"""The order in which written bars are played: repeats, endings, and jumps to the top, a sign or a coda."""

from __future__ import annotations

from collections.abc import Sequence

from studio.files.notation.settling import settle_codas, settle_endings
from studio.files.notation.sheet import Bar, Sheet

MOST_BARS = 100_000
"""A song's limit (reliability.md R16); a sheet that plays longer is cut there by its reader's refusal."""

MOST_JUMPS = 64


def order_of_passages(sheet: Sheet) -> list[int]:
    """Indices into the sheet's bars, as played. May be one longer than MOST_BARS, never more."""
    settle_codas(sheet.bars)
    settle_endings(sheet.bars)
    order: list[int] = []
    for first, last in sheet.passages or [(0, len(sheet.bars))]:
        order += [first + index for index in playing_order(sheet.bars[first:last])]
        if len(order) > MOST_BARS:
            break
    return order[: MOST_BARS + 1]


def playing_order(bars: Sequence[Bar]) -> list[int]:
    """Indices into `bars`, as played. May be one longer than MOST_BARS, never more."""
    order, begin = _repeated(bars, 0), 0
    taken: set[int] = set()
    while len(taken) < MOST_JUMPS and len(order) <= MOST_BARS:
        place = _first_jump(bars, order, begin, taken)
        if place is None:
            break
        taken.add(order[place])
        order = order[: place + 1]
        begin = len(order)
        order += _after_jump(bars, _target(bars, order[-1]))
    return order[: MOST_BARS + 1]


def _first_jump(bars: Sequence[Bar], order: list[int], begin: int, taken: set[int]) -> int | None:
    """The place of the first jump from `begin` on. A jump is taken once, the last time its bar is played."""
    last = {index: place for place, index in enumerate(order)}
    for place in range(begin, len(order)):
        index = order[place]
        if bars[index].jump and index not in taken and last[index] == place:
            return place
    return None


def _target(bars: Sequence[Bar], at: int) -> int:
    """Where the jump of this bar goes: the sign it names, else the nearest before it, else the top."""
    if bars[at].jump != "sign":
        return 0
    signs = [index for index, bar in enumerate(bars) if bar.is_sign]
    named = [index for index in signs if bars[at].jump_name and bars[index].sign_name == bars[at].jump_name]
    before = [index for index in signs if index <= at]
    return (named or before[-1:] or signs or [0])[0]


def _repeated(bars: Sequence[Bar], first: int) -> list[int]:
    order: list[int] = []
    at, start, turn, was_ending = first, first, 1, False
    while at < len(bars) and len(order) <= MOST_BARS:
        bar = bars[at]
        if at != start and (bar.starts_repeat or (was_ending and not bar.endings)):
            start, turn = at, 1  # the endings of the last passage are behind us
        was_ending = bool(bar.endings)
        if bar.endings and turn not in bar.endings:
            at += 1
            continue
        order.append(at)
        if bar.repeat_times and _goes_back(bars, at, turn):
            turn += 1
            at = start
            was_ending = False
            continue
        if bar.repeat_times or (bar.ends_section and not bar.endings):
            start, turn = at + 1, 1
        at += 1
    return order


def _goes_back(bars: Sequence[Bar], at: int, turn: int) -> bool:
    bar = bars[at]
    if not bar.endings:
        return turn < bar.repeat_times
    following = bars[at + 1].endings if at + 1 < len(bars) else frozenset()
    is_only_ending = not following and bar.endings == {1} and turn == 1
    return turn + 1 in bar.endings or turn + 1 in following or is_only_ending


def _after_jump(bars: Sequence[Bar], at: int) -> list[int]:
    """From a jump's target to the end, or over the coda sign to the coda; last endings only, and no repeat but
    one that asks; in the coda all of them, for it was not played before."""
    order: list[int] = []
    start, turn = at, 1
    while at < len(bars) and len(order) <= MOST_BARS:
        bar = bars[at]
        if bar.starts_repeat and at != start:
            start, turn = at, 1
        following = bars[at + 1].endings if at + 1 < len(bars) else frozenset()
        is_passed = bool(bar.endings and following and max(following) > max(bar.endings)) and not bar.leaves_for_coda
        if not is_passed:
            order.append(at)
        if bar.is_end and not is_passed:
            break
        coda = _coda_after(bars, at) if bar.leaves_for_coda else None
        if coda is not None:
            return order + _repeated(bars, coda)
        if bar.repeats_after_jump and not bar.endings and turn < bar.repeat_times:
            at, turn = start, turn + 1
            continue
        at += 1
    return order


def _coda_after(bars: Sequence[Bar], at: int) -> int | None:
    codas = [index for index in range(at + 1, len(bars)) if bars[index].is_coda]
    named = [index for index in codas if bars[at].leaves_name and bars[index].coda_name == bars[at].leaves_name]
    found = named or codas[-1:]
    return found[0] if found else None
