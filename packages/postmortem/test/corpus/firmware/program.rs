//! The scenarios of program.c in Rust: methods, generics, closures, enums with and without niches, slices, panics.
#![feature(arbitrary_enum_discriminant)]
#![no_std]
#![no_main]
#![allow(dead_code, unused_variables, unused_macros)]

use core::ptr::{read_volatile, write_volatile};

extern "C" {
    fn tell_call(function: *const u8, line: u32);
    fn tell_value(function: *const u8, name: *const u8, address: *const u8, bytes: *const u8, size: u32);
    fn tell_text(function: *const u8, path: *const u8, text: *const u8);
    fn pend_systick();
    fn pend_pendsv();
    fn stop_here();
    fn run_on_thread_stack(entry: extern "C" fn()) -> !;
}

include!(env!("CORPUS_SETTINGS"));

/// Stands in the line of the call that the frame is left by.
macro_rules! calls {
    ($function:literal) => {
        if !QUIET {
            unsafe { tell_call(concat!($function, "\0").as_ptr(), line!()) }
        }
    };
}
/// The value; the variable may stay in a register.
macro_rules! tell {
    ($function:literal, $variable:ident) => {
        if !QUIET {
            let told = $variable;
            unsafe {
                tell_value(concat!($function, "\0").as_ptr(), concat!(stringify!($variable), "\0").as_ptr(), core::ptr::null(),
                    &told as *const _ as *const u8, core::mem::size_of_val(&told) as u32)
            }
        }
    };
}
/// Address and value; the variable must be in memory.
macro_rules! tell_place {
    ($function:literal, $variable:ident) => {
        if !QUIET {
            let at = &$variable as *const _ as *const u8;
            unsafe {
                tell_value(concat!($function, "\0").as_ptr(), concat!(stringify!($variable), "\0").as_ptr(), at, at,
                    core::mem::size_of_val(&$variable) as u32)
            }
        }
    };
}
macro_rules! reads {
    ($function:literal, $path:literal, $text:literal) => {
        if !QUIET {
            unsafe { tell_text(concat!($function, "\0").as_ptr(), concat!($path, "\0").as_ptr(), concat!($text, "\0").as_ptr()) }
        }
    };
}

static mut SINK: i32 = 0;
fn sink(value: i32) {
    unsafe { write_volatile(&mut SINK, value.wrapping_add(read_volatile(&SINK))) }
}
fn sunk() -> i32 {
    unsafe { read_volatile(&SINK) }
}

#[inline(always)]
fn undefined_instruction() {
    #[cfg(target_arch = "arm")]
    unsafe {
        core::arch::asm!("udf #1")
    }
    #[cfg(not(target_arch = "arm"))]
    unsafe {
        core::arch::asm!(".word 0")
    }
}

mod plant {
    use super::*;

    #[derive(Clone, Copy, PartialEq)]
    pub enum Mode {
        Idle = 3,
        Busy = 100,
        Lost = 200,
    }

    #[derive(Clone, Copy)]
    pub struct Point {
        pub x: i16,
        pub y: i16,
    }

    #[derive(Clone, Copy)]
    pub enum Reading {
        Nothing,
        Single(i32),
        Pair { low: u8, high: u16 },
        Place(Point),
    }

    pub struct Sensor<'a> {
        pub name: &'a str,
        pub raw: [u32; 4],
        pub convert: fn(i32) -> i32,
        pub mode: Mode,
        pub last: Option<&'a Point>,
        pub scale: f64,
    }

    pub trait Readable {
        fn read(&self, index: usize) -> i32;
        fn id(&self) -> u16 {
            7
        }
    }

    #[inline(never)]
    pub fn twice(raw: i32) -> i32 {
        raw.wrapping_mul(2).wrapping_add(sunk())
    }

    #[inline(never)]
    pub fn strike(code: i32, why: &str) {
        let local = code.wrapping_mul(3);
        let mut label = *b"lab0";
        label[3] = b'0' + (code & 7) as u8;
        sink(label[3] as i32 + why.len() as i32);
        tell!("strike", code);
        tell!("strike", why);
        tell_place!("strike", local);
        tell_place!("strike", label);
        if SCENARIO == BAD_ADDRESS {
            let at = unsafe { read_volatile(&super::BAD_POINTER) };
            calls!("strike"); sink(unsafe { core::ptr::read_volatile(at as *const i32) });
        } else {
            calls!("strike"); undefined_instruction();
        }
        sink(local.wrapping_add(label[0] as i32).wrapping_add(code).wrapping_add(why.as_ptr() as i32));
    }

    #[inline(always)]
    fn inner(value: i32) {
        let doubled = value.wrapping_mul(2);
        tell!("inner", doubled);
        calls!("inner"); strike(doubled, "inlined");
        sink(doubled);
    }

    #[inline(always)]
    fn outer(value: i32) {
        let half = value / 2;
        tell!("outer", half);
        calls!("outer"); inner(value - half);
        sink(half);
    }

    #[inline(never)]
    pub fn descend(depth: i32, wide: u64) -> i32 {
        let below = [depth, depth + 1, SEED];
        let ratio = depth as f32 * 0.5;
        sink(below[(depth % 3) as usize]);
        tell!("descend", depth);
        tell!("descend", wide);
        tell!("descend", ratio);
        tell_place!("descend", below);
        if depth == 0 {
            calls!("descend"); outer(SEED & 0xfff);
        } else {
            calls!("descend"); let got = descend(depth - 1, wide.wrapping_mul(3));
            sink(got);
        }
        sink(below[1].wrapping_add((ratio * 2.0) as i32).wrapping_add(wide as i32));
        sunk().wrapping_add(below[2])
    }

    impl<'a> Sensor<'a> {
        #[inline(never)]
        pub fn poll(&self, rounds: usize) -> i32 {
            let mut sum = 0i32;
            for round in 0..rounds {
                tell!("poll", rounds);
                tell!("poll", round);
                calls!("poll"); sum = sum.wrapping_add(self.read(round));
            }
            sum
        }
    }

    impl<'a> Readable for Sensor<'a> {
        #[inline(never)]
        fn read(&self, index: usize) -> i32 {
            let raw = self.raw[index & 3] as i32;
            let convert = self.convert;
            tell!("read", raw);
            tell!("read", index);
            tell_place!("read", convert);
            if SCENARIO == NULL_CALL || SCENARIO == DATA_CALL {
                calls!("read"); let value = convert(raw);
                return value.wrapping_add(raw);
            }
            calls!("read"); strike(raw, self.name);
            raw.wrapping_add(convert(raw)).wrapping_add(index as i32)
        }
    }

    #[inline(never)]
    pub fn dispatch(readable: &dyn Readable, index: usize) -> i32 {
        tell!("dispatch", index);
        calls!("dispatch"); let value = readable.read(index);
        value.wrapping_add(readable.id() as i32)
    }

    #[inline(never)]
    pub fn countdown<const N: usize, T: Copy + Into<i64>>(carried: T, count: usize) -> i64 {
        let numbers = [carried; N];
        let mine = numbers[0].into().wrapping_mul(3).wrapping_add(count as i64);
        tell!("countdown", count);
        tell!("countdown", mine);
        tell_place!("countdown", numbers);
        if count == 0 {
            calls!("countdown"); strike(mine as i32, "at the bottom");
            return mine;
        }
        calls!("countdown"); let result = countdown::<N, T>(carried, count - 1);
        result.wrapping_add(mine).wrapping_add(numbers[N - 1].into())
    }

    #[inline(never)]
    pub fn blend(a: f32, b: f32, c: f64) -> f32 {
        let product = a * b;
        let sum = a + b;
        let third = c / 3.0;
        tell!("blend", product);
        tell!("blend", sum);
        tell!("blend", third);
        calls!("blend"); unsafe { pend_systick() };
        product * sum + third as f32 + a - b
    }

    #[inline(never)]
    pub fn hand_over(value: i32) {
        sink(value);
        strike(value + 1, "after a jump")
    }

    #[inline(never)]
    pub fn out_of_bounds(values: &[i32], index: usize) -> i32 {
        tell!("out_of_bounds", values);
        tell!("out_of_bounds", index);
        calls!("out_of_bounds"); values[index]
    }

    pub union Bits {
        pub word: u32,
        pub real: f32,
        pub halves: [u16; 2],
    }

    pub struct Wrapper<T>(pub T, u8);
    pub struct Unit;

    #[repr(u8)]
    #[derive(Clone, Copy)]
    pub enum Command {
        Stop = 1,
        Go { speed: u16 } = 9,
    }

    pub enum List<'a> {
        End,
        More(i32, &'a List<'a>),
    }

    #[inline(never)]
    pub fn many_values(reading: Reading, result: Result<u16, Point>, tuple: (i8, u32, bool), text: &str, numbers: &[u16], big: u128) -> i32 {
        let nothing: Option<u32> = None;
        let some: Option<u32> = Some(SEED as u32);
        let point = Point { x: SEED as i16, y: -9 };
        let borrowed: Option<&Point> = Some(&point);
        let absent: Option<&Point> = None;
        let letter = 'é';
        let maybe_letter: Option<char> = Some('q');
        let no_letter: Option<char> = None;
        let flag = Some(true);
        let pair = Reading::Pair { low: 5, high: 500 };
        let single = Reading::Single(SEED);
        let empty = Reading::Nothing;
        let failed: Result<u8, ()> = Err(());
        let nested: Option<Option<u8>> = Some(None);
        let ordering = core::cmp::Ordering::Less;
        let nonzero = core::num::NonZeroU16::new(77);
        let mode = Mode::Busy;
        let command = Command::Go { speed: 12 };
        let bits = Bits { real: 1.5 };
        let wrapper = Wrapper(point, 3);
        let unit = Unit;
        let end = List::End;
        let list = List::More(1, &end);
        let longer = List::More(2, &list);
        let wide: i64 = -(SEED as i64) * 0x1_0000_0001;
        let real = SEED as f64 * 0.25;
        let matrix = [[1u8, 2], [3, 4]];
        let function: fn(i32) -> i32 = twice;
        let cell = core::cell::Cell::new(SEED);
        let range = 2..9usize;
        let pointer: *const Point = &point;
        let tiny = -5i8;
        let sub = &numbers[1..];
        let readable: &dyn Readable = &Sensor { name: "dyn", raw: [1; 4], convert: twice, mode, last: borrowed, scale: 0.5 };
        tell_place!("many_values", nothing);
        tell_place!("many_values", some);
        tell_place!("many_values", point);
        tell_place!("many_values", borrowed);
        tell_place!("many_values", absent);
        tell!("many_values", letter);
        tell_place!("many_values", maybe_letter);
        tell_place!("many_values", no_letter);
        tell_place!("many_values", flag);
        tell_place!("many_values", pair);
        tell_place!("many_values", single);
        tell_place!("many_values", empty);
        tell_place!("many_values", failed);
        tell_place!("many_values", nested);
        tell_place!("many_values", ordering);
        tell_place!("many_values", nonzero);
        tell_place!("many_values", mode);
        tell_place!("many_values", command);
        tell_place!("many_values", bits);
        tell_place!("many_values", wrapper);
        tell_place!("many_values", list);
        tell_place!("many_values", longer);
        tell!("many_values", wide);
        tell!("many_values", real);
        tell_place!("many_values", matrix);
        tell_place!("many_values", function);
        tell_place!("many_values", cell);
        tell_place!("many_values", range);
        tell!("many_values", pointer);
        tell!("many_values", tiny);
        tell!("many_values", sub);
        tell_place!("many_values", reading);
        tell_place!("many_values", result);
        tell_place!("many_values", tuple);
        tell!("many_values", text);
        tell!("many_values", numbers);
        tell!("many_values", big);
        tell_place!("many_values", readable);
        reads!("many_values", "nothing", "None");
        reads!("many_values", "absent", "None");
        reads!("many_values", "no_letter", "None");
        reads!("many_values", "flag", "Some(true)");
        reads!("many_values", "nested", "Some(None)");
        reads!("many_values", "mode", "Busy");
        reads!("many_values", "ordering", "Less");
        reads!("many_values", "maybe_letter", "Some('q')");
        reads!("many_values", "text", "\"text in flash\"");
        calls!("many_values"); let got = capture_all(|delta| delta.wrapping_add(point.x as i32).wrapping_add(numbers[0] as i32));
        if let Reading::Pair { low, high } = pair {
            sink(low as i32 + high as i32);
        }
        sink(cell.get() + range.start as i32 + tiny as i32 + sub.len() as i32 + matrix[1][sunk() as usize & 1] as i32);
        sink(wide as i32 + real as i32 + letter as i32 + big as i32 + tuple.1 as i32 + readable.read(1));
        got.wrapping_add(text.len() as i32)
    }

    #[inline(never)]
    pub fn capture_all<F: Fn(i32) -> i32>(function: F) -> i32 {
        let first = function(1);
        tell!("capture_all", first);
        calls!("capture_all"); strike(first, "in a generic function");
        function(first)
    }

    #[inline(never)]
    pub fn work(seed: i32) -> i32 {
        let before = seed + 1;
        let point = Point { x: seed as i16, y: 4 };
        tell_place!("work", before);
        let sensor = Sensor {
            name: "temp0",
            raw: [SEED as u32, 2, 3, 4],
            convert: unsafe { core::mem::transmute(read_volatile(&super::CONVERT)) },
            mode: Mode::Lost,
            last: Some(&point),
            scale: 0.25,
        };
        let got: i32;
        if SCENARIO == NULL_CALL || SCENARIO == DATA_CALL {
            calls!("work"); got = sensor.poll(2);
        } else if SCENARIO == ISR || SCENARIO == ISR_ON_THREAD || SCENARIO == NESTED || SCENARIO == STOPPED {
            calls!("work"); unsafe { pend_systick() };
            got = 0;
        } else if SCENARIO == FPU_LIVE {
            let start = seed as f32;
            calls!("work"); got = blend(start + 0.5, start * 2.0, start as f64 + 0.125) as i32;
        } else if SCENARIO == RECURSION {
            calls!("work"); got = countdown::<3, i32>(seed, 5 + (SEED as usize & 3)) as i32;
        } else if SCENARIO == NORETURN {
            let values = [1, 2, seed];
            calls!("work"); got = out_of_bounds(&values, seed as usize);
        } else if SCENARIO == TAIL_CALL {
            calls!("work"); hand_over(seed);
            got = 1;
        } else if SCENARIO == VALUES {
            let numbers = [7u16, 8, seed as u16];
            let reading = Reading::Place(point);
            calls!("work"); got = many_values(reading, Err(point), (-3, seed as u32, true), "text in flash", &numbers, (seed as u128) << 70);
        } else if SCENARIO == THREAD || SCENARIO == BAD_ADDRESS {
            calls!("work"); got = dispatch(&sensor, 0);
        } else if SCENARIO == NAKED {
            #[cfg(target_arch = "arm")]
            unsafe {
                calls!("work"); core::arch::asm!("svc 7");
            }
            got = 2;
        } else {
            calls!("work"); got = descend(2 + (SEED & 1), 0x1_0000_0000 + SEED as u64);
        }
        before.wrapping_add(got).wrapping_add(sunk()).wrapping_add(sensor.name.len() as i32)
    }
}

#[cfg(target_arch = "arm")]
static BAD_POINTER: usize = if cfg!(target_feature = "v7") || SCENARIO == 0 { 0xF000_0000 } else { 0x2000_0101 };
#[cfg(not(target_arch = "arm"))]
static BAD_POINTER: usize = 8;

/// Undefined instructions, on both machines, so that nothing runs.
static mut NOT_CODE: [u32; 4] = if cfg!(target_arch = "arm") { [0xde01_de01; 4] } else { [0; 4] };

#[repr(C)]
union Target {
    function: fn(i32) -> i32,
    number: usize,
    data: *const u8,
}
unsafe impl Sync for Target {}
static CONVERT: Target = match SCENARIO {
    NULL_CALL => Target { number: 0 },
    DATA_CALL => Target { data: unsafe { (&NOT_CODE as *const _ as *const u8).add(1) } },
    _ => Target { function: plant::twice },
};

#[cfg(target_arch = "arm")]
core::arch::global_asm!(
    ".section .text.SVC_Handler,\"ax\"",
    ".global SVC_Handler",
    ".type SVC_Handler,%function",
    ".thumb_func",
    "SVC_Handler:",
    "mov r0, sp",
    "push {{r4, lr}}",
    "bl svc_body",
    "pop {{r4, pc}}",
    ".size SVC_Handler, . - SVC_Handler",
);

/// As cortex-m-rt enters the handler of a hard fault; the processor is stopped in there.
#[cfg(own_handler)]
core::arch::global_asm!(
    ".section .text.Fault_Vector,\"ax\"",
    ".global Fault_Vector",
    ".type Fault_Vector,%function",
    ".thumb_func",
    ".cfi_sections .debug_frame",
    ".cfi_startproc",
    "Fault_Vector:",
    "mov r0, lr",
    "movs r1, #4",
    "tst r0, r1",
    "bne 0f",
    "mrs r0, MSP",
    "b fault_body",
    "0:",
    "mrs r0, PSP",
    "b fault_body",
    ".cfi_endproc",
    ".size Fault_Vector, . - Fault_Vector",
);

#[repr(C)]
pub struct ExceptionFrame {
    r0: u32,
    r1: u32,
    r2: u32,
    r3: u32,
    r12: u32,
    lr: u32,
    pc: u32,
    xpsr: u32,
}

#[no_mangle]
pub unsafe extern "C" fn fault_body(frame: &ExceptionFrame) -> ! {
    let at = frame.pc;
    tell!("fault_body", frame);
    tell!("fault_body", at);
    loop {
        calls!("fault_body"); stop_here();
        sink(at as i32);
    }
}

#[no_mangle]
pub extern "C" fn svc_body(frame: *const u32) {
    let number = unsafe { *(*frame.add(6) as *const u8).sub(2) };
    tell!("svc_body", number);
    calls!("svc_body"); plant::strike(number as i32, "in a supervisor call");
    sink(number as i32);
}

#[no_mangle]
pub extern "C" fn PendSV_Handler() {
    let pended = SEED ^ 0x77;
    tell!("PendSV_Handler", pended);
    calls!("PendSV_Handler"); plant::strike(pended, "in a nested interrupt");
    sink(pended);
}

#[no_mangle]
pub extern "C" fn SysTick_Handler() {
    let tick = SEED ^ 0x55;
    tell!("SysTick_Handler", tick);
    if SCENARIO == NESTED {
        calls!("SysTick_Handler"); unsafe { pend_pendsv() };
    } else if SCENARIO == STOPPED {
        calls!("SysTick_Handler"); unsafe { stop_here() };
    } else {
        calls!("SysTick_Handler"); plant::strike(tick, "in an interrupt");
    }
    sink(tick);
}

extern "C" fn thread_entry() {
    let mine = SEED + 5;
    tell_place!("thread_entry", mine);
    calls!("thread_entry"); let got = plant::work(mine);
    loop {
        sink(mine.wrapping_add(got));
    }
}

#[no_mangle]
pub extern "C" fn main() -> i32 {
    if SCENARIO == THREAD || SCENARIO == ISR_ON_THREAD || SCENARIO == HANDLER_ON_THREAD {
        unsafe { run_on_thread_stack(thread_entry) }
    }
    calls!("main"); let result = plant::work(SEED & 0x7fff);
    sink(result);
    result
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    let line = info.location().map_or(0, |at| at.line());
    tell!("panic", line);
    calls!("panic"); plant::strike(line as i32, "in a panic");
    loop {
        sink(line as i32);
    }
}
