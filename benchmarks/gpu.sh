#!/bin/sh
# What a machine with an H100 or H200 makes of Linnaeus: at most ten minutes, from a clean checkout, torch being there already.
#
#   sh benchmarks/gpu.sh [FOLDER for the results, default gpu-results] [arguments of gpu.py: --parts speed peer, --device cpu --scale 0.01]
#
# Stopped and run again, it goes on with the parts that have no result yet. PYTHON names the interpreter (default python3). Missing
# packages are installed beside the torch that is there, from WHEELS, a folder of wheels, where the machine has no network.
set -eu
cd "$(dirname "$0")/.."
out=${1:-gpu-results}
[ $# -gt 0 ] && shift
python=${PYTHON:-python3}
if ! PYTHONPATH=src "$python" -c "import linnaeus, msgspec, fluent.runtime, filelock, safetensors, timm, pytest, hypothesis" 2>/dev/null; then
    "$python" -m venv --system-site-packages .venv-gpu
    python=.venv-gpu/bin/python
    "$python" -m pip install --quiet ${WHEELS:+--no-index --find-links "$WHEELS"} -e ".[dev]"
fi
PYTHONPATH=src:benchmarks exec "$python" benchmarks/gpu.py --out "$out" "$@"
