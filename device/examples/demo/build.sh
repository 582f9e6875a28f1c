#!/bin/sh
# Builds both releases of the demo's firmware: build.sh [folder for the ELF files, default apps/demo/firmware].
# The files are the same, byte for byte, wherever this is run with the same compiler.
set -eu
device=$(cd "$(dirname "$0")/../.." && pwd)
out=${1:-$device/../apps/demo/firmware}
out=$(mkdir -p "$out" && cd "$out" && pwd)
gcc=${CC:-arm-none-eabi-gcc}

# Sources are named from here, sorted, so that neither the place nor the order of a folder listing gets into the file.
cd "$device"
sdk=$(LC_ALL=C ls src/core/*.c src/log/*.c src/log_text/*.c src/backends/*.c src/reboot/*.c src/crash/*.c src/packetizer/*.c src/arch/cortex_m/*.c)
demo=$(LC_ALL=C ls examples/demo/*.c ports/rp2040/*.c)
flags="-mcpu=cortex-m0plus -mthumb -std=gnu11 -Og -g3 -ffunction-sections -fdata-sections -fno-common
    -Wall -Wextra -Werror -ffile-prefix-map=$device=device -fdebug-prefix-map=$device=device
    -Iinclude -Isrc -Iexamples/demo -Iports/rp2040 -DNOINIT_CONFIG_FILE=\"noinit_config.h\""
link="-nostdlib -Wl,--gc-sections -Wl,--build-id=sha1 -Tports/rp2040/rp2040.ld"

for release in 132:1.3.2 140:1.4.0; do
    # shellcheck disable=SC2086 # lists of words
    "$gcc" $flags "-DPRODUCT_RELEASE=${release%%:*}" $sdk $demo $link -lgcc -o "$out/room-${release##*:}.elf"
done

# The table beside the committed files names them by their build ids.
readme=$out/README.md
[ -f "$readme" ] || exit 0
for version in 1.3.2 1.4.0; do
    id=$("${gcc%gcc}readelf" -n "$out/room-$version.elf" | sed -n 's/.*Build ID: //p')
    sed -i "s/^| $version | \`[0-9a-f]*\`/| $version | \`$id\`/" "$readme"
done
