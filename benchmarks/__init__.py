"""Benchmarks that anyone can run again: `uv run python -m benchmarks NAME --data FOLDER`."""
