"""What does a line do with the traffic that wants over it?

A queue before a line of one rate (M/M/1): the fuller the line, the longer a packet waits, up to the buffer; what is
more than the line can carry is dropped.
"""

PACKET = 12_000
"""Bits of a full packet."""
BUFFER = 0.1
"""Seconds that the longest queue takes to empty."""


def wait(offered: int, bandwidth: int) -> float:
    """Seconds in the queue, when `offered` bit/s want over a line of `bandwidth` bit/s."""
    if offered >= bandwidth:
        return BUFFER
    return min(BUFFER, PACKET / bandwidth * offered / (bandwidth - offered))


def dropped(offered: int, bandwidth: int) -> float:
    """The share of all packets that finds no room."""
    return max(0.0, 1.0 - bandwidth / offered) if offered else 0.0
