"""One file per exchange format; discovered, never listed."""
