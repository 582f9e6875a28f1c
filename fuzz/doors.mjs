// The doors: where bytes from outside come in. Each has samples, a way to bend them, and what is done with an input.

/**
 * @typedef {object} Door
 * @property {readonly Uint8Array[]} samples inputs as compilers and devices make them
 * @property {(random: import('../packages/testing/dist/random.js').Random) => Uint8Array} bend
 * @property {(input: Uint8Array) => void} run
 * @property {(error: Error) => boolean} isRefusal errors that the door may throw
 */

const DOORS = {
  elf: () => import('./doors/elf.mjs'),
  abbrev: () => import('./doors/sections.mjs').then(({ sectionDoor }) => sectionDoor(['.debug_abbrev'])),
  info: () =>
    import('./doors/sections.mjs').then(({ sectionDoor }) =>
      sectionDoor([
        '.debug_info',
        '.debug_info',
        '.debug_info',
        '.debug_types',
        '.debug_str_offsets',
        '.debug_addr',
        '.debug_str',
      ]),
    ),
  line: () => import('./doors/line.mjs'),
  frame: () => import('./doors/frame.mjs'),
  lists: () => import('./doors/lists.mjs'),
  expression: () => import('./doors/expression.mjs'),
  demangle: () => import('./doors/demangle.mjs'),
  cache: () => import('./doors/cache.mjs'),
  core: () => import('./doors/core.mjs'),
  message: () => import('./doors/message.mjs'),
  log: () => import('./doors/log.mjs'),
};

export const DOOR_NAMES = Object.keys(DOORS);

/** @returns {Promise<Door>} */
export async function openDoor(name) {
  const found = await DOORS[name]();
  return found.door ?? found;
}
