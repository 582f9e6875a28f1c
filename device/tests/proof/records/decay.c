/*
 * Retained memory of a device that has everything in it, with bits of it flipped or nothing but chance in it: each image is started in a
 * process of its own under the sanitizers, sends all it has, crashes, and starts again. Arguments: images, seed. Prints how many came through.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "machine.h"

extern uint8_t __noinit_start[], __noinit_log_start[];
#define SIZE ((size_t)(__noinit_log_start - __noinit_start))

static uint8_t *memory; /* shared with the processes */
static uint64_t state;

static uint32_t chance(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 16) % below;
}

/* A reset: what is retained stays. */
static _Noreturn void end(int code)
{
    memcpy(memory, __noinit_start, SIZE);
    _exit(code);
}

_Noreturn void proof_reset(void)
{
    end(0);
}

_Noreturn void proof_resume(int32_t result)
{
    (void)result;
    end(0);
}

static int32_t step(uint32_t kind, uint32_t first, uint32_t second, uint32_t third)
{
    const uint32_t words[PROOF_OP_WORDS] = {kind, first, second, third, 7, 3};
    return proof_step(words);
}

static void send_all(void)
{
    for (uint32_t messages = 0; step(PROOF_PULL, 0, 0, 0) > 0; messages++) {
        if (messages > 64 || step(PROOF_ACK, 0, 0, 0) != 0) {
            end(9);
        }
    }
}

static void live(uint32_t what)
{
    memcpy(__noinit_start, memory, SIZE);
    proof_register = 16;
    if (step(PROOF_START, what & 1u, 0, 0) != 0) {
        end(8);
    }
    if ((what & 2u) != 0) {
        send_all();
    }
    (void)step(PROOF_ALIVE, 5000, 3, 0x1234);
    (void)step(PROOF_MARK, 4, 0x100, 0x200);
    (void)step(PROOF_COLLECT, 0, 0, 0);
    if ((what & 4u) != 0) {
        (void)step(PROOF_CRASH, 1, 0x1000, 0x2000);
    }
    (void)step(PROOF_SNAPSHOT, 0xc001, 0, 0);
    end(0);
}

static int run(uint32_t what)
{
    const pid_t child = fork();
    if (child == 0) {
        live(what);
    }
    int status = 0;
    (void)waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int main(int count, char **arguments)
{
    const uint32_t images = (uint32_t)atoi(arguments[count - 2]);
    state = 88172645463325252ull + (uint64_t)atoi(arguments[count - 1]);
    memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    uint8_t *const full = malloc(SIZE);
    memset(memory, 0x99, SIZE);
    for (uint32_t boot = 0; boot < 6; boot++) {
        if (run(1u | (boot % 2u == 0 ? 4u : 0u)) != 0) {
            return 1;
        }
    }
    memcpy(full, memory, SIZE);
    for (uint32_t image = 0; image < images; image++) {
        memcpy(memory, full, SIZE);
        const uint32_t flips = image % 4u == 0 ? 0 : 1u << chance(10);
        for (uint32_t i = 0; i < flips; i++) {
            memory[chance((uint32_t)SIZE)] ^= (uint8_t)(1u << chance(8));
        }
        for (uint32_t i = 0; i < SIZE && image % 8u == 0; i++) {
            memory[i] = (uint8_t)chance(256);
        }
        const int results[3] = {run(7u), run(3u), run(chance(8))};
        if (results[0] != 0 || results[1] != 0 || results[2] != 0) {
            printf("image %u: %d %d %d\n", image, results[0], results[1], results[2]);
            return 1;
        }
    }
    printf("%u images\n", images);
    return 0;
}
