/** The two ways to build that device/README.md names, with the template's port and linker script, as a new project takes them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseElf } from '@noinit/elf';
import { readDictionary } from '@noinit/logs';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEVICE } from './firmware.ts';

const CPU = '-mcpu=cortex-m3 -mthumb -Os -ffunction-sections -fdata-sections';
const LINK = '-mcpu=cortex-m3 -mthumb -nostartfiles -nodefaultlibs -Wl,--gc-sections -T project.ld';

const MAIN = `
#include <noinit/noinit.h>
#include <noinit/selftest.h>
NOINIT_LOG_REGISTER(motor);
NOINIT_REASON(UNEXPECTED, 17, ValveStuck, "The valve did not move.");
volatile uint32_t my_tick_ms;
extern uint32_t __stack[];
int main(void);
__attribute__((section(".vectors"), used)) void (*const vectors[])(void) = {
    (void (*)(void))__stack, (void (*)(void))main, noinit_watchdog_entry, noinit_fault_entry, noinit_fault_entry, noinit_fault_entry};
void *memcpy(void *to, const void *from, size_t size)
{
    for (size_t i = 0; i < size; i++) ((volatile char *)to)[i] = ((const char *)from)[i];
    return to;
}
void *memset(void *to, int byte, size_t size)
{
    for (size_t i = 0; i < size; i++) ((volatile char *)to)[i] = (char)byte;
    return to;
}
int main(void)
{
    (void)noinit_init();
    noinit_alive();
    NOINIT_WRN("stalled at %d rpm", 7);
    NOINIT_ASSERT(my_tick_ms < 9000, "tick is %u", my_tick_ms);
    (void)noinit_selftest_crash(NOINIT_CRASH_KIND_READ);
    static uint8_t buffer[64];
    for (size_t size = sizeof buffer; noinit_packetizer_get_chunk(buffer, &size); size = sizeof buffer) {
    }
    NOINIT_REBOOT_MARK(ValveStuck);
    noinit_reboot(NOINIT_REASON_FIRMWARE_UPDATE);
}
`;

const SCRIPT = `MEMORY {
  FLASH (rx) : ORIGIN = 0, LENGTH = 256K
  RAM (rw) : ORIGIN = 0x20000000, LENGTH = 32K
  NOINIT (rw) : ORIGIN = 0x20008000, LENGTH = 8K
  NOINIT_LOG (rw) : ORIGIN = 0x2000a000, LENGTH = 2K
}
ENTRY(main)
__stack = ORIGIN(RAM) + LENGTH(RAM);
SECTIONS {
  .text : { KEEP(*(.vectors)) *(.text .text.*) *(.rodata .rodata.*) } > FLASH
  .data : { *(.data .data.*) } > RAM AT> FLASH
  .bss : { __noinit_secret_start = .; *(.bss.noinit_secret) __noinit_secret_end = .; *(.bss .bss.*) *(COMMON) } > RAM
}
`;

const MAKEFILE = `CC := arm-none-eabi-gcc
include ${DEVICE}noinit.mk
firmware.elf: main.c noinit_port.c $(NOINIT_SOURCES)
	$(CC) ${CPU} $(NOINIT_CFLAGS) $^ ${LINK} $(NOINIT_LDFLAGS) -lgcc -o $@
`;

const CMAKE = `cmake_minimum_required(VERSION 3.16)
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
project(app C)
add_compile_options(${CPU.replaceAll(' ', ';')})
add_subdirectory(${DEVICE} noinit)
add_executable(app main.c noinit_port.c)
target_link_options(app PRIVATE ${LINK.replace('project.ld', '../project.ld')})
target_link_libraries(app PRIVATE noinit gcc)
`;

describeWith(['arm-none-eabi-gcc', 'make', 'cmake'], 'a new project', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-build-'));
  beforeAll(() => {
    const template = join(DEVICE, 'ports/template');
    const port = readFileSync(join(template, 'noinit_port.c'), 'utf8').replace(
      '"../reset_cause/',
      `"${DEVICE}ports/reset_cause/`,
    );
    writeFileSync(join(folder, 'noinit_port.c'), port);
    writeFileSync(join(folder, 'main.c'), MAIN);
    writeFileSync(join(folder, 'project.ld'), SCRIPT + readFileSync(join(template, 'noinit_sections.ld'), 'utf8'));
    writeFileSync(join(folder, 'Makefile'), MAKEFILE);
    writeFileSync(join(folder, 'CMakeLists.txt'), CMAKE);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('links by make', () => {
    const { status, stderr } = spawnSync('make', ['-C', folder], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expectWhole(join(folder, 'firmware.elf'));
  }, 60_000);

  it('links by CMake', () => {
    execFileSync('cmake', ['-S', folder, '-B', join(folder, 'build')], { stdio: 'pipe' });
    const { status, stderr } = spawnSync('cmake', ['--build', join(folder, 'build')], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expectWhole(join(folder, 'build/app'));
  }, 60_000);
});

/** The build id and the dictionary are there: without them nothing that the device sends could be read. */
function expectWhole(path: string): void {
  const elf = parseElf(new Uint8Array(readFileSync(path)));
  expect(elf.buildId).toMatch(/^[0-9a-f]{40}$/);
  expect(readDictionary(elf).reasons.get(0xc011)).toMatchObject({ kind: 'named', name: 'ValveStuck' });
}
