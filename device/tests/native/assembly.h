/* A server small enough to see through: puts chunks together to messages, checks their CRC-32, writes acknowledgements. */
#ifndef ASSEMBLY_H
#define ASSEMBLY_H

#include <stdbool.h>
#include <stdint.h>

#define ASSEMBLY_MAX 4096u
#define ASSEMBLY_CHUNK_MAX 1024u

typedef struct {
    uint32_t id;
    uint8_t bytes[ASSEMBLY_MAX];
    bool has[ASSEMBLY_MAX];
    uint32_t end; /* 0: no last chunk yet */
    bool is_whole;
    uint32_t size; /* of the record, without its CRC-32; once whole */
} assembly_t;

/* Takes a chunk; gives its message. A chunk of another id opens a new one. Ends the test where a byte contradicts docs/formats/chunk.md. */
assembly_t *assembly_take(const uint8_t *chunk, uint32_t size);

/* Takes every chunk that the packetizer gives now, of `chunk_size` bytes at most (up to ASSEMBLY_CHUNK_MAX); gives the last one's message, NULL if there was none. */
assembly_t *assembly_pull(uint32_t chunk_size);

/* An acknowledgement of `length` bytes from `offset`; gives its size. */
uint32_t assembly_ack(uint8_t *ack, uint32_t id, uint32_t offset, uint32_t length);

/* The record's head: kind, lineage, boot, sequence. A postcard's kind is its first byte. */
#define RECORD_POSTCARD 0x50u
typedef struct {
    uint32_t kind, lineage, boot, sequence;
    uint32_t items; /* where the items begin */
} record_head_t;
record_head_t assembly_head(const assembly_t *message);

/* A boot or reboot record's map: the numbers by their keys (0: absent), and the strings. */
#define WORDS_MAX 24u
typedef struct {
    uint32_t words[WORDS_MAX];
    struct {
        uint32_t key, size;
        const uint8_t *bytes;
    } strings[3];
    uint32_t string_count;
} words_t;
words_t read_words(const uint8_t *bytes, uint32_t place, uint32_t size);

/* A CBOR head at `*place`, moved on; gives its number and its major type. */
uint32_t read_head(const uint8_t *bytes, uint32_t *place, uint8_t *major);

#endif
