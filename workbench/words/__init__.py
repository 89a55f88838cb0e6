"""Sentences for what `core` says in codes and values. No Qt: window, command line and Python share them."""
