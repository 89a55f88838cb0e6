"""Mode *instant*: heads that are fitted to features in closed form or nearly so. NumPy and SciPy only."""

FOLDS = 5
"""So many parts take turns in a cross-validation."""
