/* What every driver shares: a deterministic source of inputs and a checksum of outputs. */
#ifndef DRIVER_H
#define DRIVER_H

#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

static uint64_t driver_state = 0x243f6a8885a308d3u;

/* Uniform 64-bit numbers, the same in every run (xorshift64*). */
static inline uint64_t any64(void)
{
    driver_state ^= driver_state >> 12;
    driver_state ^= driver_state << 25;
    driver_state ^= driver_state >> 27;
    return driver_state * 0x2545f4914f6cdd1du;
}

/* Numbers among which small, large, sparse and extreme ones are frequent. */
static inline uint64_t mixed64(void)
{
    uint64_t value = any64();
    switch (any64() >> 61) {
    case 0:
        return value & 0xff;
    case 1:
        return value >> (value & 63);
    case 2:
        return ~(value >> (value & 63));
    case 3:
        return (uint64_t)1 << (value & 63);
    case 4:
        return ((uint64_t)1 << (value & 63)) - 1;
    case 5:
        return value & any64() & any64();
    default:
        return value;
    }
}

static inline uint32_t mixed32(void)
{
    uint64_t value = mixed64();
    return (value >> 33) & 1 ? (uint32_t)(value >> 32) : (uint32_t)value;
}

/* A number below `limit`, which must not be 0. */
static inline uint32_t below(uint32_t limit)
{
    return (uint32_t)((any64() >> 32) % limit);
}

static inline void fill(void *buffer, size_t size)
{
    unsigned char *bytes = buffer;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(any64() >> 56);
}

static inline void fold(uint64_t *sum, uint64_t value)
{
    *sum = (*sum ^ value) * 0x100000001b3u;
    *sum ^= *sum >> 29;
}

static inline void fold_bytes(uint64_t *sum, const void *buffer, size_t size)
{
    const unsigned char *bytes = buffer;
    for (size_t i = 0; i < size; i++)
        fold(sum, bytes[i]);
}

static inline void report(const char *name, uint64_t sum)
{
    printf("%s %016" PRIx64 "\n", name, sum);
}

#define ROUNDS 2000

/* Calls `expression`, which may use the mixed inputs a, b and c, ROUNDS times and reports what it gave. */
#define REPORT_MIXED(name, expression)                                                                                 \
    do {                                                                                                               \
        uint64_t sum_ = 0;                                                                                             \
        for (int round_ = 0; round_ < ROUNDS; round_++) {                                                              \
            uint64_t a = mixed64(), b = mixed64(), c = mixed64();                                                      \
            (void)a, (void)b, (void)c;                                                                                 \
            fold(&sum_, (uint64_t)(expression));                                                                       \
        }                                                                                                              \
        report(name, sum_);                                                                                            \
    } while (0)

#endif
