"""The networks that can be trained: `registry` describes them without torch, `build` makes them."""
