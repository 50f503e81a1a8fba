#include "driver.h"

uint16_t ip_checksum(const void *data, size_t size);
uint16_t ip_checksum_wide(const void *data, size_t words);
uint16_t ip_checksum_update(uint16_t checksum, uint16_t before, uint16_t after);

int main(void)
{
    static const uint8_t header[20] = {0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
                                       0x00, 0x00, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7};
    uint8_t packet[160];
    uint64_t sums[2] = {0, 0};

    for (size_t size = 0; size < sizeof packet; size++) {
        fill(packet, sizeof packet);
        fold(&sums[0], ip_checksum(packet, size));
        fold(&sums[1], ip_checksum_wide(packet, size / 8));
    }
    report("ip_checksum", sums[0]);
    report("ip_checksum_wide", sums[1]);
    REPORT_MIXED("ip_checksum_update", ip_checksum_update((uint16_t)a, (uint16_t)b, (uint16_t)c));
    printf("check ip_checksum %04x\n", (unsigned)ip_checksum(header, sizeof header));
    return 0;
}
