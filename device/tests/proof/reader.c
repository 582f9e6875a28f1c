/*
 * What the bootloader's reader finds in images of a log: standard input holds them one behind the other, each of as many bytes as the first
 * argument says. A line an image: of each entry number, kind, stamp, id, size, sum of the body and boot of its segment. Sanitizers watch.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "noinit/log_reader.h"

static uint32_t sum_of(const noinit_log_reader_t *reader, const noinit_log_entry_t *entry)
{
    uint32_t sum = 0;
    uint32_t size = 0;
    for (uint32_t from = 0; from < entry->size; from += size) {
        const uint8_t *bytes = noinit_log_reader_body(reader, entry, from, &size);
        for (uint32_t i = 0; i < size; i++) {
            sum = sum * 31u + bytes[i];
        }
    }
    return sum;
}

static void show(const void *image, uint32_t size)
{
    noinit_log_reader_t reader;
    noinit_log_entry_t entry;
    if (!noinit_log_reader_open(&reader, image, size)) {
        printf("none");
        return;
    }
    while (noinit_log_reader_next(&reader, &entry)) {
        printf("%" PRIu32 ",%" PRIu32 ",%" PRIu64 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 " ", entry.number, entry.kind, entry.stamp, entry.id,
               entry.size, sum_of(&reader, &entry));
    }
}

int main(int count, char **arguments)
{
    const uint32_t size = count > 1 ? (uint32_t)strtoul(arguments[1], NULL, 0) : 0;
    void *const image = size > 0 ? aligned_alloc(8, (size + 7u) & ~7u) : NULL;
    if (image == NULL) {
        return 2;
    }
    while (fread(image, size, 1, stdin) == 1) {
        show(image, size);
        putchar('\n');
    }
    free(image);
    return 0;
}
