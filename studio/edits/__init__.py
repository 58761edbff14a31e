"""Pure functions from song to song, and their undo."""
