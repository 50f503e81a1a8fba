#!/bin/sh
# Install the optional tools that the tests compare against, where this is a Debian system and we are root.
# Without them the tests that need them skip, each with its reason.
set -u
missing=
for pair in llvm-mc-19:llvm-19 clang-19:clang-19 qemu-aarch64:qemu-user aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu cadical:cadical; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
[ -z "$missing" ] && exit 0
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    echo "optional tools are not installed:$missing (some tests will skip)"
    exit 0
fi
echo "installing optional tools:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # the list is ours and meant to be split
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing libc6-dev-arm64-cross; } >/dev/null 2>&1 \
    || echo "installing failed:$missing (some tests will skip)"
exit 0
