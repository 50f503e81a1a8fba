/* Integer roots. */
#include <stdint.h>

uint32_t isqrt32(uint32_t x)
{
    uint32_t root = 0, bit = 1u << 30;

    while (bit > x)
        bit >>= 2;
    while (bit != 0) {
        if (x >= root + bit) {
            x -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
        bit >>= 2;
    }
    return root;
}

uint32_t isqrt64_newton(uint64_t n)
{
    uint64_t x = n, y = n / 2 + (n & 1);

    while (y < x) {
        x = y;
        y = (x + n / x) / 2;
    }
    return (uint32_t)x;
}

uint32_t icbrt32(uint32_t x)
{
    uint32_t y = 0;

    for (int shift = 30; shift >= 0; shift -= 3) {
        uint32_t trial;
        y *= 2;
        trial = 3 * y * (y + 1) + 1;
        if (x >> shift >= trial) {
            x -= trial << shift;
            y++;
        }
    }
    return y;
}
