"""What waits for an officer, one file a desk; `attention` puts it in order. New desks add a line there."""
