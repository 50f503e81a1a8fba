/* Steps of sorting. */
#include <stddef.h>
#include <stdint.h>

/* One pass of bubble sort; how many neighbours changed places. */
size_t bubble_pass(int32_t *values, size_t count)
{
    size_t swaps = 0;

    for (size_t i = 1; i < count; i++) {
        if (values[i - 1] > values[i]) {
            int32_t kept = values[i - 1];
            values[i - 1] = values[i];
            values[i] = kept;
            swaps++;
        }
    }
    return swaps;
}

void insertion_sort(int64_t *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        int64_t key = values[i];
        size_t j = i;
        while (j > 0 && values[j - 1] > key) {
            values[j] = values[j - 1];
            j--;
        }
        values[j] = key;
    }
}

void sort3(int32_t *a, int32_t *b, int32_t *c)
{
    int32_t t;

    if (*a > *b)
        t = *a, *a = *b, *b = t;
    if (*b > *c)
        t = *b, *b = *c, *c = t;
    if (*a > *b)
        t = *a, *a = *b, *b = t;
}

uint32_t median3(uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t low = a < b ? a : b, high = a < b ? b : a;
    uint32_t upper = high < c ? high : c;
    return low > upper ? low : upper;
}

size_t partition(int32_t *values, size_t count, int32_t pivot)
{
    size_t store = 0;

    for (size_t i = 0; i < count; i++) {
        int32_t value = values[i];
        if (value < pivot) {
            values[i] = values[store];
            values[store++] = value;
        }
    }
    return store;
}

void sift_down(uint32_t *heap, size_t root, size_t count)
{
    for (;;) {
        size_t child = 2 * root + 1;
        uint32_t kept;
        if (child >= count)
            return;
        if (child + 1 < count && heap[child] < heap[child + 1])
            child++;
        if (heap[root] >= heap[child])
            return;
        kept = heap[root];
        heap[root] = heap[child];
        heap[child] = kept;
        root = child;
    }
}

void counting_histogram(const uint8_t *data, size_t size, uint32_t counts[256])
{
    for (int i = 0; i < 256; i++)
        counts[i] = 0;
    for (size_t i = 0; i < size; i++)
        counts[data[i]]++;
}
