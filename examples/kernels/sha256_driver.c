#include "driver.h"

uint32_t sha256_choose(uint32_t e, uint32_t f, uint32_t g);
uint32_t sha256_majority(uint32_t a, uint32_t b, uint32_t c);
uint32_t sha256_schedule(uint32_t w2, uint32_t w7, uint32_t w15, uint32_t w16);
void sha256_step(uint32_t s[8], uint32_t kw);
void sha256_compress(uint32_t hash[8], const uint8_t block[64]);

int main(void)
{
    uint8_t block[64];
    uint32_t s[8], abc[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    uint64_t sums[2] = {0, 0};

    REPORT_MIXED("sha256_choose", sha256_choose((uint32_t)a, (uint32_t)b, (uint32_t)c));
    REPORT_MIXED("sha256_majority", sha256_majority((uint32_t)a, (uint32_t)b, (uint32_t)c));
    REPORT_MIXED("sha256_schedule", sha256_schedule((uint32_t)a, (uint32_t)b, (uint32_t)c, (uint32_t)(a >> 32)));
    for (int round = 0; round < 300; round++) {
        for (int i = 0; i < 8; i++)
            s[i] = mixed32();
        sha256_step(s, mixed32());
        fold_bytes(&sums[0], s, sizeof s);
        fill(block, sizeof block);
        sha256_compress(s, block);
        fold_bytes(&sums[1], s, sizeof s);
    }
    report("sha256_step", sums[0]);
    report("sha256_compress", sums[1]);
    for (int i = 0; i < 64; i++)
        block[i] = 0;
    block[0] = 'a', block[1] = 'b', block[2] = 'c', block[3] = 0x80, block[63] = 24;
    sha256_compress(abc, block);
    printf("check sha256 ");
    for (int i = 0; i < 8; i++)
        printf("%08x", (unsigned)abc[i]);
    printf("\n");
    return 0;
}
