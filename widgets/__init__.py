"""Drawing and gestures."""
