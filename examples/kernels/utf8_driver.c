#include "driver.h"

size_t utf8_validate(const uint8_t *text, size_t size);
size_t utf8_count(const uint8_t *text, size_t size);
uint32_t utf8_decode(const uint8_t *p, size_t left);
size_t utf8_encode(uint32_t c, uint8_t *out);

static const uint32_t limits[] = {0, 0x80, 0x800, 0x10000, 0x110000};

int main(void)
{
    uint8_t text[84], noise[8];
    uint64_t sums[4] = {0, 0, 0, 0};

    for (int round = 0; round < ROUNDS; round++) {
        size_t size = 0;
        while (size < 80) {
            uint32_t kind = below(4);
            uint32_t c = limits[kind] + below(limits[kind + 1] - limits[kind]);
            size_t length = utf8_encode(c, text + size);
            fold_bytes(&sums[3], text + size, length);
            fold(&sums[2], utf8_decode(text + size, length));
            size += length;
        }
        if (round & 1)
            text[below((uint32_t)size)] = (uint8_t)any64();
        fold(&sums[0], utf8_validate(text, size - below(4)));
        fold(&sums[1], utf8_count(text, size));
        fill(noise, sizeof noise);
        noise[0] |= 0xc0;
        noise[1] = (uint8_t)((noise[1] & 0x3f) | 0x80);
        noise[2] = (uint8_t)((noise[2] & 0x7f) | 0x80);
        fold(&sums[2], utf8_decode(noise, below(6)));
    }
    report("utf8_validate", sums[0]);
    report("utf8_count", sums[1]);
    report("utf8_decode", sums[2]);
    report("utf8_encode", sums[3]);
    printf("check utf8_decode %x\n", (unsigned)utf8_decode((const uint8_t *)"\xf0\x9f\x98\x80", 4));
    return 0;
}
