#!/bin/sh
# Prints a Python 3.10 that works: on the PATH, among pyenv's versions, else the name for uv's own download.
works() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1; }

for candidate in \
    "$(command -v python3.10 2>/dev/null)" \
    "$(pyenv prefix 3.10.13 2>/dev/null)/bin/python" \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10.*/bin/python \
    /usr/local/bin/python3.10 /opt/homebrew/bin/python3.10 /usr/bin/python3.10; do
    if [ -x "$candidate" ] && works "$candidate"; then
        echo "$candidate"
        exit 0
    fi
done
echo 3.10
