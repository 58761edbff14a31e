"""Ricercar without its drawing and without its networks."""

VERSION = "0.1.0"
