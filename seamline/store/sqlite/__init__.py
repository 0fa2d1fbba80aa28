"""The four ports on SQLite, encrypted at rest. One process at a time holds the folder."""
