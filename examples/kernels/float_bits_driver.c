#include "driver.h"

#include <string.h>

int32_t sortable_bits(float x);
int float_is_nan(float x);
float float_absolute(float x);
float inverse_root_guess(float x);
uint16_t half_from_float(float x);
float lerp(float a, float b, float t);
float smoothstep(float x);
int32_t round_to_int(double x);
void scale_to_bytes(const float *in, uint8_t *out, size_t count);

static float any_float(void)
{
    static const uint32_t corners[] = {0, 0x80000000u, 0x3f800000u, 0x7f800000u, 0xff800000u, 0x7fc00000u, 0x00000001u, 0x7f7fffffu};
    uint32_t bits = mixed32();
    float x;

    if (below(4) == 0)
        bits = corners[below(8)];
    else if (below(2) == 0)
        bits = 0x38000000u + (bits & 0x8fffffffu);
    memcpy(&x, &bits, sizeof x);
    return x;
}

static uint64_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

int main(void)
{
    float values[20];
    uint8_t bytes[20];
    uint64_t sums[9] = {0};

    for (int round = 0; round < ROUNDS; round++) {
        float x = any_float();
        /* Eighths and halves, so that a fused multiply-add rounds nothing differently. */
        float small = (float)((int)below(2001) - 1000) * 0.125f, other = (float)((int)below(2001) - 1000);
        fold(&sums[0], (uint64_t)(int64_t)sortable_bits(x));
        fold(&sums[1], (uint64_t)float_is_nan(x));
        fold(&sums[2], bits_of(float_absolute(x)));
        fold(&sums[3], bits_of(inverse_root_guess(x)));
        fold(&sums[4], half_from_float(x));
        fold(&sums[5], bits_of(lerp(small, other, 0.5f)));
        fold(&sums[6], bits_of(smoothstep(small * 0.0625f)));
        fold(&sums[7], (uint64_t)(int64_t)round_to_int((double)small * 0.25));
        for (int i = 0; i < 20; i++)
            values[i] = (float)((int)below(300) - 20) * 0.00390625f;
        memset(bytes, 0, sizeof bytes);
        scale_to_bytes(values, bytes, below(21));
        fold_bytes(&sums[8], bytes, sizeof bytes);
    }
    report("sortable_bits", sums[0]);
    report("float_is_nan", sums[1]);
    report("float_absolute", sums[2]);
    report("inverse_root_guess", sums[3]);
    report("half_from_float", sums[4]);
    report("lerp", sums[5]);
    report("smoothstep", sums[6]);
    report("round_to_int", sums[7]);
    report("scale_to_bytes", sums[8]);
    return 0;
}
