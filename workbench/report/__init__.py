"""A report as a web page or a PDF: the facts of `core.report` in words and pictures."""
