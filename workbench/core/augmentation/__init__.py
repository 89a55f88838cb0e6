"""Random changes to training images: `augmentation_rows` describes them, `pipeline` does them with torch."""
