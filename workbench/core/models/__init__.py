"""A trained model: its file, and what predicts with it."""
