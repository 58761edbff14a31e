"""The song seen from afar."""
