/* Hands out what was recorded in small chunks, oldest need first: docs/formats/chunk.md. */
#ifndef NOINIT_PACKETIZER_H
#define NOINIT_PACKETIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noinit/result.h"

/* The smallest buffer that noinit_packetizer_get_chunk accepts. */
#define NOINIT_CHUNK_MIN 8u

/*
 * Writes the next chunk into `buffer`. `*size` is the room on entry and the chunk's length on return. False: nothing to send now.
 * After the last chunk of a message the message waits for its acknowledgement; it is sent again by noinit_packetizer_resend.
 * One thread only.
 */
bool noinit_packetizer_get_chunk(uint8_t *buffer, size_t *size);

/* Takes acknowledgements as the server gave them (docs/formats/ack.md): what is covered is forgotten. Same thread as get_chunk. */
noinit_result_t noinit_packetizer_ack(const uint8_t *acks, size_t size);

/* The link lost something: send again, from its start, whatever is not acknowledged. */
void noinit_packetizer_resend(void);

#endif
