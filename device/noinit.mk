# For a makefile: `include path/to/noinit/device/noinit.mk` (before it, if it is not a Cortex-M: NOINIT_ARCH := riscv), compile NOINIT_SOURCES with NOINIT_CFLAGS,
# C++ of your own with NOINIT_CXXFLAGS, link with NOINIT_LDFLAGS.
NOINIT_DIR := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
NOINIT_SOURCES := $(foreach part,core log log_text backends reboot crash packetizer selftest arch/$(or $(NOINIT_ARCH),cortex_m),$(wildcard $(NOINIT_DIR)/src/$(part)/*.c))
NOINIT_CFLAGS := -std=c11 -I$(NOINIT_DIR)/include -I$(NOINIT_DIR)/src
NOINIT_CXXFLAGS := -I$(NOINIT_DIR)/include
NOINIT_LDFLAGS := -Wl,--build-id=sha1 -T $(NOINIT_DIR)/linker/noinit_log.ld
