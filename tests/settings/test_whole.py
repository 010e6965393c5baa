"""Is a file written whole, or left as it was?"""

from pathlib import Path

import pytest

from netmon.settings.whole import write_whole


def test_a_file_keeps_its_mode_and_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "a.yaml"
    write_whole(path, "Xã: 1\r\n")
    assert path.read_bytes() == "Xã: 1\r\n".encode()
    path.chmod(0o640)
    write_whole(path, "b: 2\n")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("b: 2\n", 0o640)
    assert [each.name for each in path.parent.iterdir()] == ["a.yaml"]


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError):
        write_whole(tmp_path / "a", "text")
    assert [each.name for each in tmp_path.iterdir()] == ["a"]
