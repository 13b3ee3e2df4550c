#!/usr/bin/env bash
# Opens the demo in a real window on a virtual screen, looks whether there is a picture, and quits by keyboard.
# SMOKE_OUT=DIR keeps the screenshot.
set -euo pipefail

cd "$(dirname "$0")/.."
program=${CARGO_TARGET_DIR:-target}/debug/cytolance
[ -x "$program" ] || { echo "smoke: $program is not built" >&2; exit 1; }

work=$(mktemp -d)
chmod 700 "$work"
xvfb='' manager='' viewer=''
cleanup() {
  for process in "$viewer" "$manager" "$xvfb"; do
    [ -z "$process" ] || kill "$process" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap cleanup EXIT
fail() {
  echo "smoke: $1" >&2
  sed 's/^/  | /' "$work/log" >&2 || true
  exit 1
}

# Xvfb picks a free display and says which once it is ready.
mkfifo "$work/display"
Xvfb -displayfd 3 -screen 0 1400x900x24 -nolisten tcp 3>"$work/display" >/dev/null 2>&1 &
xvfb=$!
read -r number <"$work/display"
export DISPLAY=":$number" XDG_RUNTIME_DIR=$work HOME=$work XDG_CACHE_HOME=$work/cache XDG_CONFIG_HOME=$work/config
unset WAYLAND_DISPLAY
openbox >/dev/null 2>&1 &
manager=$!

"$program" demo >"$work/log" 2>&1 &
viewer=$!
window=''
for _ in $(seq 240); do
  kill -0 "$viewer" 2>/dev/null || fail "the program ended before it showed the demo"
  # The title names the dataset once it is open.
  window=$(xdotool search --onlyvisible --name 'demo-plate.lance - Cytolance' 2>/dev/null | tail -1 || true)
  [ -z "$window" ] || break
  sleep 0.5
done
[ -n "$window" ] || fail "no window with the demo plate after two minutes"
sleep 4

scrot -o "$work/shot.png"
[ -z "${SMOKE_OUT:-}" ] || { mkdir -p "$SMOKE_OUT" && cp "$work/shot.png" "$SMOKE_OUT/smoke.png"; }
python3 - "$work/shot.png" <<'PYTHON' || fail "the window is blank"
import sys, struct, zlib
data = open(sys.argv[1], "rb").read()
at, packed, width, channels = 8, b"", 0, 0
while at < len(data):
    length, kind = struct.unpack(">I4s", data[at:at + 8])
    body = data[at + 8:at + 8 + length]
    if kind == b"IHDR":
        width, height, depth, color = struct.unpack(">IIBB", body[:10])
        channels = {2: 3, 6: 4}[color]
    elif kind == b"IDAT":
        packed += body
    at += length + 12
raw, stride = zlib.decompress(packed), width * channels + 1
# Filtered bytes are enough to tell pictures from an empty screen.
busy = sum(len(set(raw[row * stride:(row + 1) * stride])) > 40 for row in range(len(raw) // stride))
print(f"smoke: {busy} of {len(raw) // stride} rows of the screen hold pictures or text")
sys.exit(busy < 100)
PYTHON

xdotool windowactivate --sync "$window" key --clearmodifiers ctrl+q 2>/dev/null || xdotool key ctrl+q
for _ in $(seq 60); do
  kill -0 "$viewer" 2>/dev/null || break
  sleep 0.25
done
kill -0 "$viewer" 2>/dev/null && fail "Ctrl+Q did not close the window"
wait "$viewer" || fail "the program ended with status $?"
viewer=''
echo "smoke: the demo opened, drew its cells and quit"
