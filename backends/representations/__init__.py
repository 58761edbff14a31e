"""Song regions as arrays and back."""
