"""Opening images and preparing them for a network."""
