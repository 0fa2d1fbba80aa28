"""How it is said: entries, trees, checkpoints, receipts, proofs. Bytes only; no I/O (law 10)."""
