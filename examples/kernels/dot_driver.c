#include "driver.h"

int64_t dot_int32(const int32_t *a, const int32_t *b, size_t count);
int32_t dot_int8(const int8_t *a, const int8_t *b, size_t count);
float dot_float(const float *a, const float *b, size_t count);
double dot_double4(const double *a, const double *b);
float horner(const float *coefficients, size_t count, float x);
void axpy(float alpha, const float *x, float *y, size_t count);
int32_t maximum(const int32_t *values, size_t count);
uint64_t sum_of_absolute_differences(const uint8_t *a, const uint8_t *b, size_t count);

/* Small integers, so that the order of sums and their fusing do not matter. */
static float small_float(void)
{
    return (float)((int)below(129) - 64);
}

int main(void)
{
    int32_t a[64], b[64];
    float x[64], y[64], result;
    double p[4], q[4], product;
    uint64_t sums[8] = {0};

    for (int round = 0; round < 200; round++) {
        size_t count = 1 + below(64);
        for (int i = 0; i < 64; i++) {
            a[i] = (int32_t)mixed32() >> 4;
            b[i] = (int32_t)mixed32() >> 4;
            x[i] = small_float();
            y[i] = small_float();
        }
        for (int i = 0; i < 4; i++) {
            p[i] = (double)small_float();
            q[i] = (double)small_float();
        }
        fold(&sums[0], (uint64_t)dot_int32(a, b, count));
        fold(&sums[1], (uint64_t)(int64_t)dot_int8((const int8_t *)a, (const int8_t *)b, 4 * count));
        result = dot_float(x, y, count);
        fold_bytes(&sums[2], &result, sizeof result);
        product = dot_double4(p, q);
        fold_bytes(&sums[3], &product, sizeof product);
        result = horner(x, count % 4, 3.0f);
        fold_bytes(&sums[4], &result, sizeof result);
        axpy(small_float(), x, y, count);
        fold_bytes(&sums[5], y, sizeof y);
        fold(&sums[6], (uint64_t)(int64_t)maximum(a, count));
        fold(&sums[7], sum_of_absolute_differences((const uint8_t *)a, (const uint8_t *)b, 4 * count));
    }
    report("dot_int32", sums[0]);
    report("dot_int8", sums[1]);
    report("dot_float", sums[2]);
    report("dot_double4", sums[3]);
    report("horner", sums[4]);
    report("axpy", sums[5]);
    report("maximum", sums[6]);
    report("sum_of_absolute_differences", sums[7]);
    return 0;
}
