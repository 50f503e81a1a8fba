#include "driver.h"

void siphash_round(uint64_t v[4]);
uint64_t siphash24(const uint8_t key[16], const uint8_t *data, size_t size);

int main(void)
{
    uint8_t key[16], data[64];
    uint64_t v[4], sum = 0;

    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 4; i++)
            v[i] = mixed64();
        siphash_round(v);
        fold_bytes(&sum, v, sizeof v);
    }
    report("siphash_round", sum);
    sum = 0;
    for (size_t size = 0; size <= sizeof data; size++) {
        fill(key, sizeof key);
        fill(data, sizeof data);
        fold(&sum, siphash24(key, data, size));
    }
    report("siphash24", sum);
    for (int i = 0; i < 16; i++)
        key[i] = data[i] = (uint8_t)i;
    printf("check siphash24 %016" PRIx64 "\n", siphash24(key, data, 15));
    return 0;
}
