"""Standard MIDI files: bytes to event columns to songs, and back."""
