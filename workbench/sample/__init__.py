"""A small image folder drawn by the program itself, to try everything with: `folder.draw_folder`."""
