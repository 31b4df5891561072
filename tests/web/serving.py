"""A service at work for tests: an exported model, a process that serves it, and requests as bytes."""

import http.client
import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOKEN = "secret"
ORIGIN = {
    "run": "made", "model": "lenet", "data": "noise", "images": {"train": 5}, "fingerprint": "abc", "linnaeus": "0", "licence": None,
    "score": {"split": "test", "metric": "accuracy", "value": 0.5, "low": 0.2, "high": 0.8, "n": 10},
}  # fmt: skip


@dataclass
class Served:
    """A `linnaeus serve` and how to ask it."""

    process: subprocess.Popen[str]
    port: int

    def ask(
        self, method: str, path: str, body: Any = None, *, token: str = TOKEN, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            said["Authorization"] = f"Bearer {token}"
        connection.request(method, path, body, said)
        answer = connection.getresponse()
        found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        connection.close()
        return found

    def json(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        status, _, content = self.ask(method, path, body, **headers)
        return status, json.loads(content)


def begin(model: Path, token: str = TOKEN) -> Served:
    """Serve on a free port; it answers when this returns."""
    code = (
        "import sys, linnaeus; from linnaeus.api import serve\n"
        f"serve.serve({str(model)!r}, port=0, token={token!r}, names=('model.example',), "
        "begun=lambda at: print(at.link, 'torch' in sys.modules, flush=True))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    link = process.stdout.readline()
    if not link:
        raise RuntimeError(process.communicate()[1])
    threading.Thread(target=process.communicate, daemon=True).start()  # so that it can say what it wants
    link, torch = link.split()
    assert torch == "False", "an exported file is served without torch"
    served = Served(process, int(link.partition("#")[0].rstrip("/").rpartition(":")[2]))
    for _ in range(100):
        try:
            if served.ask("GET", "/v2/health/ready", token=token)[0] == 200:
                return served
        except OSError:
            pass
    raise RuntimeError("the service does not answer")
