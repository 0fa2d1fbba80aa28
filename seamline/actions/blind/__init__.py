"""Blind checks at a running node (docs/spec/blind.md): what officers do, and what the node does."""
