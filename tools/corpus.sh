#!/bin/sh
# Compile the example kernels at several levels into FOLDER, as code for `superopt fuzz` to attack the judge with.
# usage: tools/corpus.sh FOLDER       then: superopt fuzz FOLDER/*.s [/usr/aarch64-linux-gnu/lib/libc.a]
set -eu
[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
kernels=$(dirname "$0")/../examples/kernels
mkdir -p "$1"
for source in "$kernels"/*.c; do
    name=$(basename "$source" .c)
    case $name in *_driver) continue ;; esac
    for level in -O0 -O1 -O2 -O3; do
        if command -v aarch64-linux-gnu-gcc >/dev/null; then
            aarch64-linux-gnu-gcc -std=c11 $level -S -o "$1/$name-gcc$level.s" "$source"
        fi
        if command -v clang-19 >/dev/null; then
            clang-19 --target=aarch64-linux-gnu -fno-addrsig -std=c11 $level -S -o "$1/$name-clang$level.s" "$source"
        fi
    done
done
echo "$(ls "$1" | wc -l) files in $1"
