"""How good a model is, as pure functions of its predictions. NumPy only."""
