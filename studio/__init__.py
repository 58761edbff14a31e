"""Ricercar without its drawing and without its networks."""
