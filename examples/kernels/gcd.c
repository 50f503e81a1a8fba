/* Number theory on machine words. */
#include <stdint.h>

uint32_t gcd_euclid(uint32_t a, uint32_t b)
{
    while (b != 0) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

uint64_t gcd_binary(uint64_t a, uint64_t b)
{
    int shift = 0;

    if (a == 0)
        return b;
    if (b == 0)
        return a;
    while (((a | b) & 1) == 0) {
        a >>= 1;
        b >>= 1;
        shift++;
    }
    while ((a & 1) == 0)
        a >>= 1;
    while (b != 0) {
        while ((b & 1) == 0)
            b >>= 1;
        if (a > b) {
            uint64_t kept = a;
            a = b;
            b = kept;
        }
        b -= a;
    }
    return a << shift;
}

/* The inverse of an odd number modulo 2^64 (Newton's iteration). */
uint64_t inverse_odd(uint64_t a)
{
    uint64_t x = a * 3 ^ 2;

    x *= 2 - a * x;
    x *= 2 - a * x;
    x *= 2 - a * x;
    x *= 2 - a * x;
    return x;
}

uint32_t power_modulo(uint32_t base, uint32_t exponent, uint32_t modulus)
{
    uint64_t result = 1 % modulus, square = base % modulus;

    for (; exponent != 0; exponent >>= 1) {
        if (exponent & 1)
            result = result * square % modulus;
        square = square * square % modulus;
    }
    return (uint32_t)result;
}

uint32_t divide_by_10(uint32_t x)
{
    return x / 10;
}

int32_t remainder_by_7(int32_t x)
{
    return x % 7;
}

uint32_t montgomery_reduce(uint64_t t, uint32_t modulus, uint32_t negative_inverse)
{
    uint32_t m = (uint32_t)t * negative_inverse;
    uint64_t sum = (uint64_t)m * modulus;
    uint32_t reduced = (uint32_t)((t >> 32) + (sum >> 32) + ((uint32_t)t != 0));

    return reduced >= modulus ? reduced - modulus : reduced;
}
