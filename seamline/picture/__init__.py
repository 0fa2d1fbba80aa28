"""What follows from the records: clashes, gaps, findings. Pure; works on candidates it is handed (law 10)."""
