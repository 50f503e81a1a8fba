#include "driver.h"

size_t bubble_pass(int32_t *values, size_t count);
void insertion_sort(int64_t *values, size_t count);
void sort3(int32_t *a, int32_t *b, int32_t *c);
uint32_t median3(uint32_t a, uint32_t b, uint32_t c);
size_t partition(int32_t *values, size_t count, int32_t pivot);
void sift_down(uint32_t *heap, size_t root, size_t count);
void counting_histogram(const uint8_t *data, size_t size, uint32_t counts[256]);

int main(void)
{
    int32_t values[40];
    int64_t wide[40];
    uint32_t counts[256];
    uint64_t sums[6] = {0};

    for (int round = 0; round < 300; round++) {
        size_t count = below(41);
        for (int i = 0; i < 40; i++) {
            values[i] = (int32_t)mixed32();
            wide[i] = (int64_t)mixed64();
        }
        fold(&sums[0], bubble_pass(values, count));
        fold_bytes(&sums[0], values, sizeof values);
        insertion_sort(wide, count);
        fold_bytes(&sums[1], wide, sizeof wide);
        sort3(&values[0], &values[1], &values[2]);
        sort3(&values[3], &values[3], &values[4]);
        fold_bytes(&sums[2], values, sizeof values);
        fold(&sums[3], partition(values, count, values[39]));
        fold_bytes(&sums[3], values, sizeof values);
        sift_down((uint32_t *)values, below(20), count);
        fold_bytes(&sums[4], values, sizeof values);
        counting_histogram((const uint8_t *)values, 4 * count, counts);
        fold_bytes(&sums[5], counts, sizeof counts);
    }
    report("bubble_pass", sums[0]);
    report("insertion_sort", sums[1]);
    report("sort3", sums[2]);
    report("partition", sums[3]);
    report("sift_down", sums[4]);
    report("counting_histogram", sums[5]);
    REPORT_MIXED("median3", median3((uint32_t)a, (uint32_t)b, (uint32_t)c));
    return 0;
}
