"""What may be wrong with the photos of a folder: a row per check; a finding is data."""
