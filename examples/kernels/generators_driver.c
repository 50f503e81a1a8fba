#include "driver.h"

uint32_t xorshift32(uint32_t *state);
uint64_t splitmix64(uint64_t *state);
uint32_t pcg32(uint64_t *state);
uint64_t xoshiro256ss(uint64_t s[4]);
uint32_t lfsr16_step(uint32_t lfsr);
uint32_t bounded(uint32_t random, uint32_t limit);

int main(void)
{
    uint64_t sums[4] = {0, 0, 0, 0}, zero = 0;

    for (int round = 0; round < ROUNDS; round++) {
        uint64_t s[4] = {mixed64(), mixed64(), mixed64(), mixed64()};
        uint32_t small = mixed32();
        fold(&sums[3], xoshiro256ss(s));
        fold_bytes(&sums[3], s, sizeof s);
        fold(&sums[0], xorshift32(&small));
        fold(&sums[0], small);
        fold(&sums[1], splitmix64(&s[0]));
        fold(&sums[1], s[0]);
        fold(&sums[2], pcg32(&s[1]));
        fold(&sums[2], s[1]);
    }
    report("xorshift32", sums[0]);
    report("splitmix64", sums[1]);
    report("pcg32", sums[2]);
    report("xoshiro256ss", sums[3]);
    REPORT_MIXED("lfsr16_step", lfsr16_step(a & 0xffff));
    REPORT_MIXED("bounded", bounded((uint32_t)a, (uint32_t)b));
    printf("check splitmix64 %016" PRIx64 "\n", splitmix64(&zero));
    return 0;
}
