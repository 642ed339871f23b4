from __future__ import annotations

import pytest

from kata_desktop.plugins import web
from kata_desktop.plugins.web import FetchFailed, fetch
from tests.support.web_site import web_site


async def test_a_page_comes_with_what_is_needed_to_ask_again() -> None:
    async with web_site(page=("<p>Grüße</p>", "text/html")) as site:
        page = await fetch(f"{site.address}/page", private_too=True)
        again = await fetch(f"{site.address}/page", etag=page.etag, private_too=True)

    assert (page.text, page.media_type, page.unchanged) == ("<p>Grüße</p>", "text/html", False)
    assert again.unchanged


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0/",
        "http://10.1.2.3/",
        "http://192.168.0.1:8080/",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
    ],
)
async def test_addresses_that_are_not_public_are_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(FetchFailed, match="not on the public internet") as refused:
        await fetch(url)
    assert not refused.value.retryable


async def test_a_redirect_into_the_own_network_is_refused() -> None:
    """Each hop is looked at anew: here a public-looking start would lead inside."""
    async with web_site() as site:
        site.redirects = {"/out": "http://[::1]:9/secret", "/loop": "/loop", "/file": "file:///etc/passwd"}
        with pytest.raises(FetchFailed, match="cannot be reached"):
            await fetch(f"{site.address}/out", private_too=True)
        with pytest.raises(FetchFailed, match="without end"):
            await fetch(f"{site.address}/loop", private_too=True)
        with pytest.raises(FetchFailed, match="no web address"):
            await fetch(f"{site.address}/file", private_too=True)


@pytest.mark.parametrize(
    "url", ["", "file:///etc/passwd", "ftp://example.org/", "http://", "http://[/", "javascript:1"]
)
async def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(FetchFailed, match="no web address"):
        await fetch(url)


async def test_errors_of_the_server_are_told_and_may_be_tried_again() -> None:
    async with web_site() as site:
        with pytest.raises(FetchFailed, match="error 404 Not Found") as missing:
            await fetch(f"{site.address}/nothing", private_too=True)
        site.refuse = 503
        with pytest.raises(FetchFailed, match="error 503") as busy:
            await fetch(f"{site.address}/nothing", private_too=True)

    assert (missing.value.retryable, busy.value.retryable) == (False, True)
    with pytest.raises(FetchFailed, match="cannot be reached") as gone:
        await fetch(f"{site.address}/gone", private_too=True)
    assert gone.value.sentence.endswith("; check the address and the network.")
    assert "ssl" not in gone.value.sentence


async def test_a_host_that_is_not_there_is_told_in_words() -> None:
    with pytest.raises(FetchFailed) as nowhere:
        await fetch("http://no-such-host.invalid/")
    assert nowhere.value.sentence == (
        "no-such-host.invalid is not known to the network; check the address and the network."
    )


async def test_a_page_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "LARGEST", 1024 * 1024)
    async with web_site(big=("x" * 3_000_000, "text/plain")) as site:
        with pytest.raises(FetchFailed, match="more than 1 MB"):
            await fetch(f"{site.address}/big", private_too=True)
