#include "driver.h"

unsigned popcount32(uint32_t x);
unsigned popcount64(uint64_t x);
unsigned popcount_sparse(uint64_t x);
unsigned parity(uint32_t x);
unsigned hamming_distance(const uint64_t *a, const uint64_t *b, size_t words);

int main(void)
{
    uint64_t sum = 0, left[9], right[9];

    REPORT_MIXED("popcount32", popcount32((uint32_t)a));
    REPORT_MIXED("popcount64", popcount64(a));
    REPORT_MIXED("popcount_sparse", popcount_sparse(a));
    REPORT_MIXED("parity", parity((uint32_t)a));
    for (int round = 0; round < 200; round++) {
        fill(left, sizeof left);
        fill(right, sizeof right);
        fold(&sum, hamming_distance(left, right, (size_t)round % 10));
    }
    report("hamming_distance", sum);
    printf("check popcount64 %u\n", popcount64(0xf0f0000000000001u));
    return 0;
}
