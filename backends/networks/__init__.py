"""Torch blocks shared by two families or more."""
