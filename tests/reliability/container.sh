#!/bin/bash
# A run as in a strict container: a user without a name and a home, everything read-only but two folders, /dev/shm of 64 MB, no network,
# 2 GB of memory where control groups allow it. As root, on Linux:  PYTHON=… SOURCE=…/src PHOTOS=… bash tests/reliability/container.sh
set -eu
PYTHON=${PYTHON:-python}; SOURCE=${SOURCE:-$PWD/src}; PHOTOS=${PHOTOS:?a folder of photographs}
T=$(mktemp -d); mkdir -p "$T/root" "$T/work" "$T/tmp"; chmod 755 "$T"; chmod 777 "$T/work" "$T/tmp"
G=/sys/fs/cgroup/memory/linnaeus-$$
if mkdir "$G" 2>/dev/null && echo 2G > "$G/memory.limit_in_bytes"; then echo $$ > "$G/cgroup.procs"; echo "memory: 2 GB"; else echo "memory: no limit here"; fi
cat > "$T/work/inside.sh" <<'IN'
cd "$W"
cat > measured.py <<'PY'
import resource, subprocess, sys
status = subprocess.run([sys.executable, "-m", "linnaeus", *sys.argv[1:]]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"status {status}, {used.ru_maxrss / 1024:,.0f} MB at most, {used.ru_utime + used.ru_stime:.0f} s of the processor", file=sys.stderr)
PY
run() { echo "\$ linnaeus $*"; "$P" measured.py "$@" > said.txt 2>&1 || true; { grep memory said.txt | tail -n 2; tail -n 5 said.txt; } | cut -c1-220; }
id; df -h /dev/shm | tail -1; touch /x 2>&1 | tail -1; echo "HOME=${HOME-unset}"
run train digits --epochs 2 --name d
run train "$PHOTOS" --name p --set budget=60m
run train "$PHOTOS" --name s --model 'convnet(width=8)' --epochs 1 --set loading=streamed --set image_size=128 --set workers=2
run predict p "$(find "$PHOTOS" -name '*.jpg' | head -1)"
run report p
IN
export T P="$PYTHON" W="$T/work" PHOTOS SOURCE
unshare -m -n -p -f --propagation private bash -c '
  set -eu
  N="$T/root"
  mount --bind / "$N"
  mount -o remount,ro,bind "$N"
  mount -t proc proc "$N/proc"; mount --rbind /dev "$N/dev"; mount --rbind /sys "$N/sys"
  mount -t tmpfs -o size=64m,mode=1777 tmpfs "$N/dev/shm"
  mount --bind "$T/work" "$N$T/work"; mount --bind "$T/tmp" "$N$T/tmp"
  real=$(dirname "$(dirname "$(readlink -f "$P")")")  # the Python itself, which may lie where nobody else can look
  if [ "${real#/root/}" != "$real" ]; then
    mount -t tmpfs -o mode=755 tmpfs "$N/root"; mkdir -p "$N$real"; mount --bind "$real" "$N$real"; mount -o remount,ro,bind "$N/root"
  fi
  exec chroot "$N" setpriv --reuid 12345 --regid 12345 --clear-groups --inh-caps=-all --bounding-set=-all \
    env -u HOME -u USER -u LOGNAME TMPDIR="$T/tmp" LINNAEUS_RUNS="$T/work/runs" PYTHONPATH="$SOURCE" bash "$T/work/inside.sh"' \
  || echo "failed: $?"
rm -rf --one-file-system "$T"
