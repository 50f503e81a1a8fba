#include "driver.h"

size_t varint_encode(uint64_t value, uint8_t *out);
size_t varint_decode(const uint8_t *in, size_t size, uint64_t *value);
uint64_t zigzag_encode(int64_t x);
int64_t zigzag_decode(uint64_t x);
uint32_t extract_bits(const uint8_t *stream, size_t position, unsigned width);
void delta_encode(uint32_t *values, size_t count);

int main(void)
{
    uint8_t buffer[32];
    uint32_t values[16];
    uint64_t sums[4] = {0, 0, 0, 0};

    for (int round = 0; round < ROUNDS; round++) {
        uint64_t value = 0;
        size_t size;
        fill(buffer, sizeof buffer);
        fold(&sums[3], extract_bits(buffer, below(200), below(33)));
        size = varint_encode(mixed64(), buffer);
        fold_bytes(&sums[0], buffer, size);
        fold(&sums[1], varint_decode(buffer, size - (round % 5 == 0), &value));
        fold(&sums[1], value);
        fill(values, sizeof values);
        delta_encode(values, below(17));
        fold_bytes(&sums[2], values, sizeof values);
    }
    report("varint_encode", sums[0]);
    report("varint_decode", sums[1]);
    report("delta_encode", sums[2]);
    report("extract_bits", sums[3]);
    REPORT_MIXED("zigzag_encode", zigzag_encode((int64_t)a));
    REPORT_MIXED("zigzag_decode", zigzag_decode(a));
    printf("check zigzag %d %d\n", (int)zigzag_encode(-3), (int)zigzag_decode(5));
    return 0;
}
