"""What a model is asked and what it gives back."""
