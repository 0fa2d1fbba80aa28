"""What an officer does: one file per desk, and the fold that keeps the picture true to the log."""
