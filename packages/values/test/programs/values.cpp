// Values of everything C++ adds to C, known before the program runs.
#include <stdint.h>
#include <stddef.h>
namespace geo {
enum class Color : uint8_t { Red, Green = 5, Blue };
enum class Mask : uint16_t { A = 1, B = 2, C = 4 };
struct Point { int x, y; Point *self; static int count; enum Kind { Near, Far } kind; };
int Point::count = 3;
template <typename T, int N> struct Buffer { T data[N]; unsigned used; };
class Shape { public: virtual ~Shape() {} virtual int area() const { return 1; } int id = 7; };
class Square : public Shape { public: int area() const override { return side * side; } int side = 4; };
struct Left { int l = 1; };
struct Right { int r = 2; };
struct Both : Left, Right { int b = 3; };
struct VBase { int v = 11; virtual int f() { return v; } };
struct VLeft : virtual VBase { int vl = 12; };
struct VRight : virtual VBase { int vr = 13; };
struct Diamond : VLeft, VRight { int d = 14; };
}
namespace { int hidden = 21; struct Anon { short s; } anon = {22}; }
int plain = 1;
geo::Color color = geo::Color::Blue;
geo::Color odd_color = static_cast<geo::Color>(99);
geo::Mask mask = static_cast<geo::Mask>(5);
geo::Point point = {1, -2, &point, geo::Point::Far};
geo::Buffer<uint16_t, 3> buffer = {{1, 2, 3}, 2};
geo::Square square;
geo::Shape *shape = &square;
geo::Shape &reference = square;
int &&rvalue = static_cast<int &&>(plain);
const geo::Point &cref = point;
geo::Both both;
geo::Diamond diamond;
geo::VLeft *vleft = &diamond;
int geo::Point::*member = &geo::Point::y;
int geo::Point::*no_member = nullptr;
int geo::Both::*inherited = static_cast<int geo::Both::*>(&geo::Right::r);
int (geo::Shape::*method)() const = &geo::Shape::area;
int (geo::VBase::*none)() = nullptr;
struct Plainly { int m(int) { return 1; } } plainly;
int (Plainly::*direct)(int) = &Plainly::m;
decltype(nullptr) nothing = nullptr;
char8_t c8 = u8'x'; char16_t c16 = u'\u20ac'; char32_t c32 = U'\U0001F600'; wchar_t wc = L'w';
char16_t s16[] = u"h\u00e9\U0001F600"; const char32_t *s32 = U"p\u20ac"; char8_t s8[] = u8"\u20ac";
auto lambda = [captured = 5, other = 'c'] { return captured + other; };
bool yes = true;
union Anonymous { struct { uint8_t low, high; }; uint16_t word; } anonymous = {{0x34, 0x12}};
struct Outer { struct Inner; Inner *inner; }; struct Outer::Inner { int deep = 8; };
Outer::Inner inner; Outer outer = {&inner};
extern "C" void memset_() {}
void operator delete(void *) noexcept {} void operator delete(void *, unsigned) {} void operator delete(void *, unsigned long) {}
extern "C" int __cxa_atexit(void *, void *, void *) { return 0; } extern "C" int __aeabi_atexit(void *, void *, void *) { return 0; } void *__dso_handle;
extern "C" void _start() { lambda(); (void)hidden; (void)anon.s; for (;;) asm volatile("" :: "r"(&hidden), "r"(&anon), "r"(&lambda), "r"(&outer)); }
