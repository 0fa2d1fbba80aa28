"""Message catalogues and spelling: every word a person reads, in English, Arabic and Sorani."""
