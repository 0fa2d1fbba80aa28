"""Seamline: software for joint coordination centres."""

__version__ = "0.1.0"
