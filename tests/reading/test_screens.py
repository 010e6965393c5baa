"""Are values found in what a command printed, and is nothing else of it told?"""

import pytest

from netmon.errors import BadAnswer
from netmon.reading.screens import rows


def test_an_answer_that_fits_no_template_is_not_shown() -> None:
    with pytest.raises(BadAnswer, match=r"^'show users' on cisco_ios: ") as raised:
        rows("cisco_ios", "show users", "username admin password 0 hunter2\n")
    assert "hunter2" not in str(raised.value)
    assert str(raised.value).endswith("; give a `pattern`")
