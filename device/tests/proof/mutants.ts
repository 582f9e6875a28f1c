/** Changes that must not go unseen, and which proof sees them. */
import type { Killer } from './killers.ts';

export interface Mutant {
  readonly name: string;
  /** Under device/. */
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
  readonly killer: Killer;
}

const RING = 'src/core/ring.c';
const SEAL = 'src/core/ring_seal.c';
const RECOVER = 'src/core/ring_recover.c';
const BLOCK = 'src/core/ring_block.h';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'index first',
    file: RING,
    right: '    writer->head = noinit_ring_at(ring, at);\n    uint8_t *to = writer->head;\n',
    wrong:
      '    writer->head = noinit_ring_at(ring, at);\n    if (blocks == 0) {\n        publish(ring, at + request->total);\n    }\n    uint8_t *to = writer->head;\n',
    killer: 'overwrite',
  },
  {
    name: 'no flush',
    file: RING,
    right: '    NOINIT_STORE(*word, value);\n    NOINIT_ARCH_FLUSH(word, sizeof *word);\n',
    wrong: '    NOINIT_STORE(*word, value);\n',
    killer: 'flush',
  },
  {
    name: 'no CRC',
    file: RECOVER,
    right: '    return block->crc == noinit_ring_crc(block) ||\n',
    wrong: '    return is_sealed ||\n',
    killer: 'decay',
  },
  {
    name: 'full = empty',
    file: RING,
    right: 'if (noinit_ring_distance(ring, start, state->tail) < blocks * NOINIT_RING_BLOCK) {',
    wrong: 'if (noinit_ring_distance(ring, start, state->tail) + NOINIT_RING_BLOCK < blocks * NOINIT_RING_BLOCK) {',
    killer: 'overwrite',
  },
  {
    name: 'grant overwritten',
    file: RING,
    right: 'for (uint32_t i = 0; i < 2u; i++) {\n        if (state->holds[i]',
    wrong: 'for (uint32_t i = 1; i < 2u; i++) {\n        if (state->holds[i]',
    killer: 'hold',
  },
  {
    name: 'pin ignored',
    file: RING,
    right: 'for (uint32_t i = 0; i < 2u; i++) {\n        if (state->holds[i]',
    wrong: 'for (uint32_t i = 0; i < 1u; i++) {\n        if (state->holds[i]',
    killer: 'hold',
  },
  {
    name: 'gap not counted',
    file: RING,
    right: '    if (!is_reserved) {\n        noinit_ring_lose(ring, 1);\n    }\n',
    wrong: '',
    killer: 'drop',
  },
  {
    name: 'gap counted twice',
    file: RECOVER,
    right: '        lost = 0;\n    }\n    NOINIT_STORE(ring->header->lost',
    wrong: '    }\n    NOINIT_STORE(ring->header->lost',
    killer: 'drop',
  },
  {
    name: 'magic first',
    file: RECOVER,
    right: '        NOINIT_STORE(*word, 0u);\n        NOINIT_ARCH_PUBLISH();\n    } while (++word < end);\n',
    wrong:
      '        NOINIT_STORE(*word, 0u);\n        NOINIT_ARCH_PUBLISH();\n    } while (++word < end);\n    NOINIT_STORE(header->magic, ring->magic);\n',
    killer: 'overwrite',
  },
  {
    name: 'open mark skipped',
    file: RING,
    right: '*--head = (uint8_t)(NOINIT_RING_FILLER | length);',
    wrong: '*--head = (uint8_t)length;',
    killer: 'nest',
  },
  {
    name: 'evicted segment start lost',
    file: RING,
    right: '        return STEP_COPY; /* its number and its CRC say whether it is there */\n',
    wrong: '        ;\n',
    killer: 'overwrite',
  },
  {
    name: 'an open block is sealed',
    file: SEAL,
    right: '            return 0;\n',
    wrong: '            (void)ring;\n',
    killer: 'nest',
  },
  {
    name: 'the policy forgotten',
    file: RING,
    right: 'if (state->drops_newest && (int32_t)(header->released - number) < 0) {',
    wrong: 'if (state->drops_newest && (int32_t)(header->released - number) < 0 && number == 0) {',
    killer: 'drop',
  },
  {
    name: 'a place without its complement',
    file: RECOVER,
    right: 'return word == NOINIT_RING_PLACE(offset) && offset',
    wrong: 'return offset',
    killer: 'decay',
  },
  {
    name: 'the check without its rotation',
    file: BLOCK,
    right: 'return (sum << 1 | sum >> 31) + byte;',
    wrong: 'return sum + byte;',
    killer: 'overwrite',
  },
  {
    name: 'no lock',
    file: 'include/noinit/arch.h',
    right: '"mrs %0, primask\\n\\tcpsid i"',
    wrong: '"mrs %0, primask"',
    killer: 'interrupt',
  },
  {
    name: 'wrong core',
    file: 'src/log/log_ring.c',
    right: 'segment->core = (uint8_t)(ring->state - noinit_log_states);',
    wrong: 'segment->core = 0;',
    killer: 'cores',
  },
];
