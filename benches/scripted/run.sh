#!/usr/bin/env bash
# Opens a dataset in a real window on a virtual screen and works in it as a person would; then prints the times of frames
# and gestures from the trace.
#   run.sh DATASET.lance [ROUNDS] [table|panes]
# table (as without it): scrolls, filters, sorts, pans, draws and jumps in the table and the plot.
# panes: the gallery, then the plate, with three gates open on the plot; scrolls, drags gates, pans, selects wells.
# Needs: xvfb xauth xdotool openbox mesa-vulkan-drivers, python3. SHOTS=DIR keeps screenshots, TRACE=FILE the trace.
set -euo pipefail

dataset=$(realpath "${1:?usage: run.sh DATASET.lance [ROUNDS] [table|panes]}")
rounds=${2:-1}
work_in=${3:-table}
case $work_in in table | panes) ;; *) echo "run.sh: $work_in is neither table nor panes" >&2; exit 2 ;; esac
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${CARGO_TARGET_DIR:-$here/../../target}/debug/cytolance")

work=$(mktemp -d)
chmod 700 "$work"
trace=$(realpath -m "${TRACE:-$work/trace.jsonl}")
xvfb='' manager='' viewer=''
cleanup() {
  for process in "$viewer" "$manager" "$xvfb"; do
    [ -z "$process" ] || kill "$process" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap cleanup EXIT

mkfifo "$work/display"
Xvfb -displayfd 3 -screen 0 1600x1000x24 -nolisten tcp 3>"$work/display" >/dev/null 2>&1 &
xvfb=$!
read -r number <"$work/display"
export DISPLAY=":$number" XDG_RUNTIME_DIR=$work HOME=$work WINIT_X11_SCALE_FACTOR=1
unset WAYLAND_DISPLAY
openbox >/dev/null 2>&1 &
manager=$!
"$program" view "$dataset" --trace "$trace" --overwrite >"$work/log" 2>&1 &
viewer=$!
# Until the plot has its points, of ten million cells too.
sleep 10
window=$(xdotool search --onlyvisible --pid "$viewer" | tail -1)
xdotool windowmove "$window" 0 0 windowsize "$window" 1600 1000
sleep 2

shot() { [ -z "${SHOTS:-}" ] || { mkdir -p "$SHOTS" && scrot -o "$SHOTS/$1.png"; }; }
move() { xdotool mousemove "$1" "$2"; sleep 0.016; }
glide() { # from x y to x y in n steps, about one a frame
  local n=$5 i
  for ((i = 0; i <= n; i++)); do move $(($1 + ($3 - $1) * i / n)) $(($2 + ($4 - $2) * i / n)); done
}
drag() { # button held
  move "$1" "$2"; xdotool mousedown 1; glide "$1" "$2" "$3" "$4" "$5"; xdotool mouseup 1; sleep 0.3
}
keys() { for key in "$@"; do xdotool key "$key"; sleep 0.03; done; }
say() { xdotool type --delay 12 "$1"; sleep 0.4; }

wheel() { # at x y, notches down, notches up
  move "$1" "$2"
  for _ in $(seq "$3"); do xdotool click 5; sleep 0.012; done
  for _ in $(seq "$4"); do xdotool click 4; sleep 0.012; done
  sleep 0.5
}

table_begin() {
  # A filter on a feature; its handles are at the ends of the card's slider.
  xdotool key ctrl+f; sleep 0.6; say 'Cells FormFactor'; xdotool key Return; sleep 2.5
  shot filter
}
table_round() {
  # Scroll by wheel, by page, by the bar.
  wheel 760 400 60 30
  keys Next Next Next Next Prior Prior
  drag 1194 200 1194 520 60
  shot "scrolled-$1"
  # Drag the lower handle of the filter there and back.
  drag 25 215 120 215 60
  shot "filtered-$1"
  drag 120 215 25 215 60
  # Sort both ways and not at all; jump to the ends.
  for _ in 1 2 3; do move 890 132; xdotool click 1; sleep 1.6; done
  keys End; sleep 0.5; keys Home; sleep 0.5
  # Pan and zoom the plot.
  drag 800 800 900 760 40
  for _ in $(seq 8); do xdotool click 4; sleep 0.05; done
  drag 800 800 700 830 40
  for _ in $(seq 8); do xdotool click 5; sleep 0.05; done
  keys 0; sleep 0.5
  # A lasso, then nothing selected.
  keys l; move 650 800; xdotool mousedown 1
  glide 650 800 760 720 15; glide 760 720 900 780 15; glide 900 780 800 860 15; glide 800 860 650 800 15
  xdotool mouseup 1; sleep 0.8
  shot "lasso-$1"
  keys Escape v; sleep 0.3
}

panes_begin() {
  # The gates' pane by the palette; gates are drawn as boxes and as a lasso.
  xdotool key ctrl+p; sleep 1; say 'Show gates'; xdotool key Return; sleep 2
  move 16 95; xdotool click 1; sleep 1
  keys b; drag 480 760 620 900 20; sleep 1
  drag 640 740 760 920 20; sleep 1
  keys l; move 560 800; xdotool mousedown 1
  glide 560 800 640 720 15; glide 640 720 720 760 15; glide 720 760 640 860 15; glide 640 860 560 800 15
  xdotool mouseup 1; sleep 1
  move 16 95; xdotool click 1; keys v; sleep 1
  shot gates
}
panes_round() {
  # The gallery: wheel, pages, bar.
  keys g; sleep 1.5
  shot "gallery-$1"
  wheel 760 400 60 30
  keys Next Next Next Next Prior Prior
  drag 1194 140 1194 520 60
  drag 1194 520 1194 140 60
  # A corner of the first gate, there and back, while its cells are counted.
  drag 620 900 600 870 40
  drag 600 870 620 900 40
  # Pan and zoom below the gates.
  drag 900 800 960 770 30
  for _ in $(seq 8); do xdotool click 4; sleep 0.05; done
  for _ in $(seq 8); do xdotool click 5; sleep 0.05; done
  drag 960 770 900 800 30
  keys 0; sleep 0.8
  # The plate: drag over wells, click wells, nothing selected.
  keys w; sleep 2
  shot "plate-$1"
  drag 360 200 560 420 40; sleep 0.6
  for x in 400 450 500 550; do move "$x" 300; xdotool click 1; sleep 0.4; done
  shot "wells-$1"
  keys Escape; sleep 0.5
}
"${work_in}_begin"
for ((round = 1; round <= rounds; round++)); do
  "${work_in}_round" "$round"
done
kill -0 "$viewer" || { cat "$work/log" >&2; exit 1; }
sleep 0.6
xdotool key ctrl+q; sleep 1
python3 "$here/percentiles.py" "$trace"
