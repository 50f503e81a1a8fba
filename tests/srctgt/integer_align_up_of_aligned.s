// Alignment upwards must leave aligned numbers alone.
// live-out: x0
// expect: different
// differs: x0
src:
    add x0, x0, #4095
    and x0, x0, #0xfffffffffffff000
tgt:
    and x0, x0, #0xfffffffffffff000
    add x0, x0, #4096
