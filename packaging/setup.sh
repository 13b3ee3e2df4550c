#!/usr/bin/env bash
# Installs the system packages that building (`build`) or testing (`test`) needs. Does nothing where they are present.
set -euo pipefail

mode=${1:-build}
case $mode in
  build | test) ;;
  *) echo "usage: packaging/setup.sh build|test" >&2; exit 2 ;;
esac

# protoc compiles Lance's messages and needs the well-known ones beside it, which it only recommends; the others let the window find a graphics driver and the keyboard.
packages=(build-essential pkg-config protobuf-compiler libprotobuf-dev
  mesa-vulkan-drivers libvulkan1 libxkbcommon0 libxkbcommon-x11-0 libx11-6 libx11-xcb1 libxcursor1 libxi6 libxrandr2)
if [ "$mode" = test ]; then
  # A virtual screen with a window manager, a hand for the keyboard, a camera, and Python for the picture check.
  packages+=(xvfb xdotool openbox scrot python3 python3-venv)
fi

if ! command -v cargo >/dev/null; then
  cat >&2 <<'TEXT'
cargo is missing. Install Rust 1.95 or newer first:
  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y && . "$HOME/.cargo/env"
TEXT
  exit 1
fi

if ! command -v dpkg-query >/dev/null; then
  echo "This is not a Debian system. If something is missing, install what your system calls: ${packages[*]}" >&2
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

install=(apt-get install -y --no-install-recommends "${missing[@]}")
if [ "$(id -u)" = 0 ]; then
  root=()
elif command -v sudo >/dev/null; then
  root=(sudo)
else
  echo "Some packages are missing and this account cannot install them. As root:" >&2
  echo "  apt-get update && ${install[*]}" >&2
  exit 1
fi
echo "Installing packages needed to $mode: ${missing[*]}" >&2
"${root[@]}" apt-get update -q
DEBIAN_FRONTEND=noninteractive "${root[@]}" "${install[@]}"
