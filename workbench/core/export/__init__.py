"""Taking a model along: a row per file format, and the export of networks to ONNX."""
