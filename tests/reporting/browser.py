"""A real browser for the tests of pages: headless Chromium, spoken to through its debugging pipe, so that nothing needs to be installed."""

import base64
import contextlib
import itertools
import json
import os
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--hide-scrollbars")  # fmt: skip
CAMERA = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)  # a moving test picture, and nobody is asked
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowDown": 40, "v": 86}


def found():
    """The browser's path; the test is skipped where there is none, and in CI."""
    if os.environ.get("CI"):
        pytest.skip("no browser in CI")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no chromium here")
    return path


class Tab:
    """One page. `asked` are the addresses that it wanted, `errors` what it complained of."""

    def __init__(self, read, write):
        self._read, self._write, self._rest, self._ids = read, write, b"", itertools.count(1)
        self.asked, self.errors, self._loaded = [], [], 0
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = None
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self._call(f"{domain}.enable")

    def open(self, address, width=1280, height=900, dark=False):
        self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", features=[scheme])
        for place in ("about:blank", address):  # else a new fragment of an open page would load nothing
            loaded = self._loaded
            self._call("Page.navigate", url=place)
            while self._loaded == loaded:
                self._told(self._next())

    def run(self, expression):
        """The value of a JavaScript expression."""
        done = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def wait(self, expression, patience=10):
        """Until a JavaScript expression is true, or so many seconds have gone by."""
        look = f"const look = () => ({expression}) || Date.now() > end ? done() : setTimeout(look, 10)"
        self.run(f"new Promise(done => {{const end = Date.now() + {1000 * patience}; {look}; look()}})")

    def click(self, selector):
        """A real click in the middle of an element."""
        self.run(
            f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center', inline: 'center'}})"
        )
        box = self.run(f"(e => {{const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]}})"
                       f"(document.querySelector({json.dumps(selector)}))")  # fmt: skip
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def hover(self, selector):
        self.run(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})")
        box = self.run(f"(e => {{const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]}})"
                       f"(document.querySelector({json.dumps(selector)}))")  # fmt: skip
        self._call("Input.dispatchMouseEvent", type="mouseMoved", x=box[0], y=box[1])

    def press(self, key, commands=()):
        """A real key, such as Tab or Enter, or an editing command of the browser's with it, such as paste."""
        values = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key], "commands": list(commands)}
        text = {"Enter": "\r", " ": " "}.get(key, "")
        self._call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **values)
        self._call("Input.dispatchKeyEvent", type="keyUp", **values)

    def files_for(self, press, *paths):
        """Answer the dialog for files that `press` opens."""
        self._call("Page.setInterceptFileChooserDialog", enabled=True)
        self._chooser = None
        press()
        while self._chooser is None:
            self._told(self._next())
        self._call("DOM.setFileInputFiles", files=[str(path) for path in paths], backendNodeId=self._chooser)
        self._call("Page.setInterceptFileChooserDialog", enabled=False)

    def allow(self, *permissions):
        self._call("Browser.grantPermissions", permissions=list(permissions))

    def picture(self, file, clip=None):
        """A picture of the whole page, or of a part of it (x, y, width, height)."""
        size = self._call("Page.getLayoutMetrics")["cssContentSize"]
        x, y, width, height = clip or (0, 0, size["width"], size["height"])
        shot = self._call("Page.captureScreenshot", captureBeyondViewport=True,
                          clip={"x": x, "y": y, "width": width, "height": height, "scale": 1})  # fmt: skip
        Path(file).write_bytes(base64.b64decode(shot["data"]))

    def pdf(self, file):
        done = self._call("Page.printToPDF", printBackground=True, paperWidth=8.27, paperHeight=11.69)
        Path(file).write_bytes(base64.b64decode(done["data"]))

    def _call(self, method, **values):
        number = next(self._ids)
        message = {"id": number, "method": method, "params": values}
        if getattr(self, "_session", None):
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                assert "error" not in answer, answer["error"]
                return answer["result"]
            self._told(answer)

    def _told(self, event):
        method, values = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            self.asked.append(values["request"]["url"])
        elif method == "Page.loadEventFired":
            self._loaded += 1
        elif method == "Runtime.exceptionThrown":
            self.errors.append(values["exceptionDetails"]["text"])
        elif method == "Log.entryAdded":
            self.errors.append(values["entry"]["text"])
        elif method == "Page.fileChooserOpened":
            self._chooser = values["backendNodeId"]
        elif method == "Page.javascriptDialogOpening":
            self.errors.append(f"dialog: {values['message']}")
            raise AssertionError(self.errors[-1])

    def _next(self, patience=60.0):
        end = time.monotonic() + patience
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(0.0, end - time.monotonic()))
            assert ready, "the browser does not answer"
            chunk = os.read(self._read, 1 << 16)
            assert chunk, "the browser has ended"
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\0")
        return json.loads(line)


@contextlib.contextmanager
def tab(folder, flags=()):
    """A tab of a browser that keeps its things in `folder` and ends with the test."""
    path = found()
    to_read, to_write = os.pipe(), os.pipe()

    given = f'exec "$@" 3<&{to_read[0]} 4>&{to_write[1]}'  # the browser reads from 3 and writes to 4
    command = [path, *FLAGS, *flags, "--remote-debugging-pipe", f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen(
        ["bash", "-c", given, "bash", *command], pass_fds=(to_read[0], to_write[1]), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(to_read[0])
    os.close(to_write[1])
    try:
        yield Tab(to_write[0], to_read[1])
    finally:
        os.close(to_read[1])
        os.close(to_write[0])
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
