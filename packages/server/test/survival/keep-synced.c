/*
 * LD_PRELOAD shim for power-cut tests: keeps, beside the real files, a shadow of what a power cut would leave.
 *
 *   NOINIT_CUT_DATA    the folder that is watched (absolute, must exist)
 *   NOINIT_CUT_SHADOW  where the shadow is kept (absolute, must exist)
 *
 * The model is the strictest that POSIX allows:
 *   - the bytes of a file survive only as they stood at its last fsync or fdatasync: shadow/content-<inode>
 *   - a name survives only as it stood at the last fsync of its folder:              shadow/folder-<inode>
 *     one line an entry: inode, 'd' or 'f', name
 * Everything is keyed by inode, as a file keeps its content through a rename. Each watched inode is held open, so that its number is
 * never given to another file while the process lives.
 *
 * Not seen: writes through mmap (SQLite maps only its -shm file, which it rebuilds) and io_uring (Node leaves it off).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static const off_t NEVER_CUT = INT64_MAX;

enum { MAX_FDS = 65536, MAX_FILES = 65536, MAX_RANGES = 256 };

struct range {
    off_t start;
    off_t end;
};

struct file {
    ino_t inode;
    bool is_folder;
    int pin;                          /* our own read-only descriptor, never closed: closing one drops POSIX locks */
    off_t shortest;                   /* the shortest it was cut to since the last sync: kept bytes behind that are gone */
    int ranges;
    struct range dirty[MAX_RANGES];   /* written since the last sync */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct file *by_fd[MAX_FDS];
static struct file *files[MAX_FILES];
static int file_count;
static const char *data_folder;
static const char *shadow_folder;

#define REAL(name) ((__typeof__(&name))real_function(#name))

static void *real_function(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) {
        abort();
    }
    return found;
}

__attribute__((constructor)) static void start(void)
{
    data_folder = getenv("NOINIT_CUT_DATA");
    shadow_folder = getenv("NOINIT_CUT_SHADOW");
}

/* ---- which descriptors are watched ---- */

static bool path_of(int fd, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) {
        return false;
    }
    path[length] = '\0';
    return true;
}

static bool is_inside(const char *path)
{
    const size_t length = strlen(data_folder);
    return strncmp(path, data_folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static struct file *find_or_add(const struct stat *info, const char *path)
{
    for (int i = 0; i < file_count; i++) {
        if (files[i]->inode == info->st_ino) {
            return files[i];
        }
    }
    if (file_count == MAX_FILES) {
        abort();
    }
    struct file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        abort();
    }
    file->inode = info->st_ino;
    file->is_folder = S_ISDIR(info->st_mode);
    file->shortest = NEVER_CUT;
    file->pin = REAL(open)(path, O_RDONLY | O_CLOEXEC);
    files[file_count++] = file;
    return file;
}

static int watch(int fd)
{
    char path[PATH_MAX];
    struct stat info;
    if (fd < 0 || fd >= MAX_FDS || data_folder == NULL || shadow_folder == NULL) {
        return fd;
    }
    const int saved = errno;
    pthread_mutex_lock(&lock);
    by_fd[fd] = NULL;
    if (path_of(fd, path) && is_inside(path) && fstat(fd, &info) == 0 && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode))) {
        by_fd[fd] = find_or_add(&info, path);
    }
    pthread_mutex_unlock(&lock);
    errno = saved;
    return fd;
}

static struct file *watched(int fd)
{
    return fd >= 0 && fd < MAX_FDS ? by_fd[fd] : NULL;
}

/* ---- what was written since the last sync ---- */

static void add_range(struct file *file, off_t start, off_t end)
{
    struct range *last = file->ranges > 0 ? &file->dirty[file->ranges - 1] : NULL;
    if (last != NULL && start <= last->end && end >= last->start) {
        last->start = start < last->start ? start : last->start;
        last->end = end > last->end ? end : last->end;
        return;
    }
    if (file->ranges == MAX_RANGES) {
        /* Too many pieces: one range over all of them. It copies more, but only bytes that are in the file at the sync. */
        for (int i = 0; i < MAX_RANGES; i++) {
            start = file->dirty[i].start < start ? file->dirty[i].start : start;
            end = file->dirty[i].end > end ? file->dirty[i].end : end;
        }
        file->ranges = 0;
    }
    file->dirty[file->ranges++] = (struct range){start, end};
}

static void wrote(int fd, off_t start, ssize_t length)
{
    struct file *file = watched(fd);
    if (file == NULL || length <= 0) {
        return;
    }
    const int saved = errno;
    pthread_mutex_lock(&lock);
    add_range(file, start, start + length);
    pthread_mutex_unlock(&lock);
    errno = saved;
}

static void wrote_at_position(int fd, ssize_t length)
{
    if (watched(fd) != NULL && length > 0) {
        wrote(fd, lseek(fd, 0, SEEK_CUR) - length, length);
    }
}

static void was_cut(int fd, off_t length)
{
    struct file *file = watched(fd);
    if (file == NULL) {
        return;
    }
    pthread_mutex_lock(&lock);
    file->shortest = length < file->shortest ? length : file->shortest;
    pthread_mutex_unlock(&lock);
}

/* ---- the sync: what stands in the file now survives ---- */

static void shadow_path(char *path, const char *kind, ino_t inode)
{
    snprintf(path, PATH_MAX, "%s/%s-%ju", shadow_folder, kind, (uintmax_t)inode);
}

static void copy_range(int from, int to, struct range range)
{
    static char buffer[1 << 16];
    while (range.start < range.end) {
        const off_t left = range.end - range.start;
        const size_t want = left < (off_t)sizeof buffer ? (size_t)left : sizeof buffer;
        const ssize_t got = pread(from, buffer, want, range.start);
        if (got <= 0) {
            return;
        }
        if (REAL(pwrite)(to, buffer, (size_t)got, range.start) != got) {
            abort();
        }
        range.start += got;
    }
}

static void keep_content(struct file *file)
{
    char path[PATH_MAX];
    struct stat info;
    shadow_path(path, "content", file->inode);
    const int shadow = REAL(open)(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (shadow < 0 || fstat(file->pin, &info) != 0) {
        abort();
    }
    if (file->shortest != NEVER_CUT && REAL(ftruncate)(shadow, file->shortest) != 0) {
        abort();
    }
    for (int i = 0; i < file->ranges; i++) {
        copy_range(file->pin, shadow, file->dirty[i]);
    }
    file->ranges = 0;
    file->shortest = NEVER_CUT;
    if (REAL(ftruncate)(shadow, info.st_size) != 0) {
        abort();
    }
    REAL(close)(shadow);
}

static void keep_names(struct file *folder, int fd)
{
    char path[PATH_MAX];
    char temporary[PATH_MAX + 8];
    char real[PATH_MAX];
    if (!path_of(fd, real)) {
        return;
    }
    shadow_path(path, "folder", folder->inode);
    snprintf(temporary, sizeof temporary, "%s.new", path);
    FILE *list = fopen(temporary, "we");
    DIR *entries = opendir(real);
    if (list == NULL || entries == NULL) {
        abort();
    }
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            fprintf(list, "%ju %c %s\n", (uintmax_t)entry->d_ino, entry->d_type == DT_DIR ? 'd' : 'f', entry->d_name);
        }
    }
    closedir(entries);
    if (fclose(list) != 0 || REAL(rename)(temporary, path) != 0) {
        abort();
    }
}

static void keep(int fd)
{
    struct file *file = watched(fd);
    if (file == NULL) {
        return;
    }
    const int saved = errno;
    pthread_mutex_lock(&lock);
    if (file->is_folder) {
        keep_names(file, fd);
    } else {
        keep_content(file);
    }
    pthread_mutex_unlock(&lock);
    errno = saved;
}

static int truncated(int fd, int flags)
{
    if ((flags & O_TRUNC) != 0) {
        was_cut(fd, 0);
    }
    return fd;
}

/* ---- the functions that stand in front of libc's ---- */

static mode_t mode_of(int flags, va_list arguments)
{
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

#define OPEN(name)                                        \
    int name(const char *path, int flags, ...)            \
    {                                                     \
        va_list arguments;                                \
        va_start(arguments, flags);                       \
        const mode_t mode = mode_of(flags, arguments);    \
        va_end(arguments);                                \
        return truncated(watch(REAL(name)(path, flags, mode)), flags); \
    }

#define OPENAT(name)                                      \
    int name(int at, const char *path, int flags, ...)    \
    {                                                     \
        va_list arguments;                                \
        va_start(arguments, flags);                       \
        const mode_t mode = mode_of(flags, arguments);    \
        va_end(arguments);                                \
        return truncated(watch(REAL(name)(at, path, flags, mode)), flags); \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

int close(int fd)
{
    if (watched(fd) != NULL) {
        pthread_mutex_lock(&lock);
        by_fd[fd] = NULL;
        pthread_mutex_unlock(&lock);
    }
    return REAL(close)(fd);
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    const ssize_t written = REAL(write)(fd, bytes, length);
    wrote_at_position(fd, written);
    return written;
}

ssize_t writev(int fd, const struct iovec *pieces, int count)
{
    const ssize_t written = REAL(writev)(fd, pieces, count);
    wrote_at_position(fd, written);
    return written;
}

#define PWRITE(name)                                                     \
    ssize_t name(int fd, const void *bytes, size_t length, off_t offset) \
    {                                                                    \
        const ssize_t written = REAL(name)(fd, bytes, length, offset);   \
        wrote(fd, offset, written);                                      \
        return written;                                                  \
    }

#define PWRITEV(name)                                                        \
    ssize_t name(int fd, const struct iovec *pieces, int count, off_t offset) \
    {                                                                        \
        const ssize_t written = REAL(name)(fd, pieces, count, offset);       \
        wrote(fd, offset, written);                                          \
        return written;                                                      \
    }

#define FTRUNCATE(name)                                                      \
    int name(int fd, off_t length)                                           \
    {                                                                        \
        const int result = REAL(name)(fd, length);                           \
        if (result == 0) {                                                   \
            was_cut(fd, length);                                             \
        }                                                                    \
        return result;                                                       \
    }

PWRITE(pwrite)
PWRITE(pwrite64)
PWRITEV(pwritev)
PWRITEV(pwritev64)
FTRUNCATE(ftruncate)
FTRUNCATE(ftruncate64)

/* Only what stood in the file when the call began is promised, so it is kept before the real call and before anybody is told. */
int fsync(int fd)
{
    keep(fd);
    return REAL(fsync)(fd);
}

int fdatasync(int fd)
{
    keep(fd);
    return REAL(fdatasync)(fd);
}

/* A copy inside the kernel writes bytes that no write() shows. Node falls back to read and write. */
ssize_t copy_file_range(int from, off_t *from_offset, int to, off_t *to_offset, size_t length, unsigned flags)
{
    if (watched(to) != NULL) {
        errno = ENOSYS;
        return -1;
    }
    return REAL(copy_file_range)(from, from_offset, to, to_offset, length, flags);
}
