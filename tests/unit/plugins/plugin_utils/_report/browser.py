# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Chromium without a screen, asked through its pipe for the DevTools protocol: one browser for many looks at pages."""

from __future__ import annotations

import json
import os
import select
import subprocess
from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

PROGRAM = "chromium"
_ALONE = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
)
_DEADLINE_S = 120


class Browser:
    """A browser of its own in a folder of its own, which ends with the block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self._left = b""
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Browser:
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        command = [PROGRAM, *_ALONE, f"--user-data-dir={self._folder}", "--remote-debugging-pipe", "about:blank"]
        # The browser reads what it is asked from 3, and answers on 4.
        shell = f'exec "$@" 3<&{to_browser} 4>&{from_browser}'
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["bash", "-c", shell, "bash", *command],
                pass_fds=(to_browser, from_browser),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        os.close(to_browser)
        os.close(from_browser)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._write)  # at which it ends
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._read)

    def ask(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """What it answers. Events that come before that are kept."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": params, **({"sessionId": session} if session else {})}
        os.write(self._write, json.dumps(asked).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._number:
                assert "error" not in told, told
                result: dict[str, Any] = told["result"]
                return result
            self.events.append(told)

    def wait_for(self, event: str) -> None:
        while not any(told.get("method") == event for told in self.events):
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            ready, _writable, _failed = select.select([self._read], [], [], _DEADLINE_S)
            assert ready, f"chromium does not answer; {self._folder / 'log'} says more"
            part = os.read(self._read, 1 << 20)
            assert part, f"chromium has ended: {(self._folder / 'log').read_text(errors='replace')[-2000:]}"
            self._left += part
        message, _separator, self._left = self._left.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        return told


class Tab:
    """A page as it is shown at a width, in light or in dark."""

    def __init__(self, browser: Browser, path: Path, width: int, scheme: str) -> None:
        self._browser = browser
        browser.events.clear()
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._target = target
        for domain in ("Page", "Network", "Log", "Runtime"):
            self._ask(f"{domain}.enable")
        self._ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600
        )
        self._ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self._ask("Page.navigate", url=path.as_uri())
        browser.wait_for("Page.loadEventFired")

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        return self._browser.ask(method, self._session, **params)

    def value(self, script: str) -> Any:
        """The value of an expression in the page."""
        told = self._ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    @property
    def requests(self) -> Sequence[str]:
        """All that the page has asked for, itself first."""
        return [each["params"]["request"]["url"] for each in self._told("Network.requestWillBeSent")]

    @property
    def complaints(self) -> Sequence[str]:
        """What the console has."""
        logged = [each["params"]["entry"]["text"] for each in self._told("Log.entryAdded")]
        written = [str(each["params"]["args"]) for each in self._told("Runtime.consoleAPICalled")]
        return [*logged, *written, *(str(each["params"]) for each in self._told("Runtime.exceptionThrown"))]

    def picture(self) -> bytes:
        """The whole page as PNG."""
        told = self._ask("Page.captureScreenshot", captureBeyondViewport=True)
        return b64decode(told["data"])

    def close(self) -> None:
        self._browser.ask("Target.closeTarget", targetId=self._target)

    def _told(self, method: str) -> list[dict[str, Any]]:
        own = (each for each in self._browser.events if each.get("sessionId") == self._session)
        return [each for each in own if each.get("method") == method]
