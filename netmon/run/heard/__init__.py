"""What devices say unasked: traps, informs and syslog."""
