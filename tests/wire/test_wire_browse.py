"""Are web addresses and pages read as browsers read them?"""

import pytest

from netmon.errors import NotServing
from netmon.wire.browse import Page, find, parsed


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("http://a.example", "http://a.example/"),
        ("https://A.example:443/x?y=1#part", "https://a.example/x?y=1"),
        ("http://a.example:8080/", "http://a.example:8080/"),
        ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443/"),
        ("http://yênbái.example/một cửa", "http://xn--ynbi-7na5c.example/m%E1%BB%99t%20c%E1%BB%ADa"),
        ("http://a.example/a%20b?c=d&e=[f]", "http://a.example/a%20b?c=d&e=[f]"),
        ("http://a.example/x\r\nHost: evil", "http://a.example/xHost:%20evil"),
    ],
)
def test_an_address(text: str, sent: str) -> None:
    assert str(parsed(text)) == sent


@pytest.mark.parametrize(
    "text", ["", "a.example", "//a/", "http://", "http://a:0x/", "http://a_b\x00c/", "http://[::1/"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError):
        parsed(text)


@pytest.mark.parametrize(
    ("location", "to"),
    [
        ("/x", "https://a.example/x"),
        ("y?z", "https://a.example/dir/y?z"),
        ("//b.example/", "https://b.example/"),
        ("http://c.example:81/", "http://c.example:81/"),
    ],
)
def test_where_a_redirect_leads(location: str, to: str) -> None:
    page = Page(status=302, fields={"location": location})
    assert str(page.onward(parsed("https://a.example/dir/page"))) == to


@pytest.mark.parametrize("location", ["javascript:alert(1)", "http://u:p@a/", "mailto:a@b", "http://\x1b[2J"])
def test_a_redirect_to_nowhere(location: str) -> None:
    with pytest.raises(NotServing) as raised:
        Page(status=302, fields={"location": location}).onward(parsed("https://a.example/"))
    assert str(raised.value).isprintable()


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("text/html", "Một cửa".encode(), "Một cửa"),
        ("text/html; charset=windows-1258", "Yên Bái".encode("cp1258"), "Yên Bái"),
        ('text/html; charset="UTF-16"', "Yên Bái".encode("utf-16"), "Yên Bái"),
        ("text/html; charset=no-such", "Yên Bái".encode(), "Yên Bái"),
        ("text/html; charset=hex", b"zz", "zz"),
        ("text/html", b"\xff\xfe", "\ufffd\ufffd"),
    ],
)
def test_the_text_of_a_page(kind: str, body: bytes, text: str) -> None:
    assert Page(fields={"content-type": kind}, body=bytearray(body)).text == text


def test_a_title_is_one_clean_line() -> None:
    body = "<TITLE lang=vi>L&#7895;i\n\x1b[31m &amp; h\u1ecfng</TITLE>".encode()
    assert Page(body=bytearray(body)).title == "Lỗi \ufffd[31m & hỏng"
    assert Page(body=bytearray(b"<title" * 50000)).title == ""


def test_what_is_found_is_what_stands_there() -> None:
    assert find("M.t", "a Một b") == "Một"
    assert find("M.t", "a M&#7897;t b") == "Một"
    assert find("M.t", "a b") is None
