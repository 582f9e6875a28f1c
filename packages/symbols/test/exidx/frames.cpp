/* Frames of every shape that the exception index tells of: destructors, alloca, variable arguments, doubles, large frames. */
typedef __builtin_va_list va_list;

extern "C" int sink(int value);
extern "C" double real(double value);

struct Guard {
    int id;
    explicit Guard(int value) : id(value) { sink(id); }
    ~Guard() { sink(-id); }
};

int small(int a) { return sink(a) + 1; }

int guarded(int a, int b)
{
    Guard outer(a);
    Guard inner(b);
    return sink(a + b) * 2;
}

int caught(int a)
{
    try {
        return guarded(a, 3) + sink(a);
    } catch (int value) {
        return value + sink(1);
    }
}

int variable(int count, ...)
{
    va_list arguments;
    __builtin_va_start(arguments, count);
    int sum = 0;
    while (count-- > 0) {
        sum += sink(__builtin_va_arg(arguments, int));
    }
    __builtin_va_end(arguments);
    return sum;
}

int on_the_stack(int count)
{
    volatile char *room = static_cast<char *>(__builtin_alloca(count * 4));
    room[0] = 1;
    Guard guard(count);
    return sink(room[count]) + variable(3, 1, 2, 3);
}

int large(int a)
{
    volatile int room[700];
    room[a & 511] = a;
    return sink(room[1]) + sink(room[a & 7]);
}

double doubles(double a, double b, double c, double d)
{
    double x = real(a), y = real(b), z = real(c);
    return real(x * y + z) * real(d) + real(x - y) * z + sink(1);
}

template <int Depth> int nested(int a, int b, int c, int d, int e, int f)
{
    return nested<Depth - 1>(sink(b) + a, c, d, e, f, a) + sink(c) * sink(d) + e * f;
}
template <> int nested<0>(int a, int b, int c, int d, int e, int f) { return sink(a + b) + sink(c + d) + sink(e + f); }

__attribute__((noreturn)) void thrower(int a)
{
    Guard guard(a);
    throw a;
}

int all(int a)
{
    return small(a) + caught(a) + on_the_stack(a) + large(a) + static_cast<int>(doubles(a, 2, 3, 4)) + nested<4>(a, 1, 2, 3, 4, 5);
}
