"""Which addresses of the network are open to everybody, and which spellings of one are taken."""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bodega.platform.outgoing.addresses import is_public, target
from bodega.platform.outgoing.problems import Refused

pytestmark = pytest.mark.slow


@given(st.ip_addresses())
def test_what_is_not_global_is_not_called(address: IPv4Address | IPv6Address) -> None:
    assume(not address.is_global or address.is_multicast or address.is_reserved)
    assert not is_public(address)


def hidden_in(address: IPv4Address) -> list[IPv6Address]:
    """All the ways in which an IPv6 address stands for an IPv4 one: mapped, compatible, translated, NAT64 (both
    prefixes), 6to4, Teredo as server and as client."""
    number = int(address)
    prefixed = ("::ffff:0:0", "::", "::ffff:0:0:0", "64:ff9b::", "64:ff9b:1::", "2001::1", "2001:0:808:808::")
    last = [IPv6Address(int(IPv6Address(prefix)) | number) for prefix in prefixed[:5]]
    teredo = [IPv6Address((0x20010000 << 96) | (number << 64)), IPv6Address((0x20010000 << 96) | (number ^ 0xFFFFFFFF))]
    return [*last, IPv6Address((0x2002 << 112) | (number << 80)), *teredo]


@given(st.ip_addresses(v=4))
def test_no_address_of_the_old_kind_hides_in_one_of_the_new(address: IPv4Address) -> None:
    assert [inner for inner in hidden_in(address) if is_public(inner)] == []


@pytest.mark.parametrize(
    "written",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "168.63.129.16",  # noqa: S104
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1",
        "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::7f00:1", "::ffff:8.8.8.8", "64:ff9b::808:808", "100::1", "2001::1", "2001:2::1",
        "2001:10::1", "2001:db8::1", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1",
        "fec0::1", "ff02::1", "2606:4700::1111%eth0",
    ],
)  # fmt: skip
def test_these_are_not_called(written: str) -> None:
    assert not is_public(ip_address(written))


@pytest.mark.parametrize(
    "written",
    [
        "1.1.1.1",
        "8.8.8.8",
        "93.184.216.34",
        "172.32.0.1",
        "192.169.0.1",
        "223.255.255.254",
        "2606:4700::1111",
        "2a00::1",
    ],
)
def test_these_are(written: str) -> None:
    assert is_public(ip_address(written))


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """An IPv4 address as C's `inet_aton` reads it: one to four parts, each decimal, octal or hexadecimal."""
    value = int(draw(st.ip_addresses(v=4)))
    count = draw(st.integers(1, 4))
    parts = [value >> 8 * (3 - at) & 0xFF for at in range(count - 1)]
    parts.append(value & (1 << 8 * (5 - count)) - 1)
    forms = st.sampled_from(["{}", "0{:o}", "0x{:x}", "0X{:X}", "0x00{:x}"])
    return ".".join(draw(forms).format(part) for part in parts)


@given(numbers(), st.sampled_from(["", "."]))
def test_a_number_in_another_form_than_the_usual_one_is_refused(written: str, dot: str) -> None:
    usual = socket.inet_ntoa(socket.inet_aton(written))
    if written + dot == usual:
        assert target(f"http://{written}/").host == usual
    else:
        with pytest.raises(Refused):
            target(f"http://{written}{dot}/")


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "//example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/",
        "javascript:alert(1)", "http:example.com", "http://", "http:///path", "http://?x", "http://:80/",
        "http://user@example.com/", "http://user:secret@example.com/", "http://@example.com/",
        "http://example.com@127.0.0.1/", "http://example.com\\@127.0.0.1/", "http:\\\\127.0.0.1\\",
        "http://exa mple.com/", "http://example.com/a b", "http://example.com/\r\nHost: x", "http://exam\tple.com/",
        "\x00http://example.com/", " http://example.com/", "http://example.com:99999/", "http://example.com:x/",
        "http://example.com:-1/", "http://[::1", "http://::1]/", "http://[v1.x]/", "http://[fe80::1%25eth0]/",
        "http://[::1]x/", "http://[1.2.3.4]/", "http://ex%61mple.com/", "http://127.0.0.1%00.example.com/",
        "http://-a.com/", "http://a..com/", "http://.com/", "http://" + "a" * 64 + ".com/",
        "http://" + "a." * 130 + "com/", "http://１２７.0.0.1/", "http://①②⑦.⓪.⓪.①/", "http://ⓛocalhost/",
        "http://127。0。0。1/", "http://müller.de/", "http://example.com/" + "a" * 8000, "http://0/",
        "http://127.1/", "http://1.2.3/", "http://1.2.3.4.5/", "http://256.1.1.1/", "http://example.0x/",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        target(url)


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://Example.COM", "example.com", "/"),
        ("https://example.com:443/a?b=c#d", "example.com", "/a?b=c"),
        ("http://example.com:443/", "example.com:443", "/"),
        ("http://example.com./x", "example.com.", "/x"),
        ("https://my_hook.example.com?x", "my_hook.example.com", "/?x"),
        ("https://xn--mller-kva.de/%C3%BC", "xn--mller-kva.de", "/%C3%BC"),
        ("https://example.com/ü?ü", "example.com", "/%C3%BC?%C3%BC"),
        ("http://[2606:4700:0::1111]:80/", "[2606:4700::1111]", "/"),
        ("http://8.8.8.8:8080/", "8.8.8.8:8080", "/"),
    ],
)
def test_a_plain_one_is_taken_apart_once(url: str, authority: str, path: str) -> None:
    found = target(url)
    assert (found.authority, found.path) == (authority, path)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_an_address_or_refused(url: str) -> None:
    for written in (url, f"http://{url}", f"https://example.com/{url}"):
        try:
            found = target(written)
        except Refused:
            continue
        assert re.fullmatch(r"[!-~]+", found.path)
        assert re.fullmatch(r"[a-z0-9_.:-]+", found.host)
