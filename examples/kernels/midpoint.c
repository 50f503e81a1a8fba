/* Averages and comparisons that do not overflow. */
#include <stddef.h>
#include <stdint.h>

uint32_t average_floor(uint32_t a, uint32_t b)
{
    return (a & b) + ((a ^ b) >> 1);
}

uint32_t average_ceil(uint32_t a, uint32_t b)
{
    return (a | b) - ((a ^ b) >> 1);
}

int64_t midpoint_signed(int64_t low, int64_t high)
{
    return low + (int64_t)(((uint64_t)high - (uint64_t)low) / 2);
}

uint64_t absolute_difference(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

int32_t clamp(int32_t x, int32_t low, int32_t high)
{
    if (x < low)
        return low;
    if (x > high)
        return high;
    return x;
}

size_t lower_bound(const int32_t *sorted, size_t count, int32_t key)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
