"""Exploring a latent space: the pad, its points and paths, and how they become bars."""
