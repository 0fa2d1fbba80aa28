"""Ways to carry messages to another node."""
