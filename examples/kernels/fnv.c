/* Fowler-Noll-Vo hashes. */
#include <stddef.h>
#include <stdint.h>

uint32_t fnv1a_32(const void *data, size_t size)
{
    const uint8_t *bytes = data;
    uint32_t hash = 0x811c9dc5u;

    for (size_t i = 0; i < size; i++) {
        hash ^= bytes[i];
        hash *= 0x01000193u;
    }
    return hash;
}

uint64_t fnv1a_64(const void *data, size_t size)
{
    const uint8_t *bytes = data;
    uint64_t hash = 0xcbf29ce484222325u;

    while (size-- > 0) {
        hash ^= *bytes++;
        hash *= 0x00000100000001b3u;
    }
    return hash;
}

uint64_t fnv1a_string(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u;

    while (*text != '\0') {
        hash ^= (unsigned char)*text++;
        hash *= 0x00000100000001b3u;
    }
    return hash;
}

uint32_t fnv1a_fold24(uint32_t hash)
{
    return (hash >> 24) ^ (hash & 0xffffffu);
}
