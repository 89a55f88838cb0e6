"""Random changes to training images: `registry` describes them without torch, `pipeline` does them."""
