/*
 * A disk that can be trusted less: preloaded into the gateway, it watches the files of one directory and
 *
 *   PROOF_SHIM_DIRECTORY  the directory, as an absolute path without a trailing slash
 *   PROOF_SHIM_JOURNAL    keeps here what each write replaced, and which of it has been synced since, so that a test can
 *                         take back after a kill what a power cut would have taken
 *   PROOF_SHIM_NO_SYNC    if set, a sync does nothing and says that it worked: `synchronous` turned down
 *   PROOF_SHIM_SYNC_MS    how long a sync takes at least: most kills then hit a commit
 *   PROOF_SHIM_FAULT      as long as this file exists, what its first letter names fails:
 *                         f = growing a file (ENOSPC), w = writing (EIO), s = syncing (EIO)
 *
 * Only calls that SQLite makes are watched. The shared-memory file (-shm) is mapped, rebuilt after a crash, and left out.
 * Removing a file counts as durable at once. Journal entries, native byte order:
 *
 *   kind (1: created, 2: changed, 3: synced, 4: directory synced), length of the path, offset of the change, bytes kept
 *   of before, size of the file before: five times 64 bits; then the path, then those bytes
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATED = 1, CHANGED = 2, SYNCED = 3, DIRECTORY_SYNCED = 4 };

#define FILES_MAX 4096

static const char *directory, *fault_path;
static char *names[FILES_MAX]; /* by descriptor; NULL = not watched, "" = the directory itself */
static ino64_t inodes[FILES_MAX];
static int journal = -1, is_sync_ignored, sync_ms;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_ftruncate)(int, off64_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
  real_open = dlsym(RTLD_NEXT, "open64");
  real_close = dlsym(RTLD_NEXT, "close");
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  const char *path = getenv("PROOF_SHIM_JOURNAL");
  if (path != NULL) journal = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  fault_path = getenv("PROOF_SHIM_FAULT");
  is_sync_ignored = getenv("PROOF_SHIM_NO_SYNC") != NULL;
  sync_ms = getenv("PROOF_SHIM_SYNC_MS") == NULL ? 0 : atoi(getenv("PROOF_SHIM_SYNC_MS"));
  directory = getenv("PROOF_SHIM_DIRECTORY");
}

/* Node closes some files by system call: whether a descriptor still is what it was has to be looked up. */
static char *name_of(int fd) {
  struct stat64 state;
  if (fd < 0 || fd >= FILES_MAX || names[fd] == NULL) return NULL;
  return fstat64(fd, &state) == 0 && state.st_ino == inodes[fd] ? names[fd] : NULL;
}

/* The name inside the directory; NULL for files that are none of ours. */
static char *watched_name(const char *path) {
  if (directory == NULL || path == NULL) return NULL;
  size_t length = strlen(directory), all = strlen(path);
  if (strncmp(path, directory, length) != 0) return NULL;
  if (path[length] == '\0') return strdup("");
  if (path[length] != '/' || (all > 4 && strcmp(path + all - 4, "-shm") == 0)) return NULL;
  return strdup(path + length + 1);
}

static int fails(char what) {
  char found = 0;
  if (fault_path == NULL) return 0;
  int saved = errno, fd = real_open(fault_path, O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    if (read(fd, &found, 1) != 1) found = 0;
    real_close(fd);
  }
  errno = saved;
  return found == what;
}

static uint64_t size_of(int fd) {
  struct stat64 state;
  return fstat64(fd, &state) == 0 ? (uint64_t)state.st_size : 0;
}

static void keep(uint64_t kind, const char *name, uint64_t offset, const void *bytes, uint64_t length, uint64_t size) {
  if (journal < 0) return;
  uint64_t header[5] = {kind, strlen(name), offset, length, size};
  struct iovec parts[3] = {
      {header, sizeof header}, {(void *)name, strlen(name)}, {(void *)bytes, length}};
  /* A journal with a hole would prove nothing. */
  if (writev(journal, parts, 3) != (ssize_t)(sizeof header + strlen(name) + length)) abort();
}

/* Before bytes [offset, offset + length) of a file change, or are cut off. */
static void keep_before(int fd, uint64_t offset, uint64_t length) {
  if (journal < 0) return;
  int saved = errno;
  uint64_t size = size_of(fd);
  uint64_t kept = offset >= size ? 0 : size - offset < length ? size - offset : length;
  char *bytes = malloc(kept + 1);
  if (bytes == NULL || pread64(fd, bytes, kept, (off64_t)offset) != (ssize_t)kept) abort();
  keep(CHANGED, names[fd], offset, bytes, kept, size);
  free(bytes);
  errno = saved;
}

static int refuse(int code) {
  errno = code;
  return -1;
}

static int watch(int fd, const char *path, int is_new) {
  if (fd < 0 || fd >= FILES_MAX) return fd;
  pthread_mutex_lock(&lock);
  struct stat64 state = {0};
  free(names[fd]);
  names[fd] = fstat64(fd, &state) == 0 ? watched_name(path) : NULL;
  inodes[fd] = state.st_ino;
  if (names[fd] != NULL && is_new) keep(CREATED, names[fd], 0, NULL, 0, 0);
  pthread_mutex_unlock(&lock);
  return fd;
}

static int open_watched(const char *path, int flags, mode_t mode) {
  int is_new = (flags & O_CREAT) != 0 && access(path, F_OK) != 0;
  return watch(real_open(path, flags, mode), path, is_new);
}

#define MODE_OF(flags)                        \
  mode_t mode = 0;                            \
  if (((flags) & (O_CREAT | O_TMPFILE)) != 0) { \
    va_list rest;                             \
    va_start(rest, flags);                    \
    mode = va_arg(rest, mode_t);              \
    va_end(rest);                             \
  }

int open64(const char *path, int flags, ...) {
  MODE_OF(flags)
  return open_watched(path, flags, mode);
}

int open(const char *path, int flags, ...) {
  MODE_OF(flags)
  return open_watched(path, flags, mode);
}

int close(int fd) {
  if (fd >= 0 && fd < FILES_MAX && names[fd] != NULL) {
    pthread_mutex_lock(&lock);
    free(names[fd]);
    names[fd] = NULL;
    pthread_mutex_unlock(&lock);
  }
  return real_close(fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  if (name_of(fd) == NULL) return real_pwrite(fd, bytes, length, offset);
  if (fails('w')) return refuse(EIO);
  if ((uint64_t)offset + length > size_of(fd) && fails('f')) return refuse(ENOSPC);
  pthread_mutex_lock(&lock);
  keep_before(fd, (uint64_t)offset, length);
  ssize_t written = real_pwrite(fd, bytes, length, offset);
  pthread_mutex_unlock(&lock);
  return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return pwrite64(fd, bytes, length, offset); }

ssize_t write(int fd, const void *bytes, size_t length) {
  if (name_of(fd) == NULL) return real_write(fd, bytes, length);
  off64_t offset = lseek64(fd, 0, SEEK_CUR);
  ssize_t written = pwrite64(fd, bytes, length, offset);
  if (written > 0) lseek64(fd, offset + written, SEEK_SET);
  return written;
}

int ftruncate64(int fd, off64_t length) {
  if (name_of(fd) == NULL) return real_ftruncate(fd, length);
  if (fails('w')) return refuse(EIO);
  pthread_mutex_lock(&lock);
  keep_before(fd, (uint64_t)length, UINT64_MAX);
  int result = real_ftruncate(fd, length);
  pthread_mutex_unlock(&lock);
  return result;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int sync_watched(int fd, int (*real_sync)(int)) {
  if (name_of(fd) == NULL) return real_sync(fd);
  if (fails('s')) return refuse(EIO);
  if (is_sync_ignored) return 0;
  usleep((useconds_t)sync_ms * 1000);
  pthread_mutex_lock(&lock);
  int result = real_sync(fd);
  if (result == 0) keep(names[fd][0] == '\0' ? DIRECTORY_SYNCED : SYNCED, names[fd], 0, NULL, 0, 0);
  pthread_mutex_unlock(&lock);
  return result;
}

int fsync(int fd) { return sync_watched(fd, real_fsync); }

int fdatasync(int fd) { return sync_watched(fd, real_fdatasync); }
