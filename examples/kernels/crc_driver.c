#include "driver.h"

uint32_t crc32_bitwise(uint32_t crc, const uint8_t *data, size_t size);
uint32_t crc32_nibbles(uint32_t crc, const uint8_t *data, size_t size);
void crc32_make_table(uint32_t table[256]);
uint32_t crc32_table(const uint32_t table[256], uint32_t crc, const uint8_t *data, size_t size);
uint16_t crc16_ccitt(uint16_t crc, const uint8_t *data, size_t size);
uint8_t crc8_step(uint8_t crc, uint8_t byte);

int main(void)
{
    static const uint8_t digits[] = "123456789";
    static uint32_t table[256];
    uint8_t buffer[64];
    uint64_t sums[4] = {0, 0, 0, 0};

    crc32_make_table(table);
    for (size_t size = 0; size <= sizeof buffer; size++) {
        uint32_t start = mixed32();
        fill(buffer, sizeof buffer);
        fold(&sums[0], crc32_bitwise(start, buffer, size));
        fold(&sums[1], crc32_nibbles(start, buffer, size));
        fold(&sums[2], crc32_table(table, start, buffer, size));
        fold(&sums[3], crc16_ccitt((uint16_t)start, buffer, size));
    }
    report("crc32_bitwise", sums[0]);
    report("crc32_nibbles", sums[1]);
    report("crc32_table", sums[2]);
    report("crc16_ccitt", sums[3]);
    REPORT_MIXED("crc8_step", crc8_step((uint8_t)a, (uint8_t)b));
    printf("check crc32 %08x %08x %08x\n", (unsigned)crc32_bitwise(0, digits, 9), (unsigned)crc32_nibbles(0, digits, 9),
           (unsigned)crc32_table(table, 0, digits, 9));
    printf("check crc16 %04x\n", (unsigned)crc16_ccitt(0xffff, digits, 9));
    return 0;
}
