"""Projects and runs on disk."""
