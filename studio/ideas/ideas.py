"""Ideas: the tree of the present song, kept beside it in the session; noting, going back, hearing, tidying."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from studio.edits.history import Edit
from studio.events import Signal
from studio.ideas.compare import Comparison, compare
from studio.ideas.tree import BESIDE, Idea, Tree
from studio.session import Session
from studio.song.song import Song
from studio.words import tr


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


class Ideas:
    """`changed()` after every change of the tree, `song_changed(before, after)` after one of the song. A kept take is noted
    by itself; names are given by people.

    Going back is an ordinary edit: undo leads to where one was, and nothing that came later is lost.
    """

    def __init__(self, session: Session, clock: Callable[[], str] = _now) -> None:
        self._session = session
        self._clock = clock
        self.tree = Tree()
        self.changed: Signal[()] = Signal()
        self.song_changed = session.song_changed
        session.opened.listen(self._adopt)
        session.kept.listen(self._note)
        self._adopt()

    def name(self, text: str) -> Idea | None:
        """Note the song as it is now under a name; None, said in a sentence, without one."""
        if not text.strip():
            self._session.say(tr("An idea needs a name. Type one."), is_error=True)
            return None
        self._change(self.tree.with_idea(text.strip(), self._session.song, self._clock(), is_named=True))
        self._session.say(tr("Noted the idea «{words}».", words=text.strip()))
        return self.tree.current

    def go_back(self, idea_id: int) -> None:
        """Make the song what it was then; further work grows from there. What is there now is noted first unless some
        idea holds it."""
        idea, now = self.tree.by_id[idea_id], self._session.song
        if not any(replace(other.song, next_id=now.next_id) == now for other in self.tree.ideas):
            self._change(self.tree.with_idea(tr("Before going back to «{idea}»", idea=idea.name), now, self._clock()))

        def restored(song: Song) -> Song:
            # Ids that were dealt since are not dealt again.
            return replace(idea.song, next_id=max(song.next_id, idea.song.next_id))

        self._session.end_preview()
        self._session.do(
            Edit(tr("Go back to «{idea}»", idea=idea.name), restored, over_locks=True, over_frozen=True), frozenset()
        )
        self._change(self.tree.going_on_from(idea_id))

    def hear(self, idea_id: int) -> None:
        """Play an idea in place of the song, from the edit cursor, until `end_hearing`."""
        self._session.preview(self.tree.by_id[idea_id].song, self._session.selection.cursor_tick)

    @property
    def is_hearing(self) -> bool:
        return self._session.is_previewing

    def end_hearing(self) -> None:
        """The song itself is what sounds again."""
        self._session.end_preview()

    def compared(self, idea_id: int, other_id: int | None = None) -> Comparison:
        """From an idea to another, or to the song as it is now."""
        after = self._session.song if other_id is None else self.tree.by_id[other_id].song
        return compare(self.tree.by_id[idea_id].song, after)

    def rename(self, idea_id: int, text: str) -> None:
        if text.strip() and text.strip() != self.tree.by_id[idea_id].name:
            self._change(self.tree.renamed(idea_id, text.strip()))

    def star(self, idea_id: int) -> None:
        self._change(self.tree.starred(idea_id))

    def prune(self, idea_id: int) -> None:
        """Forget an idea; the song stays as it is."""
        self._change(self.tree.without(idea_id))

    def _note(self, label: str) -> None:
        self._change(self.tree.with_idea(label, self._session.song, self._clock()))

    def _adopt(self) -> None:
        """Another song was opened: take what was kept beside it."""
        beside = self._session.beside.get(BESIDE)
        self.tree = beside if isinstance(beside, Tree) else Tree()
        self.changed.emit()

    def _change(self, tree: Tree) -> None:
        self.tree = tree
        self._session.keep_beside(BESIDE, tree)
        self.changed.emit()
