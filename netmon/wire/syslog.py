"""What does a line of syslog say?

RFC 5424, RFC 3164 and what devices send instead: Cisco counts its lines, Huawei writes the year, some leave the
priority out. Whatever it is, what counts is the text; nothing in it is believed but by those who know the sender.
"""

import re

from netmon.wire.text import clean

LONGEST = 1024
"""Octets that are looked at: RFC 3164's limit, and a bound for every regular expression."""
PRIORITY = re.compile(r"<(\d{1,3})>")
MARK = b"\xef\xbb\xbf"
"""RFC 5424, 6.4: a message in UTF-8 begins with a byte order mark."""


def text(datagram: bytes) -> str:
    """The line, without its priority, as printable characters; "" if there is none in it.

    A priority over 191 (23 facilities, 8 severities) is no syslog, and nor is a line without a single letter.
    """
    line = clean(datagram[:LONGEST].replace(MARK, b"").replace(b"\x00", b" "), LONGEST)
    found = PRIORITY.match(line)
    if found is not None:
        if int(found[1]) > 191:
            return ""
        line = line[found.end() :].lstrip()
    return line if any(character.isalpha() for character in line) else ""
