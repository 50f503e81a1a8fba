#include "driver.h"

uint32_t add_saturating_u32(uint32_t a, uint32_t b);
uint32_t subtract_saturating_u32(uint32_t a, uint32_t b);
int32_t add_saturating_s32(int32_t a, int32_t b);
int16_t saturate16(int32_t x);
int16_t multiply_q15(int16_t a, int16_t b);
int32_t multiply_q31(int32_t a, int32_t b);
uint64_t multiply_saturating_u64(uint64_t a, uint64_t b);
void mix_samples(int16_t *out, const int16_t *in, int16_t gain, size_t count);

#define S32(x) ((int32_t)(uint32_t)(x))
#define S16(x) ((int16_t)(uint16_t)(x))

int main(void)
{
    int16_t out[50], in[50];
    uint64_t sum = 0;

    REPORT_MIXED("add_saturating_u32", add_saturating_u32((uint32_t)a, (uint32_t)b));
    REPORT_MIXED("subtract_saturating_u32", subtract_saturating_u32((uint32_t)a, (uint32_t)b));
    REPORT_MIXED("add_saturating_s32", add_saturating_s32(S32(a), S32(b)));
    REPORT_MIXED("saturate16", saturate16(S32(a) >> (b & 15)));
    REPORT_MIXED("multiply_q15", multiply_q15(S16(a), S16(b)));
    REPORT_MIXED("multiply_q31", multiply_q31(S32(a), S32(b)));
    REPORT_MIXED("multiply_saturating_u64", multiply_saturating_u64(a, b));
    for (size_t round = 0; round < 100; round++) {
        fill(out, sizeof out);
        fill(in, sizeof in);
        mix_samples(out, in, S16(mixed32()), round % 51);
        fold_bytes(&sum, out, sizeof out);
    }
    report("mix_samples", sum);
    printf("check multiply_q31 %d %d\n", multiply_q31(INT32_MIN, INT32_MIN), multiply_q31(1 << 30, 1 << 30));
    return 0;
}
