"""An image classification workbench for people who do not program."""

__version__ = "0.1.0"
