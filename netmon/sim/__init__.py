"""A province that can be broken."""
