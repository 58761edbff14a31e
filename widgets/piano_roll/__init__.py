"""The roll: notes, ghosts, tools and lanes."""
