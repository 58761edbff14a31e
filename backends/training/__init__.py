"""Corpora, the training loop, evaluation."""
