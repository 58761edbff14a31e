"""Words: what the user reads, in the language that was chosen; the English sentence itself is its key.

Every layer says `tr("Keep take {number}", number=3)`: a whole sentence with named places, never one put together from
pieces, so that another language may order it otherwise. `counted` chooses between one and many. Words that stand in a
table are declared before a language is known: `mark` names them for the catalogue, whoever shows them says `tr`.
"""

from __future__ import annotations

from collections.abc import Mapping

SMALL = "Labels within a sentence are written small."
"""A key of the catalogue, not a sentence of the program: where its translation is empty, labels stay as they are."""

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
    return tr(one if number == 1 else many, **{"n": number, **values})


def mark(text: str) -> str:
    """The same text, declared as one that is shown later: whoever shows it says `tr`."""
    return text


def within(label: str) -> str:
    """A translated label as it stands within a sentence: small in English, unchanged in languages with capital nouns."""
    return label.lower() if _words.get(SMALL, SMALL) else label


def begun(words: str) -> str:
    """Words as they begin a sentence: the first letter large, the others as they are."""
    return words[:1].upper() + words[1:]
