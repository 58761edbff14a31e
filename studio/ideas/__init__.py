"""Ideas: states of the song worth going back to, as a tree beside linear undo (workstation.md 6.5)."""
