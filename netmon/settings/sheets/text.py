"""What does a cell's text say, whatever it was typed with?

Old spreadsheets are in TCVN3: an ABC font (.VnTime) shows the letter `a with grave` where the file has U+00B5. The
table is that of TCVN 5712:1993, set VN2, which the capitals without a tone and all small letters share with VN3.
"""

import re
import unicodedata
from collections.abc import Iterable

ABC_FIRST = 0xA1
ABC = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứự"
    "ỳỷỹýỵ"
)
"""What the codes from 0xA1 to 0xFE stand for."""

_TABLE = {ABC_FIRST + n: letter for n, letter in enumerate(ABC)}
# Letters that Vietnamese in Unicode has too say nothing; what is left are signs that stand in no Vietnamese word.
_STRONG = "".join(chr(code) for code in _TABLE if chr(code) not in "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý")
_SIGN = re.compile(f"(?<=[A-Za-z\xc0-\xff])[{re.escape(_STRONG)}]|[{re.escape(_STRONG)}](?=[A-Za-z])")
_UNICODE = re.compile(
    "[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u0300-\u0323\u1ea0-\u1ef9]"
)
_DENSE = 0.3
_SURE = 2


def speaks_abc(texts: Iterable[str]) -> bool:
    """Is this sheet typed in TCVN3? By the share of its texts beyond ASCII that have such signs inside words."""
    beyond = [text for text in texts if not text.isascii()]
    signs = sum(1 for text in beyond if _SIGN.search(text) and not _UNICODE.search(text))
    return signs > _DENSE * len(beyond)


def from_abc(text: str, dense: bool) -> str:
    """The text in Unicode. In a sheet that is not `dense` with TCVN3, a text needs two signs to be taken for it."""
    if text.isascii() or _UNICODE.search(text) or not (dense or len(_SIGN.findall(text)) >= _SURE):
        return text
    return " ".join(_capitals(word) for word in text.split(" "))


def _capitals(word: str) -> str:
    """A word of capitals was shown by a font of capitals (.VnTimeH), which has them at the codes of small letters."""
    plain = [one for one in word if one.isascii() and one.isalpha()]
    read = word.translate(_TABLE)
    loud = len(plain) > 1 and all(one.isupper() for one in plain)
    return read.upper() if loud else read


def clean(text: str) -> str:
    """NFC, one space between words, nothing invisible."""
    shown = (" " if unicodedata.category(one) in ("Cc", "Zs", "Zl", "Zp") and one != "\n" else one for one in text)
    kept = "".join(one for one in shown if unicodedata.category(one) not in ("Cf", "Cs", "Co", "Cn"))
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", kept).split("\n"))
    return "\n".join(line for line in lines if line)
