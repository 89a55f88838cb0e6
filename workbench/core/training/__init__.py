"""From a split to a checkpoint: `fit` trains, `checkpoint` keeps."""
