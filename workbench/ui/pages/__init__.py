"""The five pages, in the order of the work."""
