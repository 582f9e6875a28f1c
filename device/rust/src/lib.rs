//! defmt's global logger: every frame becomes one entry of kind *defmt* in the retained ring of the C SDK (docs/formats/log-ring.md).
//!
//! A frame is handed over whole, so the ring never holds a torn one. An interrupt, a panic or a fault that logs while a frame is open has
//! a frame of its own: what interrupts is done before what it interrupted goes on. Threads that preempt each other are not like that and
//! need the feature `critical-section`. One core only.
#![no_std]

use core::cell::UnsafeCell;
use core::sync::atomic::{compiler_fence, AtomicUsize, Ordering};

#[cfg(not(feature = "critical-section"))]
mod critical_section {
    pub type RestoreState = ();
    pub unsafe fn acquire() {}
    pub unsafe fn release(_: RestoreState) {}
}

/// A longer frame is dropped whole, and counted.
const FRAME_BYTES: usize = 256;
/// So many frames may be open at once; one more is dropped, and counted.
const FRAMES: usize = 3;

extern "C" {
    /// The C SDK's. A size that no entry can have is counted as one lost entry, and `bytes` not looked at.
    fn noinit_log_foreign(kind: u32, bytes: *const u8, size: u32);
}
const KIND_DEFMT: u32 = 5;

struct Frame {
    encoder: defmt::Encoder,
    bytes: [u8; FRAME_BYTES],
    size: usize, // above FRAME_BYTES: it did not fit
    section: Option<critical_section::RestoreState>,
}

#[allow(clippy::declare_interior_mutable_const)] // only to be repeated in the array
const CLOSED: UnsafeCell<Frame> =
    UnsafeCell::new(Frame { encoder: defmt::Encoder::new(), bytes: [0; FRAME_BYTES], size: 0, section: None });

struct Frames([UnsafeCell<Frame>; FRAMES]);
// Sound because an open frame belongs to one context: whoever comes meanwhile takes the next one.
unsafe impl Sync for Frames {}
static STACK: Frames = Frames([CLOSED; FRAMES]);
static OPEN: AtomicUsize = AtomicUsize::new(0);

/// The frame opened last. Safety: only its context, between acquire and release.
unsafe fn innermost() -> Option<&'static mut Frame> {
    STACK.0.get(OPEN.load(Ordering::Relaxed) - 1).map(|cell| &mut *cell.get())
}

fn push(bytes: &mut [u8; FRAME_BYTES], size: &mut usize, part: &[u8]) {
    match bytes.get_mut(*size..*size + part.len()) {
        Some(room) => room.copy_from_slice(part),
        None => *size = FRAME_BYTES + 1,
    }
    *size += part.len();
}

#[defmt::global_logger]
struct Logger;

unsafe impl defmt::Logger for Logger {
    fn acquire() {
        let depth = OPEN.load(Ordering::Relaxed);
        let section = (depth == 0).then(|| unsafe { critical_section::acquire() });
        // Load and store are enough: an interrupt in between leaves the number as it found it.
        OPEN.store(depth + 1, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        if let Some(frame) = unsafe { innermost() } {
            (frame.size, frame.section) = (0, section);
            frame.encoder.start_frame(|part| push(&mut frame.bytes, &mut frame.size, part));
        }
    }

    unsafe fn write(bytes: &[u8]) {
        if let Some(frame) = innermost() {
            frame.encoder.write(bytes, |part| push(&mut frame.bytes, &mut frame.size, part));
        }
    }

    unsafe fn flush() {} // the ring is memory

    unsafe fn release() {
        let mut section = None;
        let frame = innermost().and_then(|frame| {
            frame.encoder.end_frame(|part| push(&mut frame.bytes, &mut frame.size, part));
            section = frame.section.take();
            frame.bytes.get(..frame.size)
        });
        match frame {
            None => noinit_log_foreign(KIND_DEFMT, core::ptr::null(), u32::MAX),
            Some(bytes) if bytes.iter().any(|byte| *byte != 0) => noinit_log_foreign(KIND_DEFMT, bytes.as_ptr(), bytes.len() as u32),
            Some(_) => {} // defmt::flush: a frame without an index
        }
        OPEN.store(OPEN.load(Ordering::Relaxed) - 1, Ordering::Release);
        if let Some(section) = section {
            critical_section::release(section);
        }
    }
}
