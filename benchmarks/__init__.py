"""Measurements. Each prints a ratio against a peer or a floor taken in the same run on the same data."""
