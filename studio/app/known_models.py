"""What is known of the models that are here, for the mark and the sidecar of exports: titles, and the data they learned from."""

from __future__ import annotations

from studio.files.made_with import About
from studio.generation.library import Library


def known_models(library: Library) -> dict[str, About]:
    """By id; models of which no card could be read are left out."""
    return {
        model.id: About(model.title, tuple((source.name, source.licence) for source in model.data))
        for model in library.cards()
        if model.card is not None
    }
