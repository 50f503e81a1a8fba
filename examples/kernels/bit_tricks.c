/* Small bit manipulations as they appear in allocators, schedulers and codecs. */
#include <stdint.h>

uint32_t isolate_lowest_one(uint32_t x)
{
    return x & (0u - x);
}

uint32_t isolate_lowest_zero(uint32_t x)
{
    return ~x & (x + 1);
}

uint32_t mask_trailing_zeros(uint32_t x)
{
    return ~x & (x - 1);
}

uint64_t clear_lowest_run(uint64_t x)
{
    return ((x | (x - 1)) + 1) & x;
}

int is_power_of_two(uint64_t x)
{
    return x != 0 && (x & (x - 1)) == 0;
}

uint32_t round_up_power_of_two(uint32_t x)
{
    x--;
    x |= x >> 1;
    x |= x >> 2;
    x |= x >> 4;
    x |= x >> 8;
    x |= x >> 16;
    return x + 1;
}

uint64_t align_up(uint64_t address, uint64_t alignment)
{
    return (address + alignment - 1) & ~(alignment - 1);
}

int32_t sign_of(int32_t x)
{
    return (x > 0) - (x < 0);
}

uint32_t absolute(int32_t x)
{
    uint32_t mask = x < 0 ? 0xffffffffu : 0;
    return ((uint32_t)x ^ mask) - mask;
}

int opposite_signs(int64_t x, int64_t y)
{
    return (x ^ y) < 0;
}

uint64_t next_same_popcount(uint64_t x)
{
    uint64_t smallest = x & (0 - x);
    uint64_t ripple = x + smallest;
    uint64_t ones = x ^ ripple;

    if (smallest == 0)
        return 0;
    ones = (ones >> 2) / smallest;
    return ripple | ones;
}

uint32_t merge_bits(uint32_t a, uint32_t b, uint32_t mask)
{
    return a ^ ((a ^ b) & mask);
}

uint64_t swap_bit_fields(uint64_t x, unsigned first, unsigned second, unsigned length)
{
    uint64_t field = ((x >> first) ^ (x >> second)) & (((uint64_t)1 << length) - 1);
    return x ^ ((field << first) | (field << second));
}

int has_zero_byte(uint64_t x)
{
    return ((x - 0x0101010101010101u) & ~x & 0x8080808080808080u) != 0;
}

uint32_t sign_extend_field(uint32_t x, unsigned bits)
{
    uint32_t sign = 1u << (bits - 1);
    x &= (sign << 1) - 1;
    return (x ^ sign) - sign;
}

int64_t select_by_mask(int condition, int64_t a, int64_t b)
{
    int64_t mask = -(int64_t)(condition != 0);
    return (a & mask) | (b & ~mask);
}
