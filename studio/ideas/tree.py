"""Idea and Tree: immutable values. Going back to an idea and working on from there makes a branch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from studio.song.song import Song

BESIDE = "ideas"
"""The name under which the session keeps a tree beside the song."""

MOST_IDEAS = 300
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, eq=False)
class Idea:
    """A state of the song. `parent` is the idea it was made from, 0 for none; `made` an ISO time without fractions.

    `is_named`: by a person; the others were noted by themselves when a take was kept, and are the first to be forgotten.
    """

    id: int
    parent: int
    name: str
    song: Song
    made: str
    is_starred: bool = False
    is_named: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """Ideas in the order they were made. `at` is the one that the present work goes on from, 0 before the first."""

    ideas: tuple[Idea, ...] = ()
    at: int = 0
    by_id: dict[int, Idea] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {idea.id: idea for idea in self.ideas})

    @property
    def current(self) -> Idea | None:
        return self.by_id.get(self.at)

    def with_idea(self, name: str, song: Song, made: str, *, is_named: bool = False) -> Tree:
        """Another idea that grew from the present one; it is the present one then. Of too many the oldest that nobody
        named or starred goes first."""
        fresh = Idea(max(self.by_id, default=0) + 1, self.at, name[:LONGEST_NAME], song, made, is_named=is_named)
        grown = Tree((*self.ideas, fresh), fresh.id)
        while len(grown.ideas) > MOST_IDEAS:
            spare = (idea for idea in grown.ideas if not (idea.is_named or idea.is_starred) and idea.id != fresh.id)
            grown = grown.without(next(spare, grown.ideas[0]).id)
        return grown

    def going_on_from(self, idea_id: int) -> Tree:
        return Tree(self.ideas, idea_id)

    def renamed(self, idea_id: int, name: str) -> Tree:
        return self._with(replace(self.by_id[idea_id], name=name[:LONGEST_NAME], is_named=True))

    def starred(self, idea_id: int) -> Tree:
        """With the star of this idea turned."""
        idea = self.by_id[idea_id]
        return self._with(replace(idea, is_starred=not idea.is_starred))

    def without(self, idea_id: int) -> Tree:
        """Without this idea; those that grew from it hang on what it grew from."""
        parent = self.by_id[idea_id].parent
        kept = (replace(idea, parent=parent) if idea.parent == idea_id else idea for idea in self.ideas if idea.id != idea_id)
        return Tree(tuple(kept), parent if self.at == idea_id else self.at)

    def rows(self) -> Iterator[tuple[Idea, int]]:
        """Every idea with its depth, each before what grew from it, siblings in the order they were made."""
        children: dict[int, list[Idea]] = {}
        for idea in self.ideas:
            children.setdefault(idea.parent, []).append(idea)
        waiting = [(idea, 0) for idea in reversed(children.get(0, []))]
        while waiting:
            idea, depth = waiting.pop()
            yield idea, depth
            waiting += [(child, depth + 1) for child in reversed(children.get(idea.id, []))]

    def _with(self, changed: Idea) -> Tree:
        return Tree(tuple(changed if idea.id == changed.id else idea for idea in self.ideas), self.at)
