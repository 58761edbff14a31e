"""The order in which written bars are played: repeats, endings, and one jump back to the top or the sign."""

from __future__ import annotations

from collections.abc import Sequence

from studio.files.notation.sheet import Bar

MOST_BARS = 100_000
"""A song's limit (reliability.md R16); a sheet that plays longer is cut there by its reader's refusal."""


def playing_order(bars: Sequence[Bar]) -> list[int]:
    """Indices into `bars`, as played. May be one longer than MOST_BARS, never more."""
    order = _repeated(bars, 0)
    for place, index in enumerate(order):
        if bars[index].jump and index not in order[place + 1 :]:  # a jump is taken the last time its bar is played
            return (order[: place + 1] + _after_jump(bars, bars[index].jump))[: MOST_BARS + 1]
    return order


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


def _after_jump(bars: Sequence[Bar], jump: str) -> list[int]:
    """From the jump's target, last endings only, to the end or over the coda sign to the coda."""
    signs = [index for index, bar in enumerate(bars) if bar.is_sign]
    at = signs[0] if jump == "sign" and signs else 0
    codas = [index for index, bar in enumerate(bars) if bar.is_coda]
    order: list[int] = []
    while at < len(bars):
        bar = bars[at]
        following = bars[at + 1].endings if at + 1 < len(bars) else frozenset()
        if not (bar.endings and following and max(following) > max(bar.endings)) or bar.leaves_for_coda:
            order.append(at)
        if bar.is_end:
            break
        if bar.leaves_for_coda and codas and codas[-1] > at:
            order += range(codas[-1], len(bars))
            break
        at += 1
    return order
