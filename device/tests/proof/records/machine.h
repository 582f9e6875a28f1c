/* The records of the SDK (head, boots, marks, postcards, crashes) and what a script does with them. */
#ifndef PROOF_RECORDS_MACHINE_H
#define PROOF_RECORDS_MACHINE_H

#include <stdint.h>

/* An operation: its number and five words. machine.ts makes them. */
#define PROOF_OP_WORDS 6u
#define PROOF_START 1u    /* is the version known */
#define PROOF_MARK 2u     /* reason, pc, lr */
#define PROOF_UNMARK 3u
#define PROOF_ALIVE 4u    /* uptime, task, pc */
#define PROOF_CRASH 5u    /* cause, pc, lr, fault bits, exception */
#define PROOF_SNAPSHOT 6u /* reason */
#define PROOF_PULL 7u     /* gives the size of one whole message, 0: none */
#define PROOF_ACK 8u
#define PROOF_HEALTHY 9u
#define PROOF_CLEAR 10u
#define PROOF_COLLECT 11u
#define PROOF_WAIT 12u    /* uptime */
#define PROOF_STASH 13u   /* where, raw: as a bootloader */

int32_t proof_step(const uint32_t *words);

/* The chip's reset-cause register: bits of its own (machine.c), cleared by the SDK's port. */
extern uint32_t proof_register;

/* The chunk that PROOF_PULL pulled. */
#define PROOF_CHUNK_MAX 1024u
extern uint8_t proof_chunk[PROOF_CHUNK_MAX];

/* Ends a boot: called where the SDK resets the chip. */
_Noreturn void proof_reset(void);

/* Ends an operation: called where the SDK goes on in what a capture had interrupted. */
_Noreturn void proof_resume(int32_t result);

#endif
