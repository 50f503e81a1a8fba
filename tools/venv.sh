#!/bin/sh
# Make a virtual environment with the first interpreter of 3.12 or newer that is found.
set -eu
venv=$1
[ -x "$venv/bin/python" ] && exit 0
for python in "${PYTHON:-python3}" python3.12 python3.13 python3.14 python3; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
        exec "$python" -m venv "$venv"
    fi
done
if command -v uv >/dev/null 2>&1; then
    exec uv venv --quiet --seed --python 3.12 "$venv"
fi
echo "superopt needs Python 3.12 or newer: install python3.12 (with its venv module) or uv, then run make again" >&2
exit 1
