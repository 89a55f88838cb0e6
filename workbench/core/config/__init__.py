"""Every setting of a training run, declared once; no torch."""
