#include "driver.h"

uint32_t fnv1a_32(const void *data, size_t size);
uint64_t fnv1a_64(const void *data, size_t size);
uint64_t fnv1a_string(const char *text);
uint32_t fnv1a_fold24(uint32_t hash);

int main(void)
{
    unsigned char buffer[100];
    uint64_t sums[3] = {0, 0, 0};

    for (size_t size = 0; size < sizeof buffer; size++) {
        fill(buffer, sizeof buffer);
        fold(&sums[0], fnv1a_32(buffer, size));
        fold(&sums[1], fnv1a_64(buffer, size));
        buffer[size] = 0;
        fold(&sums[2], fnv1a_string((const char *)buffer));
    }
    report("fnv1a_32", sums[0]);
    report("fnv1a_64", sums[1]);
    report("fnv1a_string", sums[2]);
    REPORT_MIXED("fnv1a_fold24", fnv1a_fold24((uint32_t)a));
    printf("check fnv1a_32 %08x\n", (unsigned)fnv1a_32("foobar", 6));
    return 0;
}
