"""Time and sound."""
