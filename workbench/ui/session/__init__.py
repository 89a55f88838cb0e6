"""What the window knows, and the threads and engines that change it."""
