"""The program: parse, call, print."""
