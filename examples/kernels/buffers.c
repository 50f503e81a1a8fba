/* Plain loops over memory; pointers may overlap where the names do not say otherwise. */
#include <stddef.h>
#include <stdint.h>

void copy_forward(uint8_t *to, const uint8_t *from, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = from[i];
}

void move_bytes(uint8_t *to, const uint8_t *from, size_t size)
{
    if ((uintptr_t)to - (uintptr_t)from >= size) {
        while (size-- > 0)
            *to++ = *from++;
    } else {
        while (size-- > 0)
            to[size] = from[size];
    }
}

void xor_buffers(uint8_t *restrict out, const uint8_t *restrict key, size_t size)
{
    for (size_t i = 0; i < size; i++)
        out[i] ^= key[i];
}

void copy32(uint64_t *to, const uint64_t *from)
{
    to[0] = from[0];
    to[1] = from[1];
    to[2] = from[2];
    to[3] = from[3];
}

void swap_pairs(uint32_t *a, uint32_t *b)
{
    uint32_t x = a[0], y = a[1];

    a[0] = b[0];
    a[1] = b[1];
    b[0] = x;
    b[1] = y;
}

void reverse_bytes(uint8_t *data, size_t size)
{
    if (size == 0)
        return;
    for (size_t i = 0, j = size - 1; i < j; i++, j--) {
        uint8_t kept = data[i];
        data[i] = data[j];
        data[j] = kept;
    }
}

int equal_in_constant_time(const uint8_t *a, const uint8_t *b, size_t size)
{
    unsigned difference = 0;

    for (size_t i = 0; i < size; i++)
        difference |= a[i] ^ b[i];
    return (int)(1 & (difference - 1) >> 8);
}

void prefix_sum(uint32_t *values, size_t count)
{
    for (size_t i = 1; i < count; i++)
        values[i] += values[i - 1];
}

struct ring {
    uint32_t head, tail, mask;
    uint8_t *data;
};

int ring_push(struct ring *ring, uint8_t byte)
{
    if (ring->tail - ring->head > ring->mask)
        return 0;
    ring->data[ring->tail++ & ring->mask] = byte;
    return 1;
}

int ring_pop(struct ring *ring)
{
    if (ring->head == ring->tail)
        return -1;
    return ring->data[ring->head++ & ring->mask];
}
