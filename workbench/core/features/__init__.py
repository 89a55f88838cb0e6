"""Features of photos: one forward pass through a trained network, by whatever is quickest here."""
