"""What is measured: one file a subject, its rows gathered in `benchmarks.registry`."""
