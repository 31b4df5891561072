"""`linnaeus serve` against the service that a script would hold: FastAPI, a form upload, Pillow, torch; one after the other, in turn.

    python benchmarks/serve.py --run RUN --folder FOLDER [--images 200] [--clients 16] [--rounds 3]

RUN is a trained run, exported to ONNX first, which is not measured. FOLDER holds JPEGs, which so many clients send over connections that
stay open. The naive service decodes and computes within its `async` route, image by image, with the same network and weights and the
transforms of torchvision. Told are requests a second, the median and the 99th percentile of the latency, and the ratio of the rounds'
medians. Needs `pip install fastapi python-multipart` beside the extras `export` and `serve`.
"""

import argparse
import http.client
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

NAIVE = """
import io, sys
import torch, uvicorn
from fastapi import FastAPI, UploadFile
from PIL import Image
from torchvision import transforms
import linnaeus

trained = linnaeus.load(sys.argv[1])
wanted = trained.preprocessing
change = transforms.Compose([transforms.Resize(wanted.size), transforms.CenterCrop(wanted.size), transforms.ToTensor(),
                             transforms.Normalize(wanted.mean, wanted.std)])
network = trained.module.to(memory_format=torch.contiguous_format).eval()
app = FastAPI()

@app.post("/predict")
async def predict(file: UploadFile):
    image = change(Image.open(io.BytesIO(await file.read())).convert("RGB"))
    with torch.no_grad():
        shares = network(image[None]).softmax(1)[0]
    best = int(shares.argmax())
    return {"label": trained.classes[best], "probability": float(shares[best])}

uvicorn.run(app, port=int(sys.argv[2]), log_level="warning")
"""
OURS = "import sys, linnaeus; linnaeus.serve(sys.argv[1], port=int(sys.argv[2]), token='')"
BOUNDARY = "x" * 20

Body = Callable[[bytes], tuple[bytes, dict[str, str]]]  # content and headers of a request with an image


def form(content: bytes) -> tuple[bytes, dict[str, str]]:
    """The image as browsers send a form."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode(), {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"
    }


def raw(content: bytes) -> tuple[bytes, dict[str, str]]:
    """The image itself."""
    return content, {"Content-Type": "image/jpeg"}


def measured(
    code: str, model: str, body: Callable[[bytes], tuple[bytes, dict[str, str]]], images: list[bytes], clients: int
) -> list[float]:
    """Seconds of the whole, then of each request, of a service that is begun for it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", code, model, str(port)])
    try:
        answer(port, *body(images[0]), patience=120)
        waiting, latencies, lock = list(images), [], threading.Lock()

        def client() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            while True:
                with lock:
                    if not waiting:
                        return
                    image = waiting.pop()
                begun = time.perf_counter()
                content, headers = body(image)
                connection.request("POST", "/predict", content, headers)
                found = connection.getresponse()
                found.read()
                if found.status != 200:
                    raise SystemExit(f"answered with {found.status}")
                latencies.append(time.perf_counter() - begun)

        threads = [threading.Thread(target=client) for _ in range(clients)]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [time.perf_counter() - begun, *latencies]
    finally:
        process.terminate()
        process.wait()


def answer(port: int, content: bytes, headers: dict[str, str], patience: float) -> None:
    """Wait until the service answers."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("POST", "/predict", content, headers)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the service did not begin")


def main() -> None:
    """Run the rounds and print a line for each, then the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    files = sorted(asked.folder.rglob("*.jp*g"))
    images = [file.read_bytes() for file in islice(cycle(files), asked.images)]
    with tempfile.TemporaryDirectory() as place:
        model = str(Path(place, "model.onnx"))
        subprocess.run([sys.executable, "-m", "linnaeus", "export", asked.run, model], check=True)
        per_second: dict[str, list[float]] = {"naive": [], "ours": []}
        for _ in range(asked.rounds):
            for name, code, of, body in (("naive", NAIVE, asked.run, form), ("ours", OURS, model, raw)):
                whole, *latencies = measured(code, of, body, images, asked.clients)
                per_second[name].append(len(images) / whole)
                cuts = statistics.quantiles(latencies, n=100)
                told = {"service": name, "requests_per_s": per_second[name][-1], "p50_s": cuts[49], "p99_s": cuts[98]}
                print(
                    json.dumps(
                        {key: round(value, 3) if isinstance(value, float) else value for key, value in told.items()}
                    ),
                    flush=True,
                )
    ratio = statistics.median(per_second["ours"]) / statistics.median(per_second["naive"])
    print(
        f"ours {ratio:.1f} times the requests a second, {asked.images} images, {asked.clients} clients, {asked.rounds} rounds"
    )


if __name__ == "__main__":
    main()
