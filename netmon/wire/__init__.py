"""Protocols: bytes out, answers in. Nothing here knows of sites, metrics or verdicts."""
