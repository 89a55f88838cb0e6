"""Curves and confusion matrices."""
