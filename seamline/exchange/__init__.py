"""Talk to another node over a bad link (docs/spec/exchange.md)."""
