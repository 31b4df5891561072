/* A world in which the n-th change to files below one folder goes wrong: loaded before the C library (LD_PRELOAD).

   What is counted: a file created or emptied, each write (also by sendfile and copy_file_range), rename, unlink, mkdir, rmdir,
   truncate, and fsync. What happens at the n-th, by `mode`: nothing (count); the process is killed, before it, or within it, half
   written (kill); it and all later ones find the disk full, at the write or only at the fsync (full); a signal comes once or twice
   (signal, twice); all processes are killed, and a log tells what had reached the disk (power); or the wall's clock jumps (clock).
   Settings come from WORLD, so that programs which are started from here live in the same world; the counter is a file that all of
   them have mapped. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { OFF, COUNT, KILL, FULL, SIGNAL, TWICE, POWER, NOLOCKS, CLOCK };
enum { GO, NO_SPACE, DIE_WITHIN };

static int mode, variant, log_fd = -1;
static long at;
static char root[PATH_MAX], shadows[PATH_MAX];
static size_t root_length;
static volatile long *counter;
static __thread int inside;

#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, #name)

/* WORLD=mode|variant|at|root|counter file|log|folder of shadows */
void world_begin(void) {
    char text[4 * PATH_MAX], *part[7], *rest = text;
    const char *given = getenv("WORLD");
    mode = OFF;
    if (!given || strlen(given) >= sizeof text) return;
    strcpy(text, given);
    for (int i = 0; i < 7; i++) if (!(part[i] = strsep(&rest, "|"))) return;
    variant = atoi(part[1]); at = atol(part[2]);
    strcpy(root, part[3]); root_length = strlen(root); strcpy(shadows, part[6]);
    int fd = open(part[4], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, 4096)) return;
    counter = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    log_fd = *part[5] ? open(part[5], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    mode = atoi(part[0]);
}
__attribute__((constructor)) static void on_load(void) { world_begin(); }
long world_count(void) { return counter ? *counter : 0; }

static int below(const char *path) {
    return mode && !inside && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}
static int whole(int folder, const char *name, char *out) {  /* the absolute path; 0 where there is none */
    char base[PATH_MAX];
    ssize_t n;
    if (!name) return 0;
    if (*name == '/') { if (strlen(name) >= PATH_MAX) return 0; strcpy(out, name); return 1; }
    if (folder == AT_FDCWD) { if (!getcwd(base, sizeof base)) return 0; }
    else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        if ((n = readlink(link, base, sizeof base - 1)) < 0) return 0;
        base[n] = 0;
    }
    return snprintf(out, PATH_MAX, "%s/%s", base, name) < PATH_MAX;
}
static int of(int fd, char *out) {
    char link[64];
    ssize_t n;
    if (!mode || inside || fd < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if ((n = readlink(link, out, PATH_MAX - 1)) < 0) return 0;
    out[n] = 0;
    return below(out);
}
static void tell(const char *what, long number, const char *first, const char *second) {
    char line[2 * PATH_MAX + 64];
    if (log_fd < 0 || mode != POWER) return;
    int n = snprintf(line, sizeof line, "%s\t%ld\t%s\t%s\n", what, number, first, second);
    inside++; if (write(log_fd, line, n) != n) abort(); inside--;
}
static int change(int takes_space) {  /* one more; what is to become of it */
    long n = __sync_add_and_fetch(counter, 1);
    if (mode == FULL && n >= at) return takes_space && !variant ? NO_SPACE : GO;
    if (n != at && !(mode == TWICE && n == at + 1)) return GO;
    if (mode == KILL) { if (variant) return DIE_WITHIN; kill(getpid(), SIGKILL); }
    if (mode == POWER) { kill(0, SIGKILL); pause(); }
    if (mode == SIGNAL || mode == TWICE) raise(variant);
    return GO;
}
static void die(void) { kill(getpid(), SIGKILL); pause(); }

static int opened(int fd, const char *path, int flags, int was_there) {
    struct stat told;
    if (fd >= 0 && !fstat(fd, &told) && S_ISREG(told.st_mode) && (!was_there || flags & O_TRUNC))
        tell(was_there ? "T" : "C", told.st_ino, path, "");
    return fd;
}
static int changing_open(int folder, const char *name, int flags, mode_t rights, int (*real)(int, const char *, int, ...)) {
    char path[PATH_MAX];
    struct stat told;
    if (!(flags & (O_CREAT | O_TRUNC)) || (flags & O_TMPFILE) == O_TMPFILE || !mode || inside || !whole(folder, name, path) || !below(path))
        return real(folder, name, flags, rights);
    int was_there = !fstatat(folder, name, &told, 0);
    if (was_there && !(flags & O_TRUNC && (flags & O_ACCMODE) != O_RDONLY && told.st_size)) return real(folder, name, flags, rights);
    int what = change(!was_there);
    if (what == NO_SPACE) { errno = ENOSPC; return -1; }
    int fd = opened(real(folder, name, flags, rights), path, flags, was_there);
    if (what == DIE_WITHIN) die();
    return fd;
}
#define RIGHTS mode_t rights = 0; if (flags & (O_CREAT | __O_TMPFILE)) { va_list more; va_start(more, flags); rights = va_arg(more, mode_t); va_end(more); }
int openat(int folder, const char *name, int flags, ...) { REAL(int, openat, int, const char *, int, ...); RIGHTS return changing_open(folder, name, flags, rights, real); }
int openat64(int folder, const char *name, int flags, ...) { REAL(int, openat64, int, const char *, int, ...); RIGHTS return changing_open(folder, name, flags, rights, real); }
int open(const char *name, int flags, ...) { REAL(int, openat, int, const char *, int, ...); RIGHTS return changing_open(AT_FDCWD, name, flags, rights, real); }
int open64(const char *name, int flags, ...) { REAL(int, openat64, int, const char *, int, ...); RIGHTS return changing_open(AT_FDCWD, name, flags, rights, real); }

/* `size` bytes at once; `half` does half of them. */
#define WRITING(fd, size, all, half) \
    char path[PATH_MAX]; \
    if (!of(fd, path)) return all; \
    int what = change(1); \
    if (what == NO_SPACE) { if (*counter == at && (size) > 1) return half; errno = ENOSPC; return -1; } \
    if (what == DIE_WITHIN) { inside++; (void)!half; die(); } \
    return all;

ssize_t write(int fd, const void *some, size_t size) { REAL(ssize_t, write, int, const void *, size_t); WRITING(fd, size, real(fd, some, size), real(fd, some, size / 2)) }
ssize_t pwrite(int fd, const void *some, size_t size, off_t place) { REAL(ssize_t, pwrite, int, const void *, size_t, off_t); WRITING(fd, size, real(fd, some, size, place), real(fd, some, size / 2, place)) }
ssize_t pwrite64(int fd, const void *some, size_t size, off64_t place) { REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t); WRITING(fd, size, real(fd, some, size, place), real(fd, some, size / 2, place)) }
ssize_t writev(int fd, const struct iovec *some, int count) { REAL(ssize_t, writev, int, const struct iovec *, int); WRITING(fd, count, real(fd, some, count), real(fd, some, 1)) }
ssize_t sendfile(int to, int from, off_t *place, size_t size) { REAL(ssize_t, sendfile, int, int, off_t *, size_t); WRITING(to, size, real(to, from, place, size), real(to, from, place, size / 2 < 4096 ? size / 2 : 4096)) }
ssize_t sendfile64(int to, int from, off64_t *place, size_t size) { REAL(ssize_t, sendfile64, int, int, off64_t *, size_t); WRITING(to, size, real(to, from, place, size), real(to, from, place, size / 2 < 4096 ? size / 2 : 4096)) }
ssize_t copy_file_range(int from, off64_t *a, int to, off64_t *b, size_t size, unsigned flags) { REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned); WRITING(to, size, real(from, a, to, b, size, flags), real(from, a, to, b, size / 2 < 4096 ? size / 2 : 4096, flags)) }

static int truncated(int fd, off64_t size, int (*real)(int, off64_t)) {
    char path[PATH_MAX];
    struct stat told;
    if (!of(fd, path)) return real(fd, size);
    int what = change(0), result = real(fd, size);
    (void)told;
    if (what == DIE_WITHIN) die();
    return result;
}
int ftruncate(int fd, off_t size) { REAL(int, ftruncate, int, off64_t); return truncated(fd, size, real); }
int ftruncate64(int fd, off64_t size) { REAL(int, ftruncate64, int, off64_t); return truncated(fd, size, real); }

static int synced(int fd, int (*real)(int)) {
    char path[PATH_MAX], shadow[PATH_MAX + 64];
    struct stat told;
    if (!of(fd, path)) return real(fd);
    int what = change(0);
    if (mode == FULL && variant && *counter >= at) { errno = variant == 2 ? EIO : ENOSPC; return -1; }
    if (mode == POWER && !fstat(fd, &told)) {  /* a power loss is imagined, so nobody waits for the disk */
        inside++;
        if (S_ISDIR(told.st_mode)) { inside--; tell("D", 0, path, ""); return 0; }
        snprintf(shadow, sizeof shadow, "%s/%ld-%d", shadows, *counter, getpid());
        int from = open(path, O_RDONLY), to = open(shadow, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        char some[65536];
        ssize_t n;
        while (from >= 0 && to >= 0 && (n = read(from, some, sizeof some)) > 0) if (write(to, some, n) != n) abort();
        close(from); close(to);
        inside--;
        tell("S", told.st_ino, shadow, "");
        return 0;
    }
    if (what == DIE_WITHIN) die();
    return mode == COUNT || mode == FULL ? real(fd) : 0;
}
int fsync(int fd) { REAL(int, fsync, int); return synced(fd, real); }
int fdatasync(int fd) { REAL(int, fdatasync, int); return synced(fd, real); }

static int renamed(int a, const char *old, int b, const char *new, unsigned flags) {
    REAL(int, renameat, int, const char *, int, const char *);
    static int (*real2)(int, const char *, int, const char *, unsigned);
    if (!real2) real2 = dlsym(RTLD_NEXT, "renameat2");
    char from[PATH_MAX], to[PATH_MAX];
    int ours = mode && !inside && whole(a, old, from) && whole(b, new, to) && below(to), what = ours ? change(0) : GO;
    int result = flags ? real2(a, old, b, new, flags) : real(a, old, b, new);
    if (ours && !result) tell("R", 0, from, to);
    if (what == DIE_WITHIN) die();
    return result;
}
int rename(const char *old, const char *new) { return renamed(AT_FDCWD, old, AT_FDCWD, new, 0); }
int renameat(int a, const char *old, int b, const char *new) { return renamed(a, old, b, new, 0); }
int renameat2(int a, const char *old, int b, const char *new, unsigned flags) { return renamed(a, old, b, new, flags); }

int unlinkat(int folder, const char *name, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    char path[PATH_MAX];
    int ours = mode && !inside && whole(folder, name, path) && below(path), what = ours ? change(0) : GO;
    int result = real(folder, name, flags);
    if (ours && !result) tell("U", 0, path, "");
    if (what == DIE_WITHIN) die();
    return result;
}
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }

int mkdirat(int folder, const char *name, mode_t rights) {
    REAL(int, mkdirat, int, const char *, mode_t);
    char path[PATH_MAX];
    struct stat told;
    int ours = mode && !inside && whole(folder, name, path) && below(path) && fstatat(folder, name, &told, 0), what = ours ? change(1) : GO;
    if (what == NO_SPACE) { errno = ENOSPC; return -1; }
    int result = real(folder, name, rights);
    if (ours && !result) tell("M", 0, path, "");
    if (what == DIE_WITHIN) die();
    return result;
}
int mkdir(const char *name, mode_t rights) { return mkdirat(AT_FDCWD, name, rights); }

int flock(int fd, int operation) {  /* a file system without locks */
    REAL(int, flock, int, int);
    char path[PATH_MAX];
    if (mode == NOLOCKS && of(fd, path)) { errno = ENOLCK; return -1; }
    return real(fd, operation);
}

/* The wall's clock from the n-th change on: a day back, or ten years on. The clock that only measures goes on as ever. */
static long jump(void) { return mode == CLOCK && counter && *counter >= at ? (variant ? 10 * 365 * 86400L : -86400L) : 0; }
int clock_gettime(clockid_t which, struct timespec *now) {
    REAL(int, clock_gettime, clockid_t, struct timespec *);
    int result = real(which, now);
    if (which == CLOCK_REALTIME) now->tv_sec += jump();
    return result;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    REAL(int, gettimeofday, struct timeval *, void *);
    int result = real(now, zone);
    now->tv_sec += jump();
    return result;
}
time_t time(time_t *out) {
    REAL(time_t, time, time_t *);
    time_t now = real(NULL) + jump();
    if (out) *out = now;
    return now;
}
