"""What the pages say, as data and sentences; no widgets."""
