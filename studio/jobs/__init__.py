"""Slow work: jobs, progress, lanes."""
