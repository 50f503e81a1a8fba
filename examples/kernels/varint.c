/* Variable-length integers (LEB128, zigzag) and bit packing. */
#include <stddef.h>
#include <stdint.h>

size_t varint_encode(uint64_t value, uint8_t *out)
{
    size_t count = 0;

    while (value >= 0x80) {
        out[count++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    out[count++] = (uint8_t)value;
    return count;
}

/* The bytes read, or 0 if the number does not end within `size` bytes or 64 bits. */
size_t varint_decode(const uint8_t *in, size_t size, uint64_t *value)
{
    uint64_t result = 0;

    for (size_t i = 0; i < size && i < 10; i++) {
        result |= (uint64_t)(in[i] & 0x7f) << (7 * i);
        if (in[i] < 0x80) {
            *value = result;
            return i + 1;
        }
    }
    return 0;
}

uint64_t zigzag_encode(int64_t x)
{
    return (uint64_t)x << 1 ^ (uint64_t)(x < 0 ? -1 : 0);
}

int64_t zigzag_decode(uint64_t x)
{
    return (int64_t)(x >> 1 ^ (0 - (x & 1)));
}

uint32_t extract_bits(const uint8_t *stream, size_t position, unsigned width)
{
    uint64_t window = 0;

    for (int i = 0; i < 5; i++)
        window |= (uint64_t)stream[position / 8 + (size_t)i] << (8 * i);
    return (uint32_t)(window >> (position % 8) & (((uint64_t)1 << width) - 1));
}

void delta_encode(uint32_t *values, size_t count)
{
    uint32_t previous = 0;

    for (size_t i = 0; i < count; i++) {
        uint32_t current = values[i];
        values[i] = current - previous;
        previous = current;
    }
}
