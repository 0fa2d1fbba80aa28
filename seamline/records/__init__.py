"""What is said: one record kind a file, one line each in the registry."""
