"""From a folder to a fair split: `scan` gives a `Catalog`, `make_split` gives a `Split`."""
