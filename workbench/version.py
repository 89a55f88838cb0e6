"""The program's version; a module of its own, because everything below the public names asks for it."""

__version__ = "0.1.0"
