"""Callback addresses that are refused, however they are written."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from core.callback_address import check_addresses, check_callback, is_public
from core.errors import BadCallback
from core.messages import explain


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/", "callback_scheme"),
        ("file:///etc/passwd", "callback_scheme"),
        ("//example.org/", "callback_scheme"),
        ("example.org/told", "callback_scheme"),
        ("https://", "callback_form"),
        ("https://example.org:port/", "callback_form"),
        ("https://example.org/\r\nX: y", "callback_form"),
        ("https://example.org/a b", "callback_form"),
        ("https://example.org/" + "a" * 2000, "callback_form"),
        ("https://127.1/", "callback_form"),
        ("https://2130706433/", "callback_form"),
        ("https://0x7f000001/", "callback_form"),
        ("https://0177.0.0.1/", "callback_form"),
        ("https://user@example.org/", "callback_credentials"),
        ("https://user:word@example.org/", "callback_credentials"),
        ("http://localhost/", "callback_private"),
        ("http://LOCALHOST./", "callback_private"),
        ("http://service.localhost/", "callback_private"),
        ("http://127.0.0.1:8760/", "callback_private"),
        ("http://10.1.2.3/", "callback_private"),
        ("http://172.16.0.1/", "callback_private"),
        ("http://192.168.0.1/", "callback_private"),
        ("http://169.254.169.254/latest/meta-data", "callback_private"),
        ("http://100.100.100.200/", "callback_private"),
        ("http://168.63.129.16/", "callback_private"),
        ("http://0.0.0.0/", "callback_private"),
        ("http://224.0.0.1/", "callback_private"),
        ("http://255.255.255.255/", "callback_private"),
        ("http://[::1]/", "callback_private"),
        ("http://[::]/", "callback_private"),
        ("http://[fe80::1]/", "callback_private"),
        ("http://[fd00:ec2::254]/", "callback_private"),
        ("http://[ff02::1]/", "callback_private"),
        ("http://[::ffff:127.0.0.1]/", "callback_private"),
        ("http://[::ffff:a9fe:a9fe]/", "callback_private"),
        ("http://[64:ff9b::7f00:1]/", "callback_private"),
        ("http://[2002:7f00:1::]/", "callback_private"),
    ],
)
def test_what_is_refused(url: str, reason: str) -> None:
    with pytest.raises(BadCallback) as caught:
        check_callback(url)
    assert caught.value.details == {"reason": reason}
    assert url not in explain(caught.value, "zh")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/told?token=1",
        "http://example.org:8080",
        "https://93.184.216.34/",
        "https://[2606:2800:220:1::1]:8443/x",
        "https://[::ffff:93.184.216.34]/",
        "https://财政局.example/回调",
        "https://local.example.org/",
    ],
)
def test_what_is_accepted(url: str) -> None:
    assert check_callback(url).scheme in {"http", "https"}


def test_an_allowed_network_is_accepted_and_no_other() -> None:
    allowed = (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))
    for url in ("http://10.1.2.3/", "http://[::ffff:10.1.2.3]/", "http://[fd00::5]/"):
        check_callback(url, allowed)
    for url in ("http://10.2.0.1/", "http://localhost/"):
        with pytest.raises(BadCallback):
            check_callback(url, allowed)
    check_callback("http://localhost/", (ip_network("127.0.0.0/8"),))


def test_one_private_address_among_many_is_enough() -> None:
    with pytest.raises(BadCallback):
        check_addresses((ip_address("93.184.216.34"), ip_address("10.0.0.1")), ())


def test_teredo_is_taken_for_what_it_holds() -> None:
    assert not is_public(ip_address("2001:0:53aa:64c:0:0:80ff:fffe"))
