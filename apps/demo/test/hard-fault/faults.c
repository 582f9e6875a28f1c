/*
 * One fault, chosen by FAULT when this is compiled, on two machines: the emulated RP2040 and QEMU's microbit, both ARMv6-M. The handler
 * prints the stacked frame, IPSR, EXC_RETURN and the frame's address as hexadecimal words and ends with a breakpoint: QEMU leaves by it,
 * the emulated core locks up on it.
 */
#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

#if defined(MACHINE_RP2040)
static void uart_start(void) { REGISTER(0x40034030) = 0x301u; }
static void uart_put(char c) { REGISTER(0x40034000) = (uint8_t)c; }
#else
static void uart_start(void) {
    REGISTER(0x40002500) = 4u; /* ENABLE */
    REGISTER(0x40002008) = 1u; /* STARTTX */
}
static void uart_put(char c) {
    REGISTER(0x4000211c) = 0u; /* TXDRDY */
    REGISTER(0x4000251c) = (uint8_t)c;
    while (REGISTER(0x4000211c) == 0u) {
    }
}
#endif

static void print(uint32_t word) {
    for (int shift = 28; shift >= 0; shift -= 4) {
        uart_put("0123456789abcdef"[(word >> shift) & 15u]);
    }
    uart_put('\n');
}

__attribute__((used)) static void report(const uint32_t *frame, uint32_t ipsr, uint32_t exc_return) {
    for (int i = 0; i < 8; i++) {
        print(frame[i]);
    }
    print(ipsr);
    print(exc_return);
    print((uint32_t)frame);
    __asm volatile("ldr r0, =0x18\n ldr r1, =0x20026\n bkpt 0xab");
}

__attribute__((naked)) static void hard_fault(void) {
    __asm volatile(
        "mov r2, lr\n"
        "mov r0, sp\n"
        "mrs r1, ipsr\n"
        "bl report\n");
}

/* Registers with recognisable contents, then the instruction that faults. */
__attribute__((naked)) static void fault(void) {
    __asm volatile(
        "ldr r0, =0x00c0ffee\n"
        "mov r12, r0\n"
        "ldr r0, =0x50505051\n"
        "mov lr, r0\n"
        "ldr r0, =0x10101010\n"
        "ldr r2, =0x30303030\n"
        "ldr r3, =0x40404040\n"
        "cmp r3, r3\n" /* the flags too are the same on both */
#if FAULT == 1 /* call through a NULL pointer */
        "movs r1, #0\n blx r1\n"
#elif FAULT == 2 /* branch to an even address that holds code */
        "adr r1, fault_target\n bx r1\n"
#elif FAULT == 3 /* return to an even address */
        "movs r1, #8\n push {r1}\n pop {pc}\n"
#elif FAULT == 4
        "udf #7\n"
#elif FAULT == 5
        ".hword 0xf7f0, 0xa007\n" /* UDF.W, which the assembler refuses for this core */
#elif FAULT == 6 /* PUSH.W {r4-r11, lr}, which ARMv6-M does not have */
        ".hword 0xe92d, 0x4ff0\n"
#elif FAULT == 7 /* read where nothing answers */
        "ldr r1, =0xa0000000\n ldr r2, [r1]\n"
#elif FAULT == 8 /* write where nothing answers */
        "ldr r1, =0xa0000000\n strb r2, [r1]\n"
#elif FAULT == 9
        "ldr r1, =0x20000102\n ldr r2, [r1]\n"
#elif FAULT == 10
        "ldr r1, =0x20000101\n strh r2, [r1]\n"
#elif FAULT == 11 /* a breakpoint without a debugger */
        "bkpt 1\n"
#elif FAULT == 12 /* run what is not memory */
        "ldr r1, =0xa0000001\n bx r1\n"
#elif FAULT == 13 /* a pop that leaves the stack's end: no register changes */
        "ldr r1, =0xa0000000\n ldmia r1!, {r2, r3}\n"
#elif FAULT == 14 /* blx lr: the target is read before lr is written */
        "movs r1, #0\n mov lr, r1\n blx lr\n"
#endif
        ".balign 4\n fault_target: b .\n"
        ".ltorg\n");
}

__attribute__((naked)) static void sv_call(void) {
    __asm volatile("push {r4, lr}\n b fault\n" ::"i"(fault));
}

__attribute__((used)) static void start(void) {
    uart_start();
#if defined(IN_HANDLER)
    __asm volatile("svc 0");
#else
    fault();
#endif
}

extern uint32_t stack_top[];
__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    [0] = stack_top, [1] = start, [3] = hard_fault, [11] = sv_call,
};
