"""What surrounds the pages: rail, status strip, messages, dialogs."""
