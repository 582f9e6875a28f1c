// Values of everything Rust has, kept in statics; then the program writes its own memory to the file it is given.
// Of each mapping: where it is and how long, 8 bytes each in the machine's order, and its bytes.
#![allow(dead_code, static_mut_refs)]
use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::VecDeque;
use std::fs::File;
use std::future::Future;
use std::io::{Read, Seek, SeekFrom, Write};
use std::mem::{ManuallyDrop, MaybeUninit};
use std::num::{NonZeroU16, Wrapping};
use std::pin::Pin;
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::sync::Arc;
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

mod app {
    #[derive(Clone, Copy)]
    pub enum Speed { Off, Half = 50, Full = 100 }
    #[repr(i16)]
    pub enum Level { Low = -300, High = 300 }
    pub enum Error { Io { code: i32, retry: bool }, Text(&'static str, u8), Full }
    pub enum Single { Only(u16) }
    pub enum Niche { Flag(bool), Waiting, Stopped, Broken }
    pub enum Nested { Inner(Option<Option<bool>>), None }
    pub enum Wide { Number(u128), Nothing }
    #[repr(u64)]
    pub enum Far { Near = 1, Away = 0xffff_ffff_ffff_fff0 }
    pub struct Point { pub x: i16, pub y: i16 }
    pub struct Meters(pub f32);
    pub struct Pair<A, B>(pub A, pub B);
    pub struct Unit;
    pub union Either { pub number: u32, pub bytes: [u8; 4] }
    pub trait Device { fn id(&self) -> u32; }
    pub struct Motor { pub speed: u32 }
    impl Device for Motor { fn id(&self) -> u32 { self.speed } }
}
use app::*;

static mut OPTION_SOME: Option<u32> = Some(3);
static mut OPTION_NONE: Option<u32> = None;
static mut OPTION_REFERENCE: Option<&'static u16> = Some(&515);
static mut OPTION_NO_REFERENCE: Option<&'static u16> = None;
static mut OPTION_BOOL: Option<bool> = Some(true);
static mut OPTION_CHAR: Option<char> = None;
static mut OPTION_NONZERO: Option<NonZeroU16> = NonZeroU16::new(7);
static mut RESULT_OK: Result<u8, Error> = Ok(9);
static mut RESULT_ERROR: Result<u8, Error> = Err(Error::Io { code: -5, retry: true });
static mut ERROR_TEXT: Error = Error::Text("disk", 2);
static mut ERROR_FULL: Error = Error::Full;
static mut SPEED: Speed = Speed::Half;
static mut LEVEL: Level = Level::Low;
static mut SINGLE: Single = Single::Only(12);
static mut NICHE_DATA: Niche = Niche::Flag(false);
static mut NICHE: Niche = Niche::Stopped;
static mut NESTED: Nested = Nested::Inner(Some(None));
static mut NESTED_NONE: Nested = Nested::None;
static mut WIDE: Wide = Wide::Number(1 << 100);
static mut FAR: Far = Far::Away;
static mut POINT: Point = Point { x: -1, y: 2 };
static mut METERS: Meters = Meters(1.5);
static mut PAIR: Pair<u8, (i8, char)> = Pair(1, (-2, 'é'));
static mut UNIT_STRUCT: Unit = Unit;
static mut UNIT: () = ();
static mut TUPLE: (u8, i64, bool) = (1, -2, true);
static mut UNION: Either = Either { number: 0x0403_0201 };
static mut TEXT: &str = "I like \"you\"\n";
static mut EMPTY: &str = "";
static mut SLICE: &[u32] = &[1, 2, 3];
static mut BYTES: &[u8] = b"raw";
static mut ARRAY: [[u8; 2]; 3] = [[1, 2], [3, 4], [5, 6]];
static mut RANGE: std::ops::Range<usize> = 3..9;
static mut FUNCTION: fn(u32) -> u32 = twice;
static mut INTEGER: i128 = -170141183460469231731687303715884105728;
static mut LARGE: u128 = u128::MAX;
static mut LETTER: char = '\u{1F600}';
static mut POINTER: *const u8 = std::ptr::null();
static COUNTER: AtomicU32 = AtomicU32::new(77);
static READY: AtomicBool = AtomicBool::new(true);
static mut CELL: Cell<i32> = Cell::new(-4);
static mut WRAPPING: Wrapping<u8> = Wrapping(250);
static mut MAYBE: MaybeUninit<u16> = MaybeUninit::new(99);
static mut MANUAL: ManuallyDrop<UnsafeCell<u8>> = ManuallyDrop::new(UnsafeCell::new(5));
static mut REF_CELL: RefCell<u8> = RefCell::new(6);

static mut STRING: Option<String> = None;
static mut STRINGS: Vec<String> = Vec::new();
static mut VECTOR: Vec<u16> = Vec::new();
static mut MANY: Vec<u8> = Vec::new();
static mut DEQUE: Option<VecDeque<u8>> = None;
static mut BOXED: Option<Box<Point>> = None;
static mut BOXED_SLICE: Option<Box<[i8]>> = None;
static mut BOXED_TEXT: Option<Box<str>> = None;
static mut NON_NULL: Option<NonNull<Point>> = None;
static mut SHARED: Option<Rc<u32>> = None;
static mut SHARED_TEXT: Option<Arc<String>> = None;
static mut DEVICE: Option<&'static dyn Device> = None;
static mut BOXED_DEVICE: Option<Box<dyn Device>> = None;
static mut CLOSURE: Option<Box<dyn Fn(u32) -> u32>> = None;
static mut FUTURE: Option<Pin<Box<dyn Future<Output = u32>>>> = None;
static mut FRESH: Option<Pin<Box<dyn Future<Output = u32>>>> = None;
static MOTOR: Motor = Motor { speed: 77 };

fn twice(x: u32) -> u32 { x * 2 }

struct Pending;
impl Future for Pending {
    type Output = u32;
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> { Poll::Pending }
}
async fn wait(start: u32) -> u32 {
    let doubled = start * 2;
    let answer = Pending.await;
    doubled + answer
}

fn waker() -> Waker {
    fn clone(_: *const ()) -> RawWaker { RawWaker::new(std::ptr::null(), &TABLE) }
    fn nothing(_: *const ()) {}
    static TABLE: RawWakerVTable = RawWakerVTable::new(clone, nothing, nothing, nothing);
    unsafe { Waker::from_raw(clone(std::ptr::null())) }
}

unsafe fn fill() {
    STRING = Some(String::from("h\u{e9}llo"));
    STRINGS = vec![String::from("one"), String::new()];
    VECTOR = vec![1, 2, 3];
    MANY = (0..=254).collect();
    let mut deque: VecDeque<u8> = VecDeque::with_capacity(7);
    for round in 0..10 {
        deque.push_back(round);
        if round >= 4 { deque.pop_front(); }
    }
    DEQUE = Some(deque);
    BOXED = Some(Box::new(Point { x: 5, y: 6 }));
    BOXED_SLICE = Some(vec![-1i8, 2].into_boxed_slice());
    BOXED_TEXT = Some(String::from("boxed").into_boxed_str());
    NON_NULL = NonNull::new(&mut POINT);
    SHARED = Some(Rc::new(4));
    SHARED_TEXT = Some(Arc::new(String::from("shared")));
    DEVICE = Some(&MOTOR);
    BOXED_DEVICE = Some(Box::new(Motor { speed: 78 }));
    let offset = VECTOR.len() as u32;
    CLOSURE = Some(Box::new(move |x| x + offset));
    let mut future = Box::pin(wait(21));
    let _ = future.as_mut().poll(&mut Context::from_waker(&waker()));
    FUTURE = Some(future);
    FRESH = Some(Box::pin(wait(1)));
}

macro_rules! keep { ($($name:ident)*) => { $( let place = std::ptr::addr_of!($name) as usize; std::ptr::read_volatile(&place); )* } }

fn write_memory(path: &str) {
    let mut maps = String::new();
    File::open("/proc/self/maps").unwrap().read_to_string(&mut maps).unwrap();
    let mut memory = File::open("/proc/self/mem").unwrap();
    let mut out = File::create(path).unwrap();
    for line in maps.lines().filter(|line| line.contains(" r") && !line.ends_with("[vvar]") && !line.contains(".so")) {
        let (start, rest) = line.split_once('-').unwrap();
        let start = u64::from_str_radix(start, 16).unwrap();
        let end = u64::from_str_radix(rest.split(' ').next().unwrap(), 16).unwrap_or(0);
        let mut bytes = vec![0; (end - start) as usize];
        if memory.seek(SeekFrom::Start(start)).is_err() || memory.read_exact(&mut bytes).is_err() { continue; }
        out.write_all(&start.to_ne_bytes()).unwrap();
        out.write_all(&(bytes.len() as u64).to_ne_bytes()).unwrap();
        out.write_all(&bytes).unwrap();
    }
}

fn main() {
    unsafe { fill() };
    let path = std::env::args().nth(1).unwrap();
    unsafe {
        keep!(OPTION_SOME OPTION_NONE OPTION_REFERENCE OPTION_NO_REFERENCE OPTION_BOOL OPTION_CHAR OPTION_NONZERO RESULT_OK RESULT_ERROR
              ERROR_TEXT ERROR_FULL SPEED LEVEL SINGLE NICHE_DATA NICHE NESTED NESTED_NONE WIDE FAR POINT METERS PAIR UNIT_STRUCT UNIT
              TUPLE UNION TEXT EMPTY SLICE BYTES ARRAY RANGE FUNCTION INTEGER LARGE LETTER POINTER COUNTER READY CELL WRAPPING MAYBE
              MANUAL REF_CELL STRING STRINGS VECTOR MANY DEQUE BOXED BOXED_SLICE BOXED_TEXT NON_NULL SHARED SHARED_TEXT DEVICE
              BOXED_DEVICE CLOSURE FUTURE FRESH);
        println!("{} {}", CLOSURE.as_ref().unwrap()(1), BOXED_DEVICE.as_ref().unwrap().id());
    }
    write_memory(&path);
}
