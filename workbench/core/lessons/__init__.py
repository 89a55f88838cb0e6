"""Public photos for lessons: what there is, and how they become a folder with one folder for each class."""
