#include "driver.h"

void xtea_encrypt(uint32_t v[2], const uint32_t key[4]);
void xtea_decrypt(uint32_t v[2], const uint32_t key[4]);
void speck_round(uint32_t *x, uint32_t *y, uint32_t key);
void speck64_encrypt(uint32_t text[2], const uint32_t key[4]);
uint32_t simon_function(uint32_t x);
void simon64_encrypt(uint32_t text[2], const uint32_t key[4]);

int main(void)
{
    static const uint32_t test_key[4] = {0x03020100, 0x0b0a0908, 0x13121110, 0x1b1a1918};
    uint32_t text[2], key[4], speck[2] = {0x7475432d, 0x3b726574}, simon[2] = {0x20646e75, 0x656b696c};
    uint64_t sums[5] = {0, 0, 0, 0, 0};

    for (int round = 0; round < 300; round++) {
        fill(key, sizeof key);
        text[0] = mixed32(), text[1] = mixed32();
        xtea_encrypt(text, key);
        fold_bytes(&sums[0], text, sizeof text);
        text[0] = mixed32();
        xtea_decrypt(text, key);
        fold_bytes(&sums[1], text, sizeof text);
        speck64_encrypt(text, key);
        fold_bytes(&sums[2], text, sizeof text);
        simon64_encrypt(text, key);
        fold_bytes(&sums[3], text, sizeof text);
        text[0] = mixed32(), text[1] = mixed32();
        speck_round(&text[0], &text[1], mixed32());
        fold_bytes(&sums[4], text, sizeof text);
    }
    report("xtea_encrypt", sums[0]);
    report("xtea_decrypt", sums[1]);
    report("speck64_encrypt", sums[2]);
    report("simon64_encrypt", sums[3]);
    report("speck_round", sums[4]);
    REPORT_MIXED("simon_function", simon_function((uint32_t)a));
    speck64_encrypt(speck, test_key);
    printf("check speck64 %08x %08x\n", (unsigned)speck[1], (unsigned)speck[0]);
    simon64_encrypt(simon, test_key);
    printf("check simon64 %08x %08x\n", (unsigned)simon[1], (unsigned)simon[0]);
    return 0;
}
