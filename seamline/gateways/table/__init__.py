"""Tables: CSV, and the presets of published ones."""
