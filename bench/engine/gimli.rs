// Addresses in hexadecimal on standard input, functions and lines with inlines on standard output, by gimli's addr2line.
use addr2line::{gimli, object, Context};
use object::{Object, ObjectSection};
use std::io::{self, BufRead, Write};

fn main() {
    let path = std::env::args().nth(1).expect("an ELF file");
    let data = std::fs::read(path).expect("the file");
    let file = object::File::parse(&*data).expect("an object file");
    let endian = if file.is_little_endian() { gimli::RunTimeEndian::Little } else { gimli::RunTimeEndian::Big };
    let load = |id: gimli::SectionId| -> Result<_, ()> {
        let bytes = file.section_by_name(id.name()).and_then(|section| section.data().ok()).unwrap_or(&[]);
        Ok(gimli::EndianSlice::new(bytes, endian))
    };
    let dwarf = gimli::Dwarf::load(load).expect("sections");
    let context = Context::from_dwarf(dwarf).expect("debug information");
    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line.expect("text");
        let pc = u64::from_str_radix(line.trim_start_matches("0x"), 16).expect("an address");
        writeln!(out, "0x{:08x}", pc).unwrap();
        let mut frames = context.find_frames(pc).expect("frames");
        let mut found = false;
        while let Some(frame) = frames.next().expect("a frame") {
            found = true;
            let name = frame.function.as_ref().and_then(|function| function.raw_name().ok());
            writeln!(out, "{}", name.as_deref().unwrap_or("??")).unwrap();
            match frame.location {
                Some(at) => writeln!(out, "{}:{}", at.file.unwrap_or("??"), at.line.unwrap_or(0)).unwrap(),
                None => writeln!(out, "??:0").unwrap(),
            }
        }
        if !found {
            writeln!(out, "??\n??:0").unwrap();
        }
    }
}
