"""Words: what the user reads, in the language that was chosen; the English sentence itself is its key.

Every layer says `tr("Keep take {number}", number=3)`: a whole sentence with named places, never one put together from
pieces, so that another language may order it otherwise. `counted` chooses between one and many.
"""

from __future__ import annotations

from collections.abc import Mapping

_words: dict[str, str] = {}


def use(words: Mapping[str, str]) -> None:
    """From now on these sentences stand for the English ones that are their keys."""
    _words.clear()
    _words.update(words)


def tr(text: str, **values: object) -> str:
    """The sentence in the user's language with its places filled; the English one where there is no other."""
    found = _words.get(text, text)
    return found.format(**values) if values else found


def counted(number: int, one: str, many: str, **values: object) -> str:
    """`one` for 1, else `many`, each with a place for {n}: counted(3, "{n} note", "{n} notes")."""
    return tr(one if number == 1 else many, n=number, **values)
