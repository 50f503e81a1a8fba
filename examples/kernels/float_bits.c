/* Floating-point numbers taken apart, and small pieces of numerical code. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Integers that order as the numbers do, -0 below +0. */
int32_t sortable_bits(float x)
{
    uint32_t bits = bits_of(x);
    return (int32_t)(bits ^ (uint32_t)((int32_t)bits < 0 ? 0x7fffffff : 0));
}

int float_is_nan(float x)
{
    return (bits_of(x) & 0x7fffffffu) > 0x7f800000u;
}

float float_absolute(float x)
{
    return float_of(bits_of(x) & 0x7fffffffu);
}

float inverse_root_guess(float x)
{
    return float_of(0x5f3759dfu - (bits_of(x) >> 1));
}

uint16_t half_from_float(float x)
{
    uint32_t bits = bits_of(x), sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;

    if (magnitude > 0x7f800000u)
        return (uint16_t)(sign | 0x7e00);
    if (magnitude >= 0x47800000u)
        return (uint16_t)(sign | 0x7c00);
    if (magnitude < 0x38800000u)
        return (uint16_t)sign;
    return (uint16_t)(sign | (magnitude - 0x38000000u) >> 13);
}

float lerp(float a, float b, float t)
{
    return a + t * (b - a);
}

float smoothstep(float x)
{
    if (x < 0.0f)
        x = 0.0f;
    else if (x > 1.0f)
        x = 1.0f;
    return x * x * (3.0f - 2.0f * x);
}

int32_t round_to_int(double x)
{
    return (int32_t)(x < 0.0 ? x - 0.5 : x + 0.5);
}

void scale_to_bytes(const float *in, uint8_t *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float x = in[i] * 255.0f;
        out[i] = (uint8_t)(x <= 0.0f ? 0 : x >= 255.0f ? 255 : (int)x);
    }
}
