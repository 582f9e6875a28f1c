/*
 * Every option with its default. Override with -DNAME=value, or name a header of your own: -DNOINIT_CONFIG_FILE='"my_noinit_config.h"'.
 */
#ifndef NOINIT_CONFIG_H
#define NOINIT_CONFIG_H

#ifdef NOINIT_CONFIG_FILE
#include NOINIT_CONFIG_FILE
#endif

/* Bytes of retained log entries; a power of two. */
#ifndef NOINIT_LOG_CAPACITY
#define NOINIT_LOG_CAPACITY 2048
#endif

/* Most verbose level that is compiled in anywhere: 1 error, 2 warning, 3 info, 4 debug. A file may ask for less (log.h). */
#ifndef NOINIT_LOG_MAX_LEVEL
#define NOINIT_LOG_MAX_LEVEL 4
#endif

/* Level of a file that does not say its own. */
#ifndef NOINIT_LOG_DEFAULT_LEVEL
#define NOINIT_LOG_DEFAULT_LEVEL 3
#endif

/* Bytes of retained boot and reboot records that wait for their acknowledgement (about 110 a boot); a power of two. */
#ifndef NOINIT_REBOOT_CAPACITY
#define NOINIT_REBOOT_CAPACITY 512
#endif

/* Bytes of the retained crash record. */
#ifndef NOINIT_CRASH_CAPACITY
#define NOINIT_CRASH_CAPACITY 2048
#endif

/* Bytes of stack that a crash takes along, from the stack pointer upwards. */
#ifndef NOINIT_CRASH_STACK_BYTES
#define NOINIT_CRASH_STACK_BYTES 1024
#endif

/*
 * Bytes of the stack on which the fault handler runs: up to 280 at -Os and -O2, 460 at -O0 (GCC 12, summed from -fstack-usage along the
 * deepest chain), and what the port's uptime and reset take.
 */
#ifndef NOINIT_FAULT_STACK_BYTES
#define NOINIT_FAULT_STACK_BYTES 512
#endif

/* 1: every chunk carries a CRC-16 of its own (for links that do not check); a chunk is then at least 10 bytes. */
#ifndef NOINIT_CHUNK_CRC
#define NOINIT_CHUNK_CRC 0
#endif

/* 1: the link has no way back; a message is forgotten when its last chunk was handed out. */
#ifndef NOINIT_PACKETIZER_ONE_WAY
#define NOINIT_PACKETIZER_ONE_WAY 0
#endif

/* Bytes of log entries in one message. */
#ifndef NOINIT_PACKETIZER_LOG_BYTES
#define NOINIT_PACKETIZER_LOG_BYTES 512
#endif

#define NOINIT_IS_POWER_OF_TWO(n) ((n) > 0 && ((n) & ((n)-1)) == 0)
_Static_assert(NOINIT_IS_POWER_OF_TWO(NOINIT_LOG_CAPACITY), "NOINIT_LOG_CAPACITY must be a power of two");
_Static_assert(NOINIT_LOG_CAPACITY >= 256 && NOINIT_LOG_CAPACITY <= 65536, "NOINIT_LOG_CAPACITY must be 256 to 65536");
_Static_assert(NOINIT_LOG_MAX_LEVEL >= 0 && NOINIT_LOG_MAX_LEVEL <= 4, "NOINIT_LOG_MAX_LEVEL must be 0 to 4");
_Static_assert(NOINIT_LOG_DEFAULT_LEVEL >= 0 && NOINIT_LOG_DEFAULT_LEVEL <= 4, "NOINIT_LOG_DEFAULT_LEVEL must be 0 to 4");
_Static_assert(NOINIT_IS_POWER_OF_TWO(NOINIT_REBOOT_CAPACITY), "NOINIT_REBOOT_CAPACITY must be a power of two");
_Static_assert(NOINIT_REBOOT_CAPACITY >= 512 && NOINIT_REBOOT_CAPACITY <= 65536, "NOINIT_REBOOT_CAPACITY must be 512 to 65536");
_Static_assert(NOINIT_CRASH_CAPACITY <= 32767, "NOINIT_CRASH_CAPACITY must be at most 32767");
_Static_assert(NOINIT_CRASH_STACK_BYTES + 512 <= NOINIT_CRASH_CAPACITY, "NOINIT_CRASH_CAPACITY must hold the stack and 512 bytes");
_Static_assert(NOINIT_CRASH_STACK_BYTES % 4 == 0, "NOINIT_CRASH_STACK_BYTES must be a multiple of 4");
_Static_assert(NOINIT_FAULT_STACK_BYTES >= 384 && NOINIT_FAULT_STACK_BYTES % 8 == 0,
               "NOINIT_FAULT_STACK_BYTES must be at least 384 and a multiple of 8");
_Static_assert(NOINIT_PACKETIZER_LOG_BYTES >= 64, "NOINIT_PACKETIZER_LOG_BYTES must be at least 64");

#endif
