"""Lists what the program says and a language does not: `python packaging/collect_words.py de`.

Without a code: every English sentence. What stands in calls is read from the sources; what tables declare is asked of them.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("studio", "widgets", "backends")
FIRST_SAYS = ("tr", "mark")
"""Calls whose first argument is a sentence; of `counted` it is the second and the third."""
DECLARES = {
    "Attribute": ("label", "help"),
    "Knob": ("label", "help", "choices", "unit"),
    "Column": ("title", "advice"),
    "Recipe": ("title", "about"),
}
PLACES = {
    "Attribute": {1: "label", 2: "help"},
    "Knob": {1: "label"},
    "Column": {0: "title", 4: "advice"},
    "Recipe": {1: "title", 2: "about"},
}
COUNTS = ("dropped", "changed")
"""Counters of reports: their keys are shown as they are."""


def sentences() -> dict[str, str]:
    """Every sentence the program can say, with the place that says it."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            for text, line in _said(tree):
                found.setdefault(text, f"{path.relative_to(ROOT)}:{line}")
    for text in _declared():
        found.setdefault(text, "declared in a table")
    return {text: place for text, place in found.items() if any(letter.isalpha() for letter in text)}


def missing(code: str) -> dict[str, str]:
    """What a language has no words for, with the place that says it."""
    from studio.languages import catalogue

    held = catalogue(code)
    return {text: place for text, place in sentences().items() if text not in held}


def stale(code: str) -> list[str]:
    """What a language translates though nothing says it any more."""
    from studio.languages import TITLE, catalogue
    from studio.words import SMALL

    return sorted(set(catalogue(code)) - set(sentences()) - {TITLE, SMALL})


def _said(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for text in _of_call(node):
                yield text, node.lineno
        elif isinstance(node, ast.Subscript) and _name(node.value) in COUNTS:
            for text in _texts(node.slice):
                yield text, node.lineno


def _of_call(node: ast.Call) -> Iterator[str]:
    name = _name(node.func)
    if name in FIRST_SAYS and node.args:
        yield from _texts(node.args[0])
    elif name == "counted":
        for argument in node.args[1:3]:
            yield from _texts(argument)
    elif name in DECLARES:
        places = PLACES[name]
        for at, argument in enumerate(node.args):
            if at in places:
                yield from _texts(argument)
        for keyword in node.keywords:
            if keyword.arg in DECLARES[name]:
                yield from _texts(keyword.value)


def _texts(node: ast.expr) -> Iterator[str]:
    """The literal texts of an expression: itself, either side of a choice, the elements of a tuple."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Tuple):
        for element in node.elts:
            yield from _texts(element)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _declared() -> Iterator[str]:
    """The texts of tables, some of which are put together from others."""
    from studio.app.action_table import TABLE
    from studio.app.workspaces import WORKSPACES
    from widgets.piano_roll.recipes import BY_ID

    for entry in TABLE:
        yield from (entry.text, entry.tip, *entry.menu.split("/"))
    for recipe in BY_ID.values():
        yield from (recipe.title, recipe.about)
        for knob in recipe.knobs:
            yield from (knob.label, knob.help, knob.unit, *knob.choices)
    for workspace in WORKSPACES:
        yield workspace.title


def main(code: str = "") -> int:
    """Print the sentences; 1 when the language lacks some or has stale ones."""
    listed = missing(code) if code else sentences()
    for text, place in listed.items():
        print(f"{place}: {text!r}")
    old = stale(code) if code else []
    for text in old:
        print(f"no longer said: {text!r}")
    return int(bool(code and (listed or old)))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(*sys.argv[1:2]))
