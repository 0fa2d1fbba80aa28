"""Looking after an installation: backup, restore, a new key; what is wrong and what to do about it."""
