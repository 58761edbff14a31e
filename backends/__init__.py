"""Models: torch, no Qt."""
