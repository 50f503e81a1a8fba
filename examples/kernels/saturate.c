/* Saturating and fixed-point arithmetic. */
#include <stddef.h>
#include <stdint.h>

uint32_t add_saturating_u32(uint32_t a, uint32_t b)
{
    uint32_t sum = a + b;
    return sum < a ? 0xffffffffu : sum;
}

uint32_t subtract_saturating_u32(uint32_t a, uint32_t b)
{
    uint32_t difference = a - b;
    return difference & (0u - (difference <= a));
}

int32_t add_saturating_s32(int32_t a, int32_t b)
{
    uint32_t sum = (uint32_t)a + (uint32_t)b;
    uint32_t limit = ((uint32_t)a >> 31) + 0x7fffffffu;

    if ((int32_t)(((uint32_t)a ^ limit) | ~((uint32_t)b ^ sum)) >= 0)
        sum = limit;
    return (int32_t)sum;
}

int16_t saturate16(int32_t x)
{
    if (x > 32767)
        return 32767;
    if (x < -32768)
        return -32768;
    return (int16_t)x;
}

int16_t multiply_q15(int16_t a, int16_t b)
{
    return saturate16(((int32_t)a * b + 0x4000) >> 15);
}

int32_t multiply_q31(int32_t a, int32_t b)
{
    if (a == INT32_MIN && b == INT32_MIN)
        return INT32_MAX;
    return (int32_t)((int64_t)a * b >> 31);
}

uint64_t multiply_saturating_u64(uint64_t a, uint64_t b)
{
    uint64_t product;

    if (__builtin_mul_overflow(a, b, &product))
        return UINT64_MAX;
    return product;
}

void mix_samples(int16_t *out, const int16_t *in, int16_t gain, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = saturate16(out[i] + multiply_q15(in[i], gain));
}
