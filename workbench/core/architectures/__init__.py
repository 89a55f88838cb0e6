"""The networks that can be trained: `architecture_rows` describes them without torch, `build` makes them."""
