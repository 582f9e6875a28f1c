//! What a firmware's `defmt::info!` and its interrupts do to the logger, in the same calls that the macros make.
extern crate noinit_defmt;

extern "Rust" {
    fn _defmt_acquire();
    fn _defmt_flush();
    fn _defmt_release();
    fn _defmt_write(bytes: &[u8]);
}

fn frame(parts: &[&[u8]]) {
    unsafe {
        _defmt_acquire();
        parts.iter().for_each(|part| _defmt_write(part));
        _defmt_release();
    }
}

fn nested(depth: u8) {
    unsafe {
        _defmt_acquire();
        _defmt_write(&[0x20 + depth, 0]);
        if depth > 0 {
            nested(depth - 1);
        }
        _defmt_write(&[depth]);
        _defmt_release();
    }
}

#[no_mangle]
pub extern "C" fn log_frames() {
    // What defmt 1.2.0 made of info!("Hello, world!") and warn!("point {} of {=u8}", point, 9), with a timestamp of 7 …
    frame(&[&[0x6e, 0], &[7, 0, 0, 0]]);
    frame(&[&[0x70, 0], &[7, 0, 0, 0], &[0x80, 0], &[0xff, 0xff], &[2, 0], &[9]]);
    // … and of an error!("outer {}", value) whose Format logs a warning by itself.
    unsafe {
        _defmt_acquire();
        _defmt_write(&[0x71, 0]);
        _defmt_write(&[7, 0, 0, 0, 0x5a, 0]);
        frame(&[&[0x6f, 0], &[7, 0, 0, 0]]);
        _defmt_write(&[0x83, 0, 0, 0]);
        _defmt_release();
    }
    frame(&[&[3, 0], &[0x55; 254]]);
    frame(&[&[4, 0], &[0x55; 254], &[0x55]]);
    frame(&[&[5, 0], &[0x55; 300]]);
    nested(2);
    nested(4);
    unsafe {
        _defmt_acquire();
        _defmt_flush();
        _defmt_release();
    }
    frame(&[&[6, 0]]);
}
