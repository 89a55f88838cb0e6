"""Those we are measured against, one a file, each as its documentation recommends."""
