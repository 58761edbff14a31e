"""XML without surprises: no document type of its own, no entities, no network, limits on depth; measure by measure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from studio.errors import UnreadableFile
from studio.files import limits
from studio.words import tr

CHUNK_BYTES = 1 << 20

MOST_KEPT = 300_000
"""Elements held at once: a measure has hundreds, the head of a score thousands."""


class BrokenXml(UnreadableFile):
    """The text ends or goes wrong at some place; what stands before it was read."""


@dataclass(slots=True)
class Node:
    """An element: its children in order, its text, and the line where it begins."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def child(self, tag: str) -> Node | None:
        """The first child of this tag."""
        for child in self.children:
            if child.tag == tag:
                return child
        return None

    def all(self, tag: str) -> Iterator[Node]:
        return (child for child in self.children if child.tag == tag)

    def words(self, tag: str, default: str = "") -> str:
        """The text of the first child of this tag, trimmed."""
        found = self.child(tag)
        return found.text.strip() if found else default

    def deep(self, tag: str) -> Node | None:
        """The first element of this tag below, however deep."""
        for child in self.children:
            found = child if child.tag == tag else child.deep(tag)
            if found is not None:
                return found
        return None


def parse(data: bytes, name: str, on_element: Callable[[Node, Node], bool], watch: Callable[[int], None]) -> Node:
    """The root. `on_element(element, parent)` is called as each ends; True drops it, so that memory stays small.

    `watch(bytes done)` is called now and then and may raise. UnreadableFile names the line of what is wrong.
    """
    reader = _Reader(name, on_element)
    parser = reader.parser
    try:
        for at in range(0, len(data), CHUNK_BYTES):
            watch(at)
            parser.Parse(data[at : at + CHUNK_BYTES], False)
        parser.Parse(b"", True)
    except expat.ExpatError as problem:
        what = expat.ErrorString(problem.code)
        raise BrokenXml(
            tr(
                "«{name}», line {line}, column {column}: not well-formed XML ({what}).",
                name=name,
                line=problem.lineno,
                column=problem.offset + 1,
                what=what,
            ),
            tr("Export it again."),
        ) from problem
    except (LookupError, ValueError) as problem:
        raise UnreadableFile(
            tr("«{name}» is in a text encoding that is not known.", name=name), tr("Save it as UTF-8.")
        ) from problem
    if reader.root is None:
        raise UnreadableFile(tr("«{name}» has no content.", name=name), tr("Export it again."))
    return reader.root


class _Reader:
    """Keeps the stack of open elements while expat runs."""

    def __init__(self, name: str, on_element: Callable[[Node, Node], bool]) -> None:
        self.name = name
        self.root: Node | None = None
        self._on_element = on_element
        self._open: list[Node] = []
        self._pieces: list[str] = []
        self._kept = 0
        self._kept_before: list[int] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._pieces.append
        self.parser.EntityDeclHandler = self._entity
        self.parser.ElementDeclHandler = self.parser.AttlistDeclHandler = self.parser.NotationDeclHandler = self._own_type
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= limits.XML_DEPTH:
            raise self._refused(tr("elements lie more than {most} deep", most=limits.XML_DEPTH))
        self._pieces.clear()
        self._kept_before.append(self._kept)
        self._kept += 1
        if self._kept > MOST_KEPT:
            raise self._refused(tr("more than {most} elements in one place", most=MOST_KEPT))
        self._open.append(Node(tag.rpartition(":")[2], attributes, self.parser.CurrentLineNumber))

    def _end(self, tag: str) -> None:
        node, before = self._open.pop(), self._kept_before.pop()
        if not node.children:
            node.text = "".join(self._pieces)
        self._pieces.clear()
        if not self._open:
            self.root = node
        elif self._on_element(node, self._open[-1]):
            self._kept = before
        else:
            self._open[-1].children.append(node)

    def _own_type(self, *declaration: object) -> None:
        raise self._refused(tr("it brings a document type of its own"))

    def _entity(self, *declaration: object) -> None:
        raise self._refused(tr("it declares entities"))

    def _refused(self, why: str) -> UnreadableFile:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        return UnreadableFile(
            tr(
                "«{name}», line {line}, column {column}: {why}, and is not read.",
                name=self.name,
                line=line,
                column=column,
                why=why,
            ),
            tr("Export it again from your notation program."),
        )
