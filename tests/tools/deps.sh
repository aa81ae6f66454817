#!/bin/sh
# SPDX-License-Identifier: MIT
# deps.sh - installs those of the named Debian packages that dpkg does not know as installed.
# Root installs; others use sudo where it asks nothing; else the exact line is printed, exit 1.
set -u
command -v dpkg-query >/dev/null || {
    echo "make deps: no dpkg here; needed are (Debian's names): $*"
    exit 0
}
missing=
for p in "$@"; do
    case $(dpkg-query -W -f='${Status}' "$p" 2>/dev/null) in
    "install ok installed") ;;
    *) missing="$missing $p" ;;
    esac
done
[ -n "$missing" ] || exit 0
line="apt-get install -y --no-install-recommends$missing"
sudo=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
        echo "make deps: packages are missing and only root may install them. Please run:" >&2
        echo "    sudo $line" >&2
        exit 1
    fi
    sudo="sudo -n"
fi
echo "  DEPS $missing"
$sudo env DEBIAN_FRONTEND=noninteractive $line && exit 0
$sudo apt-get update && $sudo env DEBIAN_FRONTEND=noninteractive $line && exit 0
echo "make deps: that failed. Please run:" >&2
echo "    sudo $line" >&2
exit 1
