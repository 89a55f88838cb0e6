"""Random changes to training images: `augmentation_rows` describes them without torch, `pipeline` does them."""
