// Values of everything C has, known before the program runs.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum plain { PLAIN_A, PLAIN_B = 7, PLAIN_C = 200 };
enum negative { NEG_A = -5, NEG_B = 3, NEG_C = 2147483647 };
enum __attribute__((packed)) tiny { TINY_A = -1, TINY_B = 100 };
enum __attribute__((packed)) tiny_unsigned { TU_A = 1, TU_B = 255 };
enum wide { WIDE_A = 0x7fffffff, WIDE_B = -0x7fffffff - 1 };
enum flags { FLAG_A = 1, FLAG_B = 2, FLAG_C = 8, FLAG_AB = 3 };
enum huge { HUGE_A = 0x123456789abcdefLL, HUGE_B = -2LL };

struct bits {
  unsigned a : 3;
  int b : 5;
  unsigned c : 17;
  signed char d : 2;
  bool e : 1;
  unsigned long long f : 40;
  long long g : 23;
  enum plain h : 8;
  int : 0;
  unsigned i : 1;
};
struct __attribute__((packed)) packed_bits {
  unsigned a : 3;
  unsigned long long b : 50;
  int c : 13;
  uint8_t d;
  int32_t e;
};
struct point { int16_t x, y; };
struct nested {
  struct point where;
  union { int32_t number; float real; uint8_t raw[4]; };
  struct { int8_t inner; struct { uint16_t deep; }; };
  struct point path[2][3];
  const struct point *next;
  int (*call)(int);
};
struct flexible { int count; uint16_t items[]; };
struct __attribute__((scalar_storage_order("big-endian"))) swapped { int32_t x; uint16_t y; unsigned low : 5; unsigned high : 11; };
typedef struct point point_t;
typedef int grid_t[2][2];
typedef int four __attribute__((vector_size(16)));
typedef float pair __attribute__((vector_size(8)));

int twice(int x) { return 2 * x; }

struct bits bits = {5, -7, 98765, -2, true, 0xabcdef0123ULL, -4000000, PLAIN_C, 1};
struct packed_bits packed_bits = {6, 0x3deadbeefcafeULL, -4000, 9, -123456};
struct nested nested = {{-1, 2}, {.real = 2.5f}, {-3, {65535}}, {{{1, 2}, {3, 4}, {5, 6}}, {{7, 8}, {9, 10}, {11, -12}}}, &nested.where, twice};
struct flexible flexible = {2, {7, 8}};
#ifndef __clang__
struct swapped swapped = {0x12345678, 0xbeef, 21, 1234};
#endif
enum plain plain = PLAIN_B;
enum negative negative = NEG_A, negative_max = NEG_C;
enum tiny tiny = TINY_A;
enum tiny_unsigned tiny_unsigned = TU_B;
enum wide wide = WIDE_B;
enum flags flags = FLAG_A | FLAG_C, flags_more = (enum flags)(FLAG_B | 16), flags_none = 0;
enum huge huge = HUGE_A, huge_negative = HUGE_B;
int8_t i8 = -100;
uint8_t u8 = 200;
int16_t i16 = -30000;
uint16_t u16 = 60000;
int32_t i32 = -2000000000;
uint32_t u32 = 4000000000u;
int64_t i64 = -9000000000000000000LL;
uint64_t u64 = 18000000000000000000ULL;
_Bool flag = 1;
char letter = 'x', newline = '\n';
signed char small = -2;
float single = 0.1f, single_big = 3.4e38f, single_small = 1e-45f, single_negative = -0.0f;
double whole = 1.0, tenth = 0.1, huge_double = 1.7976931348623157e308, not_a_number = 0.0 / 0.0, infinite = -1.0 / 0.0;
long double longer = 1.25L;
float _Complex complex_single = 1.5f + 2.5f * 1.0i;
double _Complex complex_double = -1.0 + 0.25 * 1.0i;
const volatile int constant = 42;
point_t typed = {3, 4};
grid_t grid = {{1, 2}, {3, 4}};
int cube[2][3][4] = {[1] = {[2] = {[3] = 99}}};
char text[] = "hello\n\"q\"";
char unterminated[3] = {'a', 'b', 'c'};
uint8_t bytes[4] = {1, 2, 3, 255};
const char *pointed = "pointed";
void *anywhere = &nested.path[1];
int *nothing = NULL;
int (*function)(int) = twice;
int (*no_function)(int) = NULL;
int (*functions[2])(int) = {twice, NULL};
four vector = {1, -2, 3, -4};
pair floats = {1.5f, -2.5f};
int empty_array[0];
struct { int x; } unnamed = {5};
wchar_t wide_text[] = L"wide";
__CHAR16_TYPE__ plain16 = 500;

#if !defined(__clang__)
#ifdef __ARM_FP16_FORMAT_IEEE
__fp16 half = 0.333f;
#endif
#endif
int *use(int n) {
  int vla[n][n + 1];
  for (int i = 0; i < n; i++) for (int j = 0; j <= n; j++) vla[i][j] = i * j;
  return (int *)(intptr_t)vla[n - 1][n];
}
void _start(void) { use(3); for (;;) __asm__ volatile("" : : "r"(&bits), "r"(&packed_bits), "r"(&nested)); }
void *memset(void *p, int c, size_t n) { char *q = p; while (n--) *q++ = c; return p; }
