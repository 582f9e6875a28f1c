/* Hands out what was recorded in small chunks, oldest need first: docs/formats/chunk.md. */
#ifndef NOINIT_PACKETIZER_H
#define NOINIT_PACKETIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noinit/config.h"
#include "noinit/result.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The smallest buffer that noinit_packetizer_get_chunk accepts. */
#if NOINIT_CHUNK_CRC
#define NOINIT_CHUNK_MIN 10u
#else
#define NOINIT_CHUNK_MIN 8u
#endif

/*
 * Writes the next chunk into `buffer`. `*size` is the room on entry and the chunk's length on return. False: nothing to send now, or no room.
 * After the last chunk of a message it waits for its acknowledgement, and nothing else is sent until then; noinit_packetizer_resend sends
 * it again. With NOINIT_PACKETIZER_ONE_WAY it is forgotten instead and the next one follows.
 * One thread only.
 */
bool noinit_packetizer_get_chunk(uint8_t *buffer, size_t *size);

/* Takes acknowledgements as the server gave them (docs/formats/ack.md): what is covered is forgotten. Same thread as get_chunk. */
noinit_result_t noinit_packetizer_ack(const uint8_t *acks, size_t size);

/* The link lost something: send again, from its start, whatever is not acknowledged. */
void noinit_packetizer_resend(void);

#ifdef __cplusplus
}
#endif

#endif
