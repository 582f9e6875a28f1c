#include "machine.h"

#include "core/ring.h"

#define MAGIC 0x474f4c4eu
#define SLOTS 8u
#define BODY_MAX NOINIT_RING_LENGTH_MAX

static noinit_ring_state_t state;
static noinit_ring_t ring;
static noinit_ring_writer_t slots[SLOTS];

/* Of the boot that runs. */
static uint32_t lineage, boot, started;

static void describe(const noinit_ring_t *of, noinit_segment_t *segment)
{
    (void)of;
    *segment = (noinit_segment_t){
        .origin = {{lineage, boot}, {1, 2, 3, 4, 5, 6, 7, 8}}, .stamp = {started, 0}, .uptime = {started, 0}, .frequency = 1000};
}

/* As .bss is when the device starts. */
static void restart(void)
{
    state = (noinit_ring_state_t){.holds = {NOINIT_RING_NO_HOLD, NOINIT_RING_NO_HOLD}};
}

void proof_place(uint32_t address, uint32_t size)
{
    uint8_t *const region = (uint8_t *)(uintptr_t)address;
    ring = (noinit_ring_t){(noinit_ring_header_t *)(void *)region,
                           (noinit_ring_block_t *)(void *)(region + sizeof(noinit_ring_header_t)), region + size, MAGIC, &state, describe};
    restart();
}

static uint8_t byte_of(uint32_t seed, uint32_t i)
{
    return (uint8_t)(seed * 31u + i * 7u + (i >> 8) * 13u + 1u);
}

static void fill(noinit_ring_writer_t *writer, uint32_t seed, uint32_t from, uint32_t count)
{
    static uint8_t bytes[BODY_MAX];
    for (uint32_t i = 0; i < count; i++) {
        bytes[i] = byte_of(seed, from + i);
    }
    /* One byte, then the rest: both ways in. */
    if (count > 0) {
        noinit_ring_byte(writer, bytes[0]);
    }
    if (count > 1) {
        noinit_ring_fill(writer, bytes + 1, count - 1u);
    }
}

static int32_t append(const uint32_t *op)
{
    noinit_ring_writer_t writer;
    const uint32_t kind = op[1] & 7u;
    if (!noinit_ring_reserve(&ring, &writer, op[2], op[1] >> 8 & 1u, op[4])) {
        return 0;
    }
    fill(&writer, op[3], 0, op[2]);
    noinit_ring_close(&writer, kind);
    return 1;
}

static int32_t start(const uint32_t *op)
{
    restart();
    lineage = op[1];
    boot = op[2];
    started = op[3];
    state.drops_newest = op[4] != 0;
    const noinit_result_t result = noinit_ring_recover(&ring);
    if (result >= 0) {
        (void)noinit_ring_open_segment(&ring);
    }
    return (int32_t)result;
}

int32_t proof_step(const uint32_t *op)
{
    noinit_ring_writer_t *const slot = &slots[op[1] % SLOTS];
    switch (op[0]) {
    case PROOF_APPEND:
        return append(op);
    case PROOF_RESERVE:
        return noinit_ring_reserve(&ring, slot, op[3], op[2] >> 8 & 1u, op[4]) ? 1 : 0;
    case PROOF_FILL:
        fill(slot, op[2], op[3], op[4]);
        return 1;
    case PROOF_CLOSE:
        noinit_ring_close(slot, op[2]);
        return 1;
    case PROOF_RELEASE:
        noinit_ring_release(&ring, op[1]);
        return 1;
    case PROOF_HOLD:
        state.holds[op[1] & 1u] = op[2];
        return 1;
    case PROOF_START:
        return start(op);
    default:
        return -1000;
    }
}

uint32_t proof_number(void)
{
    return state.number;
}

uint32_t proof_boot_number(void)
{
    return state.boot_number;
}

uint32_t proof_walk(uint32_t *words, uint32_t most)
{
    static uint8_t body[BODY_MAX];
    noinit_ring_cursor_t cursor = noinit_ring_first(&ring);
    noinit_ring_entry_t entry;
    uint32_t count = 0;
    for (; count < most && noinit_ring_next(&cursor, &entry); count++, words += 7) {
        uint32_t sum = 0;
        if (entry.size <= sizeof body) {
            noinit_ring_read(&ring, &entry, 0, body, entry.size);
            for (uint32_t i = 0; i < entry.size; i++) {
                sum = sum * 31u + body[i];
            }
        }
        words[0] = entry.number;
        words[1] = entry.kind | (entry.is_marked ? 1u << 8 : 0u) | (entry.is_sound ? 1u << 9 : 0u);
        words[2] = entry.size;
        words[3] = sum;
        words[4] = (uint32_t)entry.stamp;
        words[5] = (uint32_t)(entry.stamp >> 32);
        words[6] = entry.offset;
    }
    return count;
}
