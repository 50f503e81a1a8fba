/* Small block ciphers: XTEA, Speck64/128 and Simon64/128. */
#include <stdint.h>

void xtea_encrypt(uint32_t v[2], const uint32_t key[4])
{
    uint32_t v0 = v[0], v1 = v[1], sum = 0;

    for (int i = 0; i < 32; i++) {
        v0 += ((v1 << 4 ^ v1 >> 5) + v1) ^ (sum + key[sum & 3]);
        sum += 0x9e3779b9u;
        v1 += ((v0 << 4 ^ v0 >> 5) + v0) ^ (sum + key[sum >> 11 & 3]);
    }
    v[0] = v0;
    v[1] = v1;
}

void xtea_decrypt(uint32_t v[2], const uint32_t key[4])
{
    uint32_t v0 = v[0], v1 = v[1], sum = 0x9e3779b9u * 32;

    for (int i = 0; i < 32; i++) {
        v1 -= ((v0 << 4 ^ v0 >> 5) + v0) ^ (sum + key[sum >> 11 & 3]);
        sum -= 0x9e3779b9u;
        v0 -= ((v1 << 4 ^ v1 >> 5) + v1) ^ (sum + key[sum & 3]);
    }
    v[0] = v0;
    v[1] = v1;
}

static uint32_t ror(uint32_t x, unsigned r)
{
    return x >> r | x << (32 - r);
}

static uint32_t rol(uint32_t x, unsigned r)
{
    return x << r | x >> (32 - r);
}

void speck_round(uint32_t *x, uint32_t *y, uint32_t key)
{
    *x = (ror(*x, 8) + *y) ^ key;
    *y = rol(*y, 3) ^ *x;
}

/* key[0] is the word used first; text[0] is the right half. */
void speck64_encrypt(uint32_t text[2], const uint32_t key[4])
{
    uint32_t a = key[0], l[3] = {key[1], key[2], key[3]};

    for (uint32_t i = 0; i < 27; i++) {
        speck_round(&text[1], &text[0], a);
        speck_round(&l[i % 3], &a, i);
    }
}

uint32_t simon_function(uint32_t x)
{
    return (rol(x, 1) & rol(x, 8)) ^ rol(x, 2);
}

void simon64_encrypt(uint32_t text[2], const uint32_t key[4])
{
    static const uint64_t sequence = 0xfc2ce51207a635dbu;
    uint32_t keys[44];

    for (int i = 0; i < 4; i++)
        keys[i] = key[i];
    for (int i = 4; i < 44; i++) {
        uint32_t t = ror(keys[i - 1], 3) ^ keys[i - 3];
        keys[i] = 0xfffffffcu ^ (uint32_t)(sequence >> ((i - 4) % 62) & 1) ^ keys[i - 4] ^ t ^ ror(t, 1);
    }
    for (int i = 0; i < 44; i++) {
        uint32_t kept = text[1];
        text[1] = text[0] ^ simon_function(text[1]) ^ keys[i];
        text[0] = kept;
    }
}
