/* Dot products and other reductions. */
#include <stddef.h>
#include <stdint.h>

int64_t dot_int32(const int32_t *a, const int32_t *b, size_t count)
{
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += (int64_t)a[i] * b[i];
    return sum;
}

int32_t dot_int8(const int8_t *a, const int8_t *b, size_t count)
{
    int32_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

float dot_float(const float *a, const float *b, size_t count)
{
    float sum = 0.0f;

    for (size_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

double dot_double4(const double *a, const double *b)
{
    return (a[0] * b[0] + a[1] * b[1]) + (a[2] * b[2] + a[3] * b[3]);
}

float horner(const float *coefficients, size_t count, float x)
{
    float result = 0.0f;

    while (count-- > 0)
        result = result * x + coefficients[count];
    return result;
}

void axpy(float alpha, const float *x, float *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] += alpha * x[i];
}

int32_t maximum(const int32_t *values, size_t count)
{
    int32_t best = values[0];

    for (size_t i = 1; i < count; i++)
        if (values[i] > best)
            best = values[i];
    return best;
}

uint64_t sum_of_absolute_differences(const uint8_t *a, const uint8_t *b, size_t count)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += (uint64_t)(a[i] > b[i] ? a[i] - b[i] : b[i] - a[i]);
    return sum;
}
