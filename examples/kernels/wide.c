/* Arithmetic wider than a register. */
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t low, high;
} wide;

wide wide_add(wide a, wide b)
{
    wide sum;

    sum.low = a.low + b.low;
    sum.high = a.high + b.high + (sum.low < a.low);
    return sum;
}

wide wide_subtract(wide a, wide b)
{
    wide difference;

    difference.low = a.low - b.low;
    difference.high = a.high - b.high - (a.low < b.low);
    return difference;
}

wide wide_shift_left(wide a, unsigned amount)
{
    wide shifted = a;

    if (amount >= 64) {
        shifted.high = a.low << (amount - 64);
        shifted.low = 0;
    } else if (amount > 0) {
        shifted.high = a.high << amount | a.low >> (64 - amount);
        shifted.low = a.low << amount;
    }
    return shifted;
}

int wide_less(wide a, wide b)
{
    return a.high < b.high || (a.high == b.high && a.low < b.low);
}

/* 64 by 64 bits from products of 32 by 32, as on machines without the instruction. */
wide multiply_64_64(uint64_t a, uint64_t b)
{
    uint64_t a0 = a & 0xffffffffu, a1 = a >> 32, b0 = b & 0xffffffffu, b1 = b >> 32;
    uint64_t low = a0 * b0, middle1 = a1 * b0, middle2 = a0 * b1, high = a1 * b1;
    uint64_t carry = (low >> 32) + (middle1 & 0xffffffffu) + (middle2 & 0xffffffffu);
    wide product;

    product.low = carry << 32 | (low & 0xffffffffu);
    product.high = high + (middle1 >> 32) + (middle2 >> 32) + (carry >> 32);
    return product;
}

uint64_t multiply_high(uint64_t a, uint64_t b)
{
    return (uint64_t)((unsigned __int128)a * b >> 64);
}

uint64_t add_limbs(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t limbs)
{
    uint64_t carry = 0;

    for (size_t i = 0; i < limbs; i++) {
        uint64_t sum = a[i] + carry;
        carry = sum < carry;
        sum += b[i];
        carry += sum < b[i];
        out[i] = sum;
    }
    return carry;
}

uint64_t multiply_add_limb(uint64_t *out, const uint64_t *a, uint64_t factor, size_t limbs)
{
    uint64_t carry = 0;

    for (size_t i = 0; i < limbs; i++) {
        unsigned __int128 t = (unsigned __int128)a[i] * factor + out[i] + carry;
        out[i] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
    }
    return carry;
}
