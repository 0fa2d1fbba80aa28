"""What another party may see: whole or tear line, default deny. Pure (law 10)."""
