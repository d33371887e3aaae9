"""Files that pages load: the same bytes packed or not, kept no longer than their address says."""

from __future__ import annotations

import httpx

from assistant.page.frame import ASSETS

SCRIPT = "/assets-cewen/core.js"


def test_a_script_is_packed_for_who_takes_it(http: httpx.Client) -> None:
    plain = http.get(SCRIPT, headers={"Accept-Encoding": "identity"})
    packed = http.get(SCRIPT, headers={"Accept-Encoding": "gzip, br"})
    assert packed.content == plain.content == (ASSETS / "core.js").read_bytes()
    assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < len(plain.content) / 2
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
    head = http.head(SCRIPT, headers={"Accept-Encoding": "gzip"})
    assert head.headers["Content-Length"] == str(len(plain.content)) and not head.content


def test_only_an_address_with_a_version_is_kept_unasked(http: httpx.Client) -> None:
    assert "immutable" in http.get(f"{SCRIPT}?17").headers["Cache-Control"]
    first = http.get(SCRIPT)
    assert first.headers["Cache-Control"] == "no-cache"
    again = http.get(SCRIPT, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.content


def test_pictures_go_as_they_are_and_nothing_else_of_the_disk_goes(http: httpx.Client) -> None:
    picture = http.get("/assets-cewen/favicon.png")
    assert "Content-Encoding" not in picture.headers and picture.content[:4] == b"\x89PNG"
    assert http.get("/assets-cewen/none.js").status_code == 404
    assert http.get("/assets-cewen/%2e%2e/frame.py").status_code == 404


def test_the_charts_library_is_a_third_packed(http: httpx.Client) -> None:
    packed = http.get("/charts-cewen/plotly.min.js")
    assert int(packed.headers["Content-Length"]) < len(packed.content) / 3
