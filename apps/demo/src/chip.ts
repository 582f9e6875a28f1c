/** One RP2040 from a reset to the next one. What a reset keeps (RAM, watchdog scratch words) is carried over by the board. */
import { BasePeripheral, RP2040 } from 'rp2040js';
import type { FlashImage } from './flash-image.ts';
import type { VirtualClock } from './virtual-clock.ts';

const WATCHDOG = 0x40058;
const VREG_AND_CHIP_RESET = 0x40064;
const WATCHDOG_REASON = 0x08;
const CHIP_RESET = 0x08;
/** RP2040 datasheet, CHIP_RESET: the last chip-level reset was a power-on or a brown-out. A watchdog reset leaves it standing. */
const HAD_POR = 1 << 8;
const FLASH_BASE = 0x10000000;

/** RP2040 datasheet, WATCHDOG_REASON: bit 0 the timer, bit 1 forced by TRIGGER, 0 for any other reset. */
export const RESET_REASON = { powerOn: 0, watchdogTimer: 1, watchdogForced: 2 } as const;
export type ResetReason = (typeof RESET_REASON)[keyof typeof RESET_REASON];

export interface ChipReset {
  readonly reason: ResetReason;
  /** Contents of the RAM from its first byte on; at power-on whatever the cells fell to. */
  readonly ram: Uint8Array;
}

/** The chip with a small shared flash, running from its vector table (there is no boot ROM to run first). */
export class Chip extends RP2040 {
  /** Set by the watchdog; the board then makes the next chip. */
  resetBy: ResetReason | undefined;

  constructor(clock: VirtualClock, image: FlashImage, reset: ChipReset) {
    super(clock);
    // All boards with the same firmware look at the same bytes; the emulator's own 16 MiB are let go.
    Object.assign(this, image);
    this.sram.set(reset.ram);
    this.peripherals[VREG_AND_CHIP_RESET] = new ChipResetRegisters(this, 'VREG_AND_CHIP_RESET');
    this.#watchdog(reset.reason);
    this.core.VTOR = FLASH_BASE;
    this.core.reset();
  }

  /** Called by the base class before there is anything to reset: filling its flash would touch 16 MiB a board. */
  override reset(): void {
    this.core.reset();
    this.pwm.reset();
  }

  #watchdog(reason: ResetReason): void {
    const watchdog = this.peripherals[WATCHDOG] as unknown as WatchdogPeripheral;
    const read = watchdog.readUint32.bind(watchdog);
    // The emulator forgets the reason with the chip; the register keeps it until the next reset.
    watchdog.readUint32 = (offset) => (offset === WATCHDOG_REASON ? reason : read(offset));
    watchdog.onWatchdogTrigger = () => {
      // A watchdog that fired counts no further; the emulated one would ring for ever at this very moment.
      watchdog.alarm.enable = false;
      this.resetBy = watchdog.reason === RESET_REASON.watchdogForced ? RESET_REASON.watchdogForced : RESET_REASON.watchdogTimer;
    };
  }
}

/** What is used of the emulator's watchdog; its class is not exported. */
interface WatchdogPeripheral {
  readonly reason: number;
  readonly alarm: { enable: boolean };
  readUint32(offset: number): number;
  onWatchdogTrigger: () => void;
}

/** The emulator has no such peripheral. Only the power-on bit is modelled: the boards have no reset pin and no debugger. */
class ChipResetRegisters extends BasePeripheral {
  override readUint32(offset: number): number {
    return offset === CHIP_RESET ? HAD_POR : 0;
  }
}
