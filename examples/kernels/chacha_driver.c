#include "driver.h"

void chacha_quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d);
void chacha_double_round(uint32_t x[16]);
void chacha20_block(const uint32_t state[16], uint8_t out[64]);

int main(void)
{
    uint32_t x[16];
    uint8_t out[64];
    uint64_t sums[3] = {0, 0, 0};

    for (int round = 0; round < 300; round++) {
        for (int i = 0; i < 16; i++)
            x[i] = mixed32();
        chacha20_block(x, out);
        fold_bytes(&sums[2], out, sizeof out);
        chacha_double_round(x);
        fold_bytes(&sums[1], x, sizeof x);
        chacha_quarter_round(&x[0], &x[1], &x[2], &x[3]);
        fold_bytes(&sums[0], x, 16);
    }
    report("chacha_quarter_round", sums[0]);
    report("chacha_double_round", sums[1]);
    report("chacha20_block", sums[2]);
    x[0] = 0x11111111, x[1] = 0x01020304, x[2] = 0x9b8d6f43, x[3] = 0x01234567;
    chacha_quarter_round(&x[0], &x[1], &x[2], &x[3]);
    printf("check chacha_quarter_round %08x %08x %08x %08x\n", (unsigned)x[0], (unsigned)x[1], (unsigned)x[2], (unsigned)x[3]);
    return 0;
}
