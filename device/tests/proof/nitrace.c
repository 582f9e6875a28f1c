/*
 * A QEMU plugin (API version 1) that tells of each store into a range of guest memory, in order, and counts instructions. QEMU's own
 * header is not packaged by Debian: the prototypes are written down here.
 *
 *   lo=0x..,hi=0x..          stores with lo <= address < hi
 *   ram=FILE,base=0x..       the file behind the guest's RAM (share=on) from `base` on: where the stored value is read
 *   out=FILE                 16 bytes a store, little endian: offset from lo, size, value, instructions so far
 *   mark=0x.. (repeatable)   at each execution of that address: a line "mark ADDRESS INSTRUCTIONS" in log=FILE
 *   kill=N                   leaves QEMU with exit code 42 behind the n-th store
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define MARKS_MAX 256

typedef uint64_t plugin_id_t;
typedef uint32_t memory_info_t;
struct block;
struct instruction;
struct info;

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id_t id, void (*callback)(plugin_id_t, struct block *));
void qemu_plugin_register_atexit_cb(plugin_id_t id, void (*callback)(plugin_id_t, void *), void *data);
size_t qemu_plugin_tb_n_insns(const struct block *block);
struct instruction *qemu_plugin_tb_get_insn(const struct block *block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct instruction *instruction);
void qemu_plugin_register_vcpu_insn_exec_cb(struct instruction *instruction, void (*callback)(unsigned, void *), int flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct instruction *instruction, void (*callback)(unsigned, memory_info_t, uint64_t, void *), int flags,
                                      int read_or_write, void *data);
unsigned qemu_plugin_mem_size_shift(memory_info_t info);
bool qemu_plugin_mem_is_store(memory_info_t info);

EXPORT int qemu_plugin_version = 1;

static uint64_t marks[MARKS_MAX], low, high, base, kill_at, stores, instructions;
static int mark_count;
static const uint8_t *ram;
static FILE *out, *lines;

static void on_instruction(unsigned cpu, void *data)
{
    (void)cpu;
    (void)data;
    instructions++;
}

static void on_mark(unsigned cpu, void *address)
{
    (void)cpu;
    fprintf(lines, "mark %lx %llu\n", (unsigned long)(uintptr_t)address, (unsigned long long)instructions);
}

static void tell(uint64_t address, uint32_t size)
{
    uint32_t record[4] = {(uint32_t)(address - low), size, 0, (uint32_t)instructions};
    memcpy(&record[2], ram + (address - base), size);
    fwrite(record, sizeof record, 1, out);
    if (++stores == kill_at) {
        fflush(out);
        _exit(42);
    }
}

/* QEMU 7.2 does not keep to the filter "writes only". A store of eight bytes is two of four. */
static void on_memory(unsigned cpu, memory_info_t info, uint64_t address, void *data)
{
    (void)cpu;
    (void)data;
    if (address < low || address >= high || !qemu_plugin_mem_is_store(info)) {
        return;
    }
    const uint32_t size = 1u << qemu_plugin_mem_size_shift(info);
    tell(address, size > 4 ? 4 : size);
    if (size > 4) {
        tell(address + 4u, 4);
    }
}

static void on_block(plugin_id_t id, struct block *block)
{
    (void)id;
    const size_t count = qemu_plugin_tb_n_insns(block);
    for (size_t i = 0; i < count; i++) {
        struct instruction *const instruction = qemu_plugin_tb_get_insn(block, i);
        const uint64_t address = qemu_plugin_insn_vaddr(instruction);
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_instruction, 0, NULL);
        for (int mark = 0; mark < mark_count; mark++) {
            if (marks[mark] == address) {
                qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_mark, 0, (void *)(uintptr_t)address);
            }
        }
        if (out != NULL) {
            qemu_plugin_register_vcpu_mem_cb(instruction, on_memory, 0, 2, NULL);
        }
    }
}

static void on_exit_of_qemu(plugin_id_t id, void *data)
{
    (void)id;
    (void)data;
    if (lines != NULL) {
        fprintf(lines, "total %llu\n", (unsigned long long)instructions);
        fclose(lines);
    }
    if (out != NULL) {
        fclose(out);
    }
}

static bool take(const char *name, const char *value)
{
    const uint64_t number = strtoull(value, NULL, 0);
    if (strcmp(name, "mark") == 0 && mark_count < MARKS_MAX) {
        marks[mark_count++] = number;
    } else if (strcmp(name, "lo") == 0) {
        low = number;
    } else if (strcmp(name, "hi") == 0) {
        high = number;
    } else if (strcmp(name, "base") == 0) {
        base = number;
    } else if (strcmp(name, "kill") == 0) {
        kill_at = number;
    } else if (strcmp(name, "out") == 0) {
        out = fopen(value, "wb");
        return out != NULL;
    } else if (strcmp(name, "log") == 0) {
        lines = fopen(value, "w");
        return lines != NULL;
    } else if (strcmp(name, "ram") == 0) {
        const int file = open(value, O_RDONLY);
        const off_t size = lseek(file, 0, SEEK_END);
        void *const memory = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, file, 0);
        ram = memory;
        return memory != MAP_FAILED;
    } else {
        return false;
    }
    return true;
}

EXPORT int qemu_plugin_install(plugin_id_t id, const struct info *info, int count, char **arguments)
{
    (void)info;
    for (int i = 0; i < count; i++) {
        char *const equals = strchr(arguments[i], '=');
        if (equals == NULL) {
            return 1;
        }
        *equals = '\0';
        const bool is_taken = take(arguments[i], equals + 1);
        *equals = '=';
        if (!is_taken) {
            return 1;
        }
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
    qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
    return 0;
}
