/* The Internet checksum (RFC 1071) and its incremental update (RFC 1624). */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static uint16_t fold_carries(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

uint16_t ip_checksum(const void *data, size_t size)
{
    const uint8_t *p = data;
    uint32_t sum = 0;

    for (; size >= 2; size -= 2, p += 2)
        sum += (uint32_t)p[0] << 8 | p[1];
    if (size > 0)
        sum += (uint32_t)p[0] << 8;
    return (uint16_t)~fold_carries(sum);
}

uint16_t ip_checksum_wide(const void *data, size_t words)
{
    const uint8_t *p = data;
    uint64_t sum = 0;

    for (size_t i = 0; i < words; i++) {
        uint64_t word;
        memcpy(&word, p + 8 * i, 8);
        sum += word;
        if (sum < word)
            sum++;
    }
    sum = (sum & 0xffffffffu) + (sum >> 32);
    sum = (sum & 0xffffffffu) + (sum >> 32);
    return (uint16_t)~fold_carries((uint32_t)sum);
}

uint16_t ip_checksum_update(uint16_t checksum, uint16_t before, uint16_t after)
{
    uint32_t sum = (uint16_t)~checksum + (uint32_t)(uint16_t)~before + after;
    return (uint16_t)~fold_carries(sum);
}
