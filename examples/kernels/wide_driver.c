#include "driver.h"

typedef struct {
    uint64_t low, high;
} wide;

wide wide_add(wide a, wide b);
wide wide_subtract(wide a, wide b);
wide wide_shift_left(wide a, unsigned amount);
int wide_less(wide a, wide b);
wide multiply_64_64(uint64_t a, uint64_t b);
uint64_t multiply_high(uint64_t a, uint64_t b);
uint64_t add_limbs(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t limbs);
uint64_t multiply_add_limb(uint64_t *out, const uint64_t *a, uint64_t factor, size_t limbs);

static void fold_wide(uint64_t *sum, wide value)
{
    fold(sum, value.low);
    fold(sum, value.high);
}

int main(void)
{
    uint64_t a[8], b[8], out[8], sums[7] = {0};
    wide product = multiply_64_64(UINT64_MAX, UINT64_MAX);

    for (int round = 0; round < ROUNDS; round++) {
        wide x = {mixed64(), mixed64()}, y = {mixed64(), mixed64()};
        size_t limbs = below(9);
        fold_wide(&sums[0], wide_add(x, y));
        fold_wide(&sums[1], wide_subtract(x, y));
        fold_wide(&sums[2], wide_shift_left(x, below(128)));
        if (round & 1)
            y.high = x.high;
        fold(&sums[3], (uint64_t)wide_less(x, y));
        fold_wide(&sums[4], multiply_64_64(x.low, y.low));
        for (int i = 0; i < 8; i++)
            a[i] = mixed64(), b[i] = mixed64(), out[i] = mixed64();
        fold(&sums[5], add_limbs(out, a, b, limbs));
        fold_bytes(&sums[5], out, sizeof out);
        fold(&sums[6], multiply_add_limb(out, a, mixed64(), limbs));
        fold_bytes(&sums[6], out, sizeof out);
    }
    report("wide_add", sums[0]);
    report("wide_subtract", sums[1]);
    report("wide_shift_left", sums[2]);
    report("wide_less", sums[3]);
    report("multiply_64_64", sums[4]);
    report("add_limbs", sums[5]);
    report("multiply_add_limb", sums[6]);
    REPORT_MIXED("multiply_high", multiply_high(a, b));
    printf("check multiply_64_64 %016" PRIx64 "%016" PRIx64 "\n", product.high, product.low);
    return 0;
}
