"""Workspaces: one table of which parts of the window each shows. Only those that work are listed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Workspace:
    """`shows` names parts of the window by their class; the rest is hidden. `shortcut` keeps its place in the whole map."""

    id: str
    title: str
    shortcut: str
    shows: frozenset[str]


COMPOSE = Workspace(
    "compose", "Compose", "Ctrl+1", frozenset({"Heading", "Arrange", "Tracks", "Roll", "Mixer", "Generate", "Takes"})
)
EXPLORE = Workspace("explore", "Explore", "Ctrl+2", frozenset({"Palette", "Attributes", "Latent", "Generate", "Takes"}))
MIX = Workspace("mix", "Mix", "Ctrl+3", frozenset({"Heading", "Arrange", "Mixer", "Generate", "Takes"}))
WORKSPACES = (COMPOSE, EXPLORE, MIX)


def workspace(workspace_id: str) -> Workspace:
    return next(entry for entry in WORKSPACES if entry.id == workspace_id)
