/*
 * Decodes reset causes: a line `family raw` in, a line with the reason out. `read family` gives what its read function reads, and from
 * where; `clear family` what its clear function leaves where. Also compiles as C++.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Registers, in the order in which they were asked for; each holds PATTERN, whose bits 16, 23 and 24 are 0. */
#define PATTERN 0x5a3cf00fu
static struct {
    uint32_t address;
    uint32_t value;
} registers[4];
static uint32_t register_count;

static volatile uint32_t *register_at(uint32_t address)
{
    uint32_t i = 0;
    while (i < register_count && registers[i].address != address) {
        i++;
    }
    if (i == register_count) {
        registers[register_count].address = address;
        registers[register_count++].value = PATTERN;
    }
    return &registers[i].value;
}
#define NOINIT_RESET_CAUSE_REGISTER(type, address) (*(volatile type *)(volatile void *)register_at(address))

#include "da14.h"
#include "esp32.h"
#include "esp8266.h"
#include "gecko.h"
#include "imxrt102x.h"
#include "mynewt.h"
#include "nrf5x.h"
#include "particle.h"
#include "psoc6.h"
#include "rp2040.h"
#include "s32k.h"
#include "saml1x.h"
#include "stm32.h"
#include "zephyr.h"

static const struct {
    const char *name;
    uint16_t (*decode)(uint32_t raw);
} FAMILIES[] = {
    {"rp2040", noinit_reset_cause_rp2040},       {"nrf51", noinit_reset_cause_nrf51},     {"nrf52", noinit_reset_cause_nrf52},
    {"nrf53", noinit_reset_cause_nrf53},         {"nrf91", noinit_reset_cause_nrf91},     {"stm32f4", noinit_reset_cause_stm32f4},
    {"stm32f7", noinit_reset_cause_stm32f7},     {"stm32h7", noinit_reset_cause_stm32h7}, {"stm32l4", noinit_reset_cause_stm32l4},
    {"stm32wb", noinit_reset_cause_stm32wb},     {"esp32", noinit_reset_cause_esp32},     {"esp32c3", noinit_reset_cause_esp32c3},
    {"esp8266", noinit_reset_cause_esp8266},     {"saml1x", noinit_reset_cause_saml1x},   {"psoc6", noinit_reset_cause_psoc6},
    {"da14", noinit_reset_cause_da14},           {"gecko0", noinit_reset_cause_gecko0},   {"gecko1", noinit_reset_cause_gecko1},
    {"gecko2", noinit_reset_cause_gecko2},       {"s32k", noinit_reset_cause_s32k},       {"zephyr", noinit_reset_cause_zephyr},
    {"imxrt102x", noinit_reset_cause_imxrt102x}, {"mynewt", noinit_reset_cause_mynewt},   {"particle", noinit_reset_cause_particle},
};

static uint32_t read_nrf52(void)
{
    return noinit_reset_cause_nrf5x_read(NOINIT_RESETREAS_NRF52);
}

static void clear_nrf52(void)
{
    noinit_reset_cause_nrf5x_clear(NOINIT_RESETREAS_NRF52);
}

static uint32_t read_gecko2(void)
{
    return noinit_reset_cause_gecko2_read(0x40004000u);
}

static void clear_gecko2(void)
{
    noinit_reset_cause_gecko2_clear(0x40004000u);
}

static const struct {
    const char *name;
    uint32_t (*read)(void);
    void (*clear)(void);
} REGISTERS[] = {
    {"rp2040", noinit_reset_cause_rp2040_read, noinit_reset_cause_rp2040_clear},
    {"nrf52", read_nrf52, clear_nrf52},
    {"stm32f4", noinit_reset_cause_stm32f4_read, noinit_reset_cause_stm32f4_clear},
    {"stm32f7", noinit_reset_cause_stm32f7_read, noinit_reset_cause_stm32f7_clear},
    {"stm32h7", noinit_reset_cause_stm32h7_read, noinit_reset_cause_stm32h7_clear},
    {"stm32l4", noinit_reset_cause_stm32l4_read, noinit_reset_cause_stm32l4_clear},
    {"stm32wb", noinit_reset_cause_stm32wb_read, noinit_reset_cause_stm32wb_clear},
    {"saml1x", noinit_reset_cause_saml1x_read, noinit_reset_cause_saml1x_clear},
    {"da1453x", noinit_reset_cause_da1453x_read, noinit_reset_cause_da1453x_clear},
    {"da1469x", noinit_reset_cause_da1469x_read, noinit_reset_cause_da1469x_clear},
    {"gecko0", noinit_reset_cause_gecko0_read, noinit_reset_cause_gecko0_clear},
    {"gecko1", noinit_reset_cause_gecko1_read, noinit_reset_cause_gecko1_clear},
    {"gecko2", read_gecko2, clear_gecko2},
    {"imxrt102x", noinit_reset_cause_imxrt102x_read, noinit_reset_cause_imxrt102x_clear},
    {"s32k", noinit_reset_cause_s32k_read, noinit_reset_cause_s32k_clear},
};

static void answer(const char *first, const char *second)
{
    register_count = 0;
    for (uint32_t i = 0; i < sizeof REGISTERS / sizeof *REGISTERS; i++) {
        if (strcmp(second, REGISTERS[i].name) != 0) {
            continue;
        }
        if (strcmp(first, "read") == 0) {
            printf("%08" PRIx32, REGISTERS[i].read());
        } else if (strcmp(first, "clear") == 0) {
            REGISTERS[i].clear();
            printf("-");
        }
        for (uint32_t k = 0; k < register_count; k++) {
            printf(" %08" PRIx32 "=%08" PRIx32, registers[k].address, registers[k].value);
        }
        printf("\n");
        return;
    }
    for (uint32_t i = 0; i < sizeof FAMILIES / sizeof *FAMILIES; i++) {
        uint32_t raw = 0;
        if (strcmp(first, FAMILIES[i].name) == 0 && sscanf(second, "%" SCNx32, &raw) == 1) {
            printf("%04x\n", FAMILIES[i].decode(raw));
            return;
        }
    }
    printf("no such family\n");
}

int main(void)
{
    char first[16];
    char second[16];
    while (scanf("%15s %15s", first, second) == 2) {
        answer(first, second);
    }
    return 0;
}
