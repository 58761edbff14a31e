"""Tunes in ABC notation: the book, its fields, and the music code of a tune."""
