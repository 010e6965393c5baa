"""The on-call desk: who is told what happened, by which channel, until somebody answers."""
