"""Docks that show one side of the open song."""
