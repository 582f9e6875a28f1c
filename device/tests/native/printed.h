/* The text that went out over noinit_port_log_put, for a program of one file. */
#ifndef PRINTED_H
#define PRINTED_H

#include <stdint.h>
#include <string.h>

#include "check.h"
#include "noinit/log_backend.h"

static char text[2000];
static uint32_t text_size;

void noinit_port_log_put(const uint8_t *bytes, uint32_t size)
{
    CHECK(text_size + size < sizeof text);
    memcpy(text + text_size, bytes, size);
    text_size += size;
    text[text_size] = '\0';
}

/* What came out since the last time. */
static void expect(const char *expected)
{
    if (strcmp(text, expected) != 0) {
        printf("is:\n%s\nnot:\n%s\n", text, expected);
        exit(1);
    }
    text_size = 0;
    text[0] = '\0';
}

#endif
