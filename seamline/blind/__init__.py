"""Checks on plans that are not shown (docs/spec/blind.md): pure, values in, values or a fault out."""
