"""The main job on real input: three compiler-generated files in, faster ones out, each rewrite proved.

Run by `make demo`. What the shipped language model and the enumerator propose is proved before it is applied; where the
cross tools are installed, the programs are built and run before and after as well.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUPEROPT = [sys.executable, "-m", "superopt"]
OUTPUT = HERE.parent / "build" / "demo"
INPUTS = {"gray_code": "clang -O0", "popcount": "clang -O0", "bit_tricks": "gcc -O2"}
BUDGET = "30"


def main() -> int:
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for name, origin in INPUTS.items():
        source, result = HERE / "demo" / f"{name}.s", OUTPUT / f"{name}.opt.s"
        print(f"\n== {name}.c as {origin} compiled it: {source.relative_to(HERE.parent)}", flush=True)
        command = [*SUPEROPT, "optimize", str(source), "-o", str(result), "--cpu", "neoverse-n1", "--budget", BUDGET]
        status = subprocess.run(command, check=False).returncode
        if status:
            return status
        print(f"written: {result.relative_to(HERE.parent)}")
        compare_runs(name, source, result)
    print("\n== one proof and one refutation, as the checker shows them", flush=True)
    for candidate in ("abs_right.s", "abs_wrong.s"):
        print(f"\n$ superopt check examples/demo/abs.s examples/demo/{candidate} --live-out w0", flush=True)
        folder = HERE / "demo"
        subprocess.run([*SUPEROPT, "check", str(folder / "abs.s"), str(folder / candidate), "--live-out", "w0"], check=False)
    return 0


def compare_runs(name: str, before: Path, after: Path) -> None:
    """Build and run both versions, if this machine can."""
    gcc, qemu = shutil.which("aarch64-linux-gnu-gcc"), shutil.which("qemu-aarch64")
    if gcc is None or qemu is None:
        print("(not run: aarch64-linux-gnu-gcc or qemu-aarch64 is not installed)")
        return
    outputs = list[str]()
    for part in (before, after):
        program = OUTPUT / f"{part.stem}.elf"
        driver = HERE / "kernels" / f"{name}_driver.c"
        subprocess.run([gcc, "-static", "-o", str(program), str(part), str(driver)], check=True)
        outputs.append(subprocess.run([qemu, str(program)], check=True, capture_output=True, text=True).stdout)
    same = outputs[0] == outputs[1]
    print("built and run before and after: " + ("same output" if same else "DIFFERENT OUTPUT"))
    if not same:
        raise SystemExit(1)


if __name__ == "__main__":
    sys.exit(main())
