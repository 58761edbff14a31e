"""MusicXML scores: safe parsing, and parts and measures as bars."""
