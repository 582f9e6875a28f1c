/*
 * Every option with its default. Override with -DNAME=value, or name a header of your own: -DNOINIT_CONFIG_FILE='"my_noinit_config.h"'.
 */
#ifndef NOINIT_CONFIG_H
#define NOINIT_CONFIG_H

#ifdef NOINIT_CONFIG_FILE
#include NOINIT_CONFIG_FILE
#endif

/* Processor cores that log; each has a ring of its own, an equal part of the log's region (linker symbols __noinit_log_start, _end). */
#ifndef NOINIT_CORES
#define NOINIT_CORES 1
#endif

/*
 * Levels: 0 none, 1 error, 2 warning, 3 info, 4 debug. A module has the level it is registered with, or the default; it is at least
 * the override and at most the maximum. What lies above is not compiled in.
 */
#ifndef NOINIT_LOG_DEFAULT_LEVEL
#define NOINIT_LOG_DEFAULT_LEVEL 3
#endif
#ifndef NOINIT_LOG_OVERRIDE_LEVEL
#define NOINIT_LOG_OVERRIDE_LEVEL 0
#endif
#ifndef NOINIT_LOG_MAX_LEVEL
#define NOINIT_LOG_MAX_LEVEL 4
#endif

/* 1: levels can be changed while the firmware runs, for each source. A call then looks at its source first: 8 to 12 bytes of flash. */
#ifndef NOINIT_LOG_RUNTIME_FILTER
#define NOINIT_LOG_RUNTIME_FILTER 1
#endif

/* 1: lines of that level begin with the name of their function, which then stands in flash. */
#ifndef NOINIT_LOG_FUNCTION_PREFIX_ERR
#define NOINIT_LOG_FUNCTION_PREFIX_ERR 0
#endif
#ifndef NOINIT_LOG_FUNCTION_PREFIX_WRN
#define NOINIT_LOG_FUNCTION_PREFIX_WRN 0
#endif
#ifndef NOINIT_LOG_FUNCTION_PREFIX_INF
#define NOINIT_LOG_FUNCTION_PREFIX_INF 0
#endif
#ifndef NOINIT_LOG_FUNCTION_PREFIX_DBG
#define NOINIT_LOG_FUNCTION_PREFIX_DBG 0
#endif

/* What a full log does: 0 the oldest entries make room, 1 the newest are dropped. Either way the stream says how many are missing. */
#ifndef NOINIT_LOG_DROP_NEWEST
#define NOINIT_LOG_DROP_NEWEST 0
#endif

/* Most bytes of one noinit_log_text; what is behind is cut. */
#ifndef NOINIT_LOG_PRINT_MAX
#define NOINIT_LOG_PRINT_MAX 128
#endif

/*
 * 1: a string argument that lies in flash goes as its address, to be read from the ELF file: 5 bytes however long it is. Flash is from
 * NOINIT_LOG_ROM_START to NOINIT_LOG_ROM_END; by default the linker script says it: __noinit_rom_start, __noinit_rom_end.
 */
#ifndef NOINIT_LOG_ROM_STRINGS
#define NOINIT_LOG_ROM_STRINGS 0
#endif

/* 1: the project defines noinit_log_short, _long, _hexdump and _text (log_site.h) itself; the log's own front end is left out. */
#ifndef NOINIT_LOG_FRONTEND
#define NOINIT_LOG_FRONTEND 0
#endif

/* 1: the retained RAM has ECC and holds its last write back until another word is written: one is, behind data, index and magic. */
#ifndef NOINIT_ECC_FLUSH
#define NOINIT_ECC_FLUSH 0
#endif

/* 1: the RAM has ECC, and a word that was never written faults when it is read: noinit_port_ram_is_unwritten is asked (port.h). */
#ifndef NOINIT_RAM_ECC
#define NOINIT_RAM_ECC 0
#endif

/*
 * Starts whose records (the boot that ended, the one that began) are retained until they are acknowledged, about 180 bytes each; a power of
 * 2, at least 2. Of more than so many the oldest give way: the numbers of the boots say which are missing.
 */
#ifndef NOINIT_BOOTS
#define NOINIT_BOOTS 4
#endif

/* Bytes of noinit_port_version and of noinit_port_hardware that a boot record takes, at most 64 and a multiple of 4; what is behind is cut. */
#ifndef NOINIT_BOOT_TEXT_BYTES
#define NOINIT_BOOT_TEXT_BYTES 32
#endif

/* 1: noinit_port_version and noinit_port_hardware may give NULL, not known yet, and noinit_boot_collect asks again. */
#ifndef NOINIT_BOOT_DEFERRED
#define NOINIT_BOOT_DEFERRED 0
#endif

/* 1: where the reset-cause register reads 0, what the bootloader stashed is taken (bootloader.h). */
#ifndef NOINIT_BOOTLOADER_STASH
#define NOINIT_BOOTLOADER_STASH 0
#endif

/* On a link with one way the boot record of the running boot is sent again after so many messages; 0: not at all. */
#ifndef NOINIT_BOOT_REPEAT
#define NOINIT_BOOT_REPEAT 16
#endif

/* 1: the lineage and the boot's number outlive a power loss: noinit_port_lineage_load and _store (port.h). */
#ifndef NOINIT_LINEAGE_STORE
#define NOINIT_LINEAGE_STORE 0
#endif

/* The firmware is healthy when noinit_alive is called so many milliseconds after the start; 0: only by noinit_healthy. */
#ifndef NOINIT_HEALTHY_MS
#define NOINIT_HEALTHY_MS 60000
#endif

/* Milliseconds before the last known uptime from which on a mark is stale: the reset that it spoke of did not come, and the chip's reason counts. */
#ifndef NOINIT_MARK_STALE_MS
#define NOINIT_MARK_STALE_MS 60000
#endif

/* Retained crash records, and bytes of each. */
#ifndef NOINIT_CRASH_SLOTS
#define NOINIT_CRASH_SLOTS 2
#endif
#ifndef NOINIT_CRASH_CAPACITY
#define NOINIT_CRASH_CAPACITY 2048
#endif

/*
 * Which crash gives way where all slots wait to be sent: 0 the latest but the first (so the first of a boot loop and the latest are there);
 * 1 the oldest; 2 none, and the new one leaves only its postcard.
 */
#ifndef NOINIT_CRASH_POLICY
#define NOINIT_CRASH_POLICY 0
#endif

/* Retained postcards of 32 bytes, one a crash; 0: none. The oldest gives way. */
#ifndef NOINIT_POSTCARDS
#define NOINIT_POSTCARDS 4
#endif

/* Bytes of stack of each other thread that a crash takes along. */
#ifndef NOINIT_CRASH_THREAD_STACK_BYTES
#define NOINIT_CRASH_THREAD_STACK_BYTES 128
#endif

/* Bytes of the newest log entries that a crash takes along as its last item; 0: none, they wait in the log's own region. */
#ifndef NOINIT_CRASH_LOG_BYTES
#define NOINIT_CRASH_LOG_BYTES 0
#endif

/* 1: noinit_watchdog_entry resets after its capture, as SoftwareWatchdog: for the timer of a software watchdog with no other one behind it. */
#ifndef NOINIT_WATCHDOG_RESETS
#define NOINIT_WATCHDOG_RESETS 0
#endif

/* Snapshots come at least so many milliseconds after one another. */
#ifndef NOINIT_SNAPSHOT_INTERVAL_MS
#define NOINIT_SNAPSHOT_INTERVAL_MS 60000
#endif

/* Bytes of stack that a crash takes along, from the stack pointer upwards. */
#ifndef NOINIT_CRASH_STACK_BYTES
#define NOINIT_CRASH_STACK_BYTES 1024
#endif

/*
 * Bytes of the stack on which a capture runs. Painted on QEMU (tests/fault-stack.test.ts) the deepest of all kinds took 168 of them with
 * optimisation and 312 at -O0, on Cortex-M0, M3, M4F and M33 with GCC 12; RV32 took 196 and 424. The port's uptime and reset are in it, and
 * grow it where they do more.
 */
#ifndef NOINIT_FAULT_STACK_BYTES
#if defined(__riscv) && !defined(__OPTIMIZE__)
#define NOINIT_FAULT_STACK_BYTES 512 /* with lines of the log 484 */
#elif NOINIT_CRASH_LOG_BYTES || !defined(__OPTIMIZE__)
#define NOINIT_FAULT_STACK_BYTES 384 /* reading the ring goes deeper: 216 and 336; without optimisation the call graph has 328 */
#else
#define NOINIT_FAULT_STACK_BYTES 320
#endif
#endif

/* An address where nothing answers, for noinit_selftest_crash. */
#ifndef NOINIT_SELFTEST_BAD_ADDRESS
#define NOINIT_SELFTEST_BAD_ADDRESS 0xb0000000u
#endif

/* 1: every chunk carries a CRC-16 of its own (for links that do not check); a chunk is then at least 10 bytes. */
#ifndef NOINIT_CHUNK_CRC
#define NOINIT_CHUNK_CRC 0
#endif

/* 1: the link has no way back; a message is forgotten when its last chunk was handed out. */
#ifndef NOINIT_PACKETIZER_ONE_WAY
#define NOINIT_PACKETIZER_ONE_WAY 0
#endif

/* 1: the packetizer sends the log; 0: it does not, and NOINIT_LOG_CONSUMER may read it instead: the log has one reader. */
#ifndef NOINIT_PACKETIZER_LOG
#define NOINIT_PACKETIZER_LOG 1
#endif
#ifndef NOINIT_LOG_CONSUMER
#define NOINIT_LOG_CONSUMER 0
#endif

/* Most bytes of log entries in one message; it also is at most a quarter of the ring, except for a single longer entry. */
#ifndef NOINIT_PACKETIZER_LOG_BYTES
#define NOINIT_PACKETIZER_LOG_BYTES 512
#endif

/*
 * Back ends, text and the clock (log_control.h, log_backend.h, log_output.h, log_rtt.h). What each option costs stands in the size table.
 */

/* 1: an entry is handed to the back ends inside the call that logs it, instead of by noinit_log_process. */
#ifndef NOINIT_LOG_MODE_IMMEDIATE
#define NOINIT_LOG_MODE_IMMEDIATE 0
#endif

/* 1: no ring, no back ends: each line goes as text, `E: stalled at 7 rpm`, to noinit_port_log_put. Needs NOINIT_LOG_TEXT. */
#ifndef NOINIT_LOG_MODE_MINIMAL
#define NOINIT_LOG_MODE_MINIMAL 0
#endif

/* 1: noinit_init has the port start a thread that handles entries, after so many milliseconds. */
#ifndef NOINIT_LOG_PROCESS_THREAD
#define NOINIT_LOG_PROCESS_THREAD 0
#endif
#ifndef NOINIT_LOG_PROCESS_THREAD_DELAY_MS
#define NOINIT_LOG_PROCESS_THREAD_DELAY_MS 0
#endif

/* So many waiting entries wake that thread, or the one of noinit_log_thread_set; 0: nobody is woken. */
#ifndef NOINIT_LOG_TRIGGER_THRESHOLD
#define NOINIT_LOG_TRIGGER_THRESHOLD (NOINIT_LOG_PROCESS_THREAD ? 10 : 0)
#endif

/*
 * Milliseconds that a thread waits for room where the ring is full and the newest would be dropped; 0: not at all, UINT32_MAX: for ever.
 */
#ifndef NOINIT_LOG_BLOCK_MS
#define NOINIT_LOG_BLOCK_MS 0
#endif

/* 1: noinit_log_clock_set may give the stamps another clock than the port's uptime. */
#ifndef NOINIT_LOG_CLOCK
#define NOINIT_LOG_CLOCK 0
#endif

/* 1: format strings, files and names stay in the firmware, so that it can print its log itself. */
#ifndef NOINIT_LOG_TEXT
#define NOINIT_LOG_TEXT 0
#endif

/* 1: text output knows %f %e %g %a. */
#ifndef NOINIT_LOG_TEXT_FLOAT
#define NOINIT_LOG_TEXT_FLOAT 1
#endif

/* 1: text output knows the Linux, date and ISO 8601 stamps. */
#ifndef NOINIT_LOG_TEXT_DATES
#define NOINIT_LOG_TEXT_DATES 0
#endif

/* 1: text output knows syslog lines (RFC 5424); 2: with structured data. */
#ifndef NOINIT_LOG_TEXT_SYSLOG
#define NOINIT_LOG_TEXT_SYSLOG 0
#endif

/* What [origin] of the structured data says. */
#ifndef NOINIT_LOG_TEXT_SOFTWARE
#define NOINIT_LOG_TEXT_SOFTWARE "noinit"
#endif
#ifndef NOINIT_LOG_TEXT_VERSION
#define NOINIT_LOG_TEXT_VERSION "0"
#endif

/* Names of the cores in text output, in their order, as strings with commas between; NULL: none is shown. */
#ifndef NOINIT_LOG_DOMAINS
#define NOINIT_LOG_DOMAINS NULL
#endif

/* 1: text output knows the SyS-T form. */
#ifndef NOINIT_LOG_TEXT_SYST
#define NOINIT_LOG_TEXT_SYST 0
#endif

/* 1: a back end `noinit_log_uart` that sends text through the port's noinit_port_log_put. Needs NOINIT_LOG_TEXT. */
#ifndef NOINIT_LOG_UART
#define NOINIT_LOG_UART 0
#endif

/* What the UART back end and the RTT text channel show: NOINIT_LOG_OUTPUT_ flags of log_output.h; as it is, stamp (h:m:s) and level. */
#ifndef NOINIT_LOG_UART_FLAGS
#define NOINIT_LOG_UART_FLAGS 0xeu
#endif
#ifndef NOINIT_LOG_RTT_FLAGS
#define NOINIT_LOG_RTT_FLAGS 0xeu
#endif

/* 1: the tee to RTT (log_rtt.h), with so many bytes for text and for entries; 0 of them: that channel stays empty. */
#ifndef NOINIT_LOG_RTT
#define NOINIT_LOG_RTT 0
#endif
#ifndef NOINIT_LOG_RTT_TEXT_BYTES
#define NOINIT_LOG_RTT_TEXT_BYTES (NOINIT_LOG_TEXT ? 512 : 0)
#endif
#ifndef NOINIT_LOG_RTT_BYTES
#define NOINIT_LOG_RTT_BYTES (NOINIT_LOG_TEXT ? 0 : 1024)
#endif

#ifndef __cplusplus /* every project has a C file of the SDK */
#define NOINIT_IS_POWER_OF_TWO(n) ((n) > 0 && ((n) & ((n)-1)) == 0)
_Static_assert(NOINIT_LOG_MAX_LEVEL >= 0 && NOINIT_LOG_MAX_LEVEL <= 4, "NOINIT_LOG_MAX_LEVEL must be 0 to 4");
_Static_assert(NOINIT_LOG_OVERRIDE_LEVEL >= 0 && NOINIT_LOG_OVERRIDE_LEVEL <= 4, "NOINIT_LOG_OVERRIDE_LEVEL must be 0 to 4");
_Static_assert(NOINIT_LOG_PRINT_MAX >= 1 && NOINIT_LOG_PRINT_MAX <= 4095, "NOINIT_LOG_PRINT_MAX must be 1 to 4095");
_Static_assert(NOINIT_LOG_DEFAULT_LEVEL >= 0 && NOINIT_LOG_DEFAULT_LEVEL <= 4, "NOINIT_LOG_DEFAULT_LEVEL must be 0 to 4");
_Static_assert(NOINIT_IS_POWER_OF_TWO(NOINIT_BOOTS) && NOINIT_BOOTS >= 2 && NOINIT_BOOTS <= 256, "NOINIT_BOOTS must be a power of 2 from 2 to 256");
_Static_assert(NOINIT_BOOT_TEXT_BYTES % 4 == 0, "NOINIT_BOOT_TEXT_BYTES must be a multiple of 4");
_Static_assert(NOINIT_BOOT_TEXT_BYTES >= 4 && NOINIT_BOOT_TEXT_BYTES <= 64, "NOINIT_BOOT_TEXT_BYTES must be 4 to 64");
_Static_assert(NOINIT_CRASH_SLOTS >= 1 && NOINIT_CRASH_SLOTS <= 16, "NOINIT_CRASH_SLOTS must be 1 to 16");
_Static_assert(NOINIT_CRASH_POLICY >= 0 && NOINIT_CRASH_POLICY <= 2, "NOINIT_CRASH_POLICY must be 0 to 2");
_Static_assert(NOINIT_POSTCARDS >= 0 && NOINIT_POSTCARDS <= 64, "NOINIT_POSTCARDS must be 0 to 64");
_Static_assert(NOINIT_CRASH_THREAD_STACK_BYTES % 4 == 0, "NOINIT_CRASH_THREAD_STACK_BYTES must be a multiple of 4");
_Static_assert(NOINIT_CRASH_CAPACITY % 8 == 0, "NOINIT_CRASH_CAPACITY must be a multiple of 8");
_Static_assert(NOINIT_CRASH_CAPACITY <= 32760, "NOINIT_CRASH_CAPACITY must be at most 32760");
_Static_assert(NOINIT_CRASH_STACK_BYTES + 512 <= NOINIT_CRASH_CAPACITY, "NOINIT_CRASH_CAPACITY must hold the stack and 512 bytes");
_Static_assert(NOINIT_CRASH_STACK_BYTES % 4 == 0, "NOINIT_CRASH_STACK_BYTES must be a multiple of 4");
_Static_assert(NOINIT_FAULT_STACK_BYTES >= 256 && NOINIT_FAULT_STACK_BYTES % 8 == 0,
               "NOINIT_FAULT_STACK_BYTES must be at least 256 and a multiple of 8");
_Static_assert(NOINIT_PACKETIZER_LOG_BYTES >= 64, "NOINIT_PACKETIZER_LOG_BYTES must be at least 64");
#endif

#endif
