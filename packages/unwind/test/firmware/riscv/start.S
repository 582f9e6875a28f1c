/* Start, a dump of everything as a debugger would take it, and trap entries as kernels and run-times write them. */
    .section .text.start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la sp, __stack_top
    la t0, trap_entry
    csrw mtvec, t0
    la t0, interrupt_stack_top
    csrw mscratch, t0
    li ra, 0
    call scenario
1:  j 1b
    .size _start, . - _start

    .text
    .globl stop
    .type stop, @function
/* mscratch and t6 are lost. */
stop:
    csrw mscratch, t6
    la t6, captured
    sw zero, 0(t6); sw ra, 4(t6); sw sp, 8(t6); sw gp, 12(t6); sw tp, 16(t6); sw t0, 20(t6); sw t1, 24(t6); sw t2, 28(t6)
    sw s0, 32(t6); sw s1, 36(t6); sw a0, 40(t6); sw a1, 44(t6); sw a2, 48(t6); sw a3, 52(t6); sw a4, 56(t6); sw a5, 60(t6)
    sw a6, 64(t6); sw a7, 68(t6); sw s2, 72(t6); sw s3, 76(t6); sw s4, 80(t6); sw s5, 84(t6); sw s6, 88(t6); sw s7, 92(t6)
    sw s8, 96(t6); sw s9, 100(t6); sw s10, 104(t6); sw s11, 108(t6); sw t3, 112(t6); sw t4, 116(t6); sw t5, 120(t6)
    csrr t0, mscratch
    sw t0, 124(t6)
    la t0, stop
    sw t0, 128(t6)
    csrr t0, mepc
    sw t0, 132(t6)
    csrr t0, mcause
    sw t0, 136(t6)
    csrr t0, mtvec
    sw t0, 140(t6)
    la sp, print_stack_top
    j print_all
    .size stop, . - stop

#if ENTRY == 1
/* As riscv-rt: what calls may change is saved; mepc is not. */
    .globl trap_entry
    .type trap_entry, @function
    .balign 4
trap_entry:
    addi sp, sp, -64
    sw ra, 0(sp); sw t0, 4(sp); sw t1, 8(sp); sw t2, 12(sp); sw t3, 16(sp); sw t4, 20(sp); sw t5, 24(sp); sw t6, 28(sp)
    sw a0, 32(sp); sw a1, 36(sp); sw a2, 40(sp); sw a3, 44(sp); sw a4, 48(sp); sw a5, 52(sp); sw a6, 56(sp); sw a7, 60(sp)
    mv a0, sp
    call handle_trap
    lw ra, 0(sp); lw t0, 4(sp); lw t1, 8(sp); lw t2, 12(sp); lw t3, 16(sp); lw t4, 20(sp); lw t5, 24(sp); lw t6, 28(sp)
    lw a0, 32(sp); lw a1, 36(sp); lw a2, 40(sp); lw a3, 44(sp); lw a4, 48(sp); lw a5, 52(sp); lw a6, 56(sp); lw a7, 60(sp)
    addi sp, sp, 64
    mret
    .size trap_entry, . - trap_entry
#elif ENTRY == 2
/* As kernels: mepc and mstatus are saved too, so that traps may nest; without a size. */
    .globl trap_entry
    .balign 4
trap_entry:
    addi sp, sp, -80
    sw ra, 0(sp); sw t0, 4(sp); sw t1, 8(sp); sw t2, 12(sp); sw t3, 16(sp); sw t4, 20(sp); sw t5, 24(sp); sw t6, 28(sp)
    sw a0, 32(sp); sw a1, 36(sp); sw a2, 40(sp); sw a3, 44(sp); sw a4, 48(sp); sw a5, 52(sp); sw a6, 56(sp); sw a7, 60(sp)
    csrr t0, mepc
    sw t0, 64(sp)
    csrr t1, mstatus
    sw t1, 68(sp)
    csrr a0, mcause
    sw a0, 72(sp)
    call handle_trap
    lw t0, 64(sp)
    csrw mepc, t0
    lw t1, 68(sp)
    csrw mstatus, t1
    lw ra, 0(sp); lw t0, 4(sp); lw t1, 8(sp); lw t2, 12(sp); lw t3, 16(sp); lw t4, 20(sp); lw t5, 24(sp); lw t6, 28(sp)
    lw a0, 32(sp); lw a1, 36(sp); lw a2, 40(sp); lw a3, 44(sp); lw a4, 48(sp); lw a5, 52(sp); lw a6, 56(sp); lw a7, 60(sp)
    addi sp, sp, 80
    mret
#elif ENTRY == 3
/* As kernels with a stack for interrupts: the interrupted stack pointer is kept on the new stack. */
    .globl trap_entry
    .type trap_entry, @function
    .balign 4
trap_entry:
    addi sp, sp, -80
    sw ra, 0(sp); sw t0, 4(sp); sw t1, 8(sp); sw t2, 12(sp); sw t3, 16(sp); sw t4, 20(sp); sw t5, 24(sp); sw t6, 28(sp)
    sw a0, 32(sp); sw a1, 36(sp); sw a2, 40(sp); sw a3, 44(sp); sw a4, 48(sp); sw a5, 52(sp); sw a6, 56(sp); sw a7, 60(sp)
    csrr t0, mepc
    sw t0, 64(sp)
    mv t1, sp
    la sp, interrupt_stack_top
    addi sp, sp, -16
    sw t1, 0(sp)
    call handle_trap
    lw sp, 0(sp)
    lw t0, 64(sp)
    csrw mepc, t0
    lw ra, 0(sp); lw t0, 4(sp); lw t1, 8(sp); lw t2, 12(sp); lw t3, 16(sp); lw t4, 20(sp); lw t5, 24(sp); lw t6, 28(sp)
    lw a0, 32(sp); lw a1, 36(sp); lw a2, 40(sp); lw a3, 44(sp); lw a4, 48(sp); lw a5, 52(sp); lw a6, 56(sp); lw a7, 60(sp)
    addi sp, sp, 80
    mret
    .size trap_entry, . - trap_entry
#elif ENTRY == 6
/* As FreeRTOS: the interrupted stack pointer goes to the task's control block; the way out is another label's. */
    .globl trap_entry
    .balign 4
trap_entry:
    addi sp, sp, -80
    sw ra, 4(sp); sw t0, 8(sp); sw t1, 12(sp); sw t2, 16(sp); sw t3, 20(sp); sw t4, 24(sp); sw t5, 28(sp); sw t6, 32(sp)
    sw a0, 36(sp); sw a1, 40(sp); sw a2, 44(sp); sw a3, 48(sp); sw a4, 52(sp); sw a5, 56(sp); sw a6, 60(sp); sw a7, 64(sp)
    csrr t0, mstatus
    sw t0, 68(sp)
    la t0, current_task
    lw t0, 0(t0)
    sw sp, 0(t0)
    csrr a0, mcause
    csrr a1, mepc
    sw a1, 0(sp)
    la sp, kernel_stack_top
    lw sp, 0(sp)
    call handle_trap
    j leave_trap
leave_trap:
    la t1, current_task
    lw t1, 0(t1)
    lw sp, 0(t1)
    lw t0, 0(sp)
    csrw mepc, t0
    lw ra, 4(sp); lw t0, 8(sp); lw t1, 12(sp); lw a0, 36(sp); lw a1, 40(sp)
    addi sp, sp, 80
    mret
#elif ENTRY == 4
/* As a C library with a signal frame in its call frame information: column 4929 is mepc. */
    .globl trap_entry
    .type trap_entry, @function
    .balign 4
trap_entry:
    .cfi_startproc
    .cfi_signal_frame
    .cfi_return_column 64
    addi sp, sp, -64
    .cfi_def_cfa_offset 64
    sw ra, 0(sp)
    .cfi_offset ra, -64
    sw a0, 4(sp)
    .cfi_offset a0, -60
    sw a1, 8(sp)
    .cfi_offset a1, -56
    csrr a0, mepc
    sw a0, 12(sp)
    .cfi_offset 64, -52
    csrr a0, mcause
    call handle_trap
    lw a0, 12(sp)
    csrw mepc, a0
    lw ra, 0(sp)
    lw a0, 4(sp)
    lw a1, 8(sp)
    addi sp, sp, 64
    mret
    .cfi_endproc
    .size trap_entry, . - trap_entry
#endif

/* Assembly without call frame information or a size: a frame of its own. */
    .globl by_hand
    .balign 4
by_hand:
    addi sp, sp, -32
    sw ra, 28(sp)
    sw s1, 24(sp)
    li s1, 77
    call middle
    lw s1, 24(sp)
    lw ra, 28(sp)
    addi sp, sp, 32
    ret
