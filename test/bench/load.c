/*
 * A fleet that is never the bottleneck: one thread, epoll, and frames that are made anew whenever they are needed, so
 * that a connection holds a few counters and no buffer. Speaks Teltonika codec 8 (login, frames of records with rising
 * device times, acknowledgements checked byte for byte), or plays one request with one reply.
 *
 * Arguments are key=value (see `options`); one JSON object a line comes out: the intervals, and at last the result.
 *
 *   mode=closed   a connection sends its next frame when fewer than `window` are unanswered; latency from the sending
 *   mode=open     `rate` frames/s over all connections in turn; latency from the moment due, however late it was sent
 *   mode=churn    `rate` times a second the next connection closes, connects, logs in and sends one frame; latency from
 *                 the moment due to the acknowledgement. With `imeis` above `connections` it is another device each time
 *
 * First all connect, at most `ramp` a second; then `warm` seconds that do not count, `seconds` that do, and a drain in
 * which nothing new is sent. `pid` names the process whose CPU time and memory are read at exactly these moments.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* ---- what is asked for ---- */

enum mode { CLOSED, OPEN, CHURN };

static struct {
  enum mode mode;
  int64_t port, pid;
  int64_t connections, addresses, window, frames; /* frames: most a connection sends; 0 = no end */
  int64_t records;
  int64_t first, stride, imeis; /* the i-th device is number first + i x stride; its IMEI is that number + imei */
  int64_t imei;
  int64_t base, step;          /* device time of the first record, and between two records, ms */
  int64_t lat, lon, town, pitch, zones, events; /* see place() */
  int64_t until;               /* ends as soon as so many frames are acknowledged; 0 = after `seconds` */
  int64_t retry;               /* 1: a refused connection is tried again, for a server that is just starting */
  double rate, ramp, warm, seconds, drain, interval;
  const char *request, *reply; /* hex; in the request, @@@@@@@@ is the number of the connection */
} options = {
    .connections = 1, .addresses = 1, .window = 1, .records = 1, .stride = 1, .step = 1000, .zones = 1,
    .rate = 1000, .ramp = 5000, .seconds = 1, .drain = 30, .interval = 1,
};

static void fail(const char *what, const char *value) {
  fprintf(stderr, "load: %s %s\n", what, value);
  exit(2);
}

static void read_options(int count, char **arguments) {
  struct { const char *key; int64_t *whole; double *real; const char **text; } table[] = {
      {"port", &options.port, 0, 0}, {"pid", &options.pid, 0, 0},
      {"connections", &options.connections, 0, 0}, {"addresses", &options.addresses, 0, 0},
      {"window", &options.window, 0, 0}, {"frames", &options.frames, 0, 0}, {"records", &options.records, 0, 0},
      {"imei", &options.imei, 0, 0}, {"first", &options.first, 0, 0}, {"stride", &options.stride, 0, 0}, {"imeis", &options.imeis, 0, 0},
      {"base", &options.base, 0, 0}, {"step", &options.step, 0, 0}, {"lat", &options.lat, 0, 0},
      {"lon", &options.lon, 0, 0}, {"town", &options.town, 0, 0}, {"pitch", &options.pitch, 0, 0},
      {"zones", &options.zones, 0, 0}, {"events", &options.events, 0, 0}, {"retry", &options.retry, 0, 0}, {"until", &options.until, 0, 0},
      {"rate", 0, &options.rate, 0}, {"ramp", 0, &options.ramp, 0}, {"warm", 0, &options.warm, 0},
      {"seconds", 0, &options.seconds, 0}, {"drain", 0, &options.drain, 0}, {"interval", 0, &options.interval, 0},
      {"request", 0, 0, &options.request}, {"reply", 0, 0, &options.reply},
  };
  for (int i = 1; i < count; i++) {
    char *value = strchr(arguments[i], '=');
    if (value == NULL) fail("expected key=value, got", arguments[i]);
    *value++ = 0;
    if (strcmp(arguments[i], "mode") == 0) {
      options.mode = *value == 'o' ? OPEN : strcmp(value, "churn") == 0 ? CHURN : CLOSED;
      continue;
    }
    size_t at = 0;
    while (at < sizeof table / sizeof *table && strcmp(table[at].key, arguments[i]) != 0) at++;
    if (at == sizeof table / sizeof *table) fail("unknown key", arguments[i]);
    if (table[at].whole) *table[at].whole = atoll(value);
    if (table[at].real) *table[at].real = atof(value);
    if (table[at].text) *table[at].text = value;
  }
  if (options.imeis < options.connections) options.imeis = options.connections;
  if (!(options.rate > 0 && options.ramp > 0)) fail("rate and ramp must be above 0", "");
  if (options.records < 1 || options.records > 255) fail("records must be 1 to 255", "");
}

/* ---- time, and the process that is watched ---- */

static int64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* User and system time of all its threads. */
static double watched_cpu_ms(void) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%" PRId64 "/stat", options.pid);
  FILE *file = options.pid ? fopen(path, "r") : NULL;
  if (file == NULL) return 0;
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = 0;
  unsigned long user = 0, system = 0;
  char *after = strrchr(text, ')');
  if (after) sscanf(after + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  return (double)(user + system) * 1000 / (double)sysconf(_SC_CLK_TCK);
}

static int64_t watched_rss_kb(void) {
  char path[64];
  int64_t pages = 0;
  snprintf(path, sizeof path, "/proc/%" PRId64 "/statm", options.pid);
  FILE *file = options.pid ? fopen(path, "r") : NULL;
  if (file == NULL) return 0;
  if (fscanf(file, "%*d %" SCNd64, &pages) != 1) pages = 0;
  fclose(file);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static double own_cpu_ms(void) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000 +
         (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1000;
}

/* ---- latencies: buckets of 1/64 of their value, up to some 70 minutes ---- */

#define SUB 64
#define BUCKETS (27 * SUB)

struct histogram { int64_t count, max, bucket[BUCKETS]; };

static void note(struct histogram *h, int64_t us) {
  if (us < 0) us = 0;
  int shift = us < 2 * SUB ? 0 : 63 - __builtin_clzll((uint64_t)us) - 6;
  int at = shift * SUB + (int)(us >> shift);
  h->bucket[at < BUCKETS ? at : BUCKETS - 1]++;
  h->count++;
  if (us > h->max) h->max = us;
}

/* The middle of the bucket that holds this share of all values, us. */
static double quantile(const struct histogram *h, double share) {
  int64_t wanted = (int64_t)ceil((double)h->count * share), seen = 0;
  if (h->count == 0) return 0;
  for (int at = 0; at < BUCKETS; at++) {
    if ((seen += h->bucket[at]) < wanted) continue;
    int shift = at < 2 * SUB ? 0 : at / SUB - 1;
    return (double)((int64_t)(at - shift * SUB) << shift) + (shift ? (double)(1LL << shift) / 2 : 0);
  }
  return (double)h->max;
}

static struct histogram latency, event_latency, interval_latency;

static void print_quantiles(const char *name, const struct histogram *h) {
  printf("\"%s\":{\"count\":%" PRId64 ",\"p50Us\":%.0f,\"p90Us\":%.0f,\"p99Us\":%.0f,\"p999Us\":%.0f,\"maxUs\":%" PRId64 "}",
         name, h->count, quantile(h, 0.5), quantile(h, 0.9), quantile(h, 0.99), quantile(h, 0.999), h->max);
}

/* ---- frames ---- */

#define GPS_BYTES 24
#define FRAME_BYTES_MAX 20000

/* Event, count, five values of 1 byte, three of 2, two of 4, one of 8: what an FMB sends with its standard settings. */
static const uint8_t IO[] = {
    0, 11, 5, 21, 4, 69, 1, 80, 1, 239, 1, 240, 1, 3, 66, 0x30, 0x39, 67, 0x0f, 0xa0, 181, 0, 7,
    2, 16, 0, 1, 0x86, 0xa0, 241, 0, 0, 0x60, 0x1a, 1, 78, 0, 0, 0, 0, 0, 0, 0, 0,
};
#define RECORD_BYTES (GPS_BYTES + (int)sizeof IO)

static uint8_t request[FRAME_BYTES_MAX], reply[256];
static int request_bytes, reply_bytes, number_at = -1;
static uint16_t crc_table[256];

static int from_hex(const char *hex, uint8_t *bytes, int most) {
  int length = (int)strlen(hex) / 2;
  if (length > most) fail("too long:", hex);
  for (int i = 0; i < length; i++) sscanf(hex + 2 * i, "%2hhx", &bytes[i]);
  return length;
}

static void prepare_frames(void) {
  for (int i = 0; i < 256; i++) {
    uint16_t crc = (uint16_t)i;
    for (int bit = 0; bit < 8; bit++) crc = (uint16_t)(crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1);
    crc_table[i] = crc;
  }
  if (options.request) {
    request_bytes = from_hex(options.request, request, FRAME_BYTES_MAX);
    reply_bytes = from_hex(options.reply, reply, sizeof reply);
    uint8_t *number = memmem(request, (size_t)request_bytes, "@@@@@@@@", 8);
    if (number) number_at = (int)(number - request);
    return;
  }
  request_bytes = 10 + (int)options.records * RECORD_BYTES + 5;
  reply_bytes = 4;
  reply[3] = (uint8_t)options.records;
}

static uint8_t *put(uint8_t *at, uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; i--, value >>= 8) at[i] = (uint8_t)value;
  return at + bytes;
}

/* Frames of a device so far towards its zones: devices are out of step, or all would drive into one at a time. */
static int64_t turn_of(int64_t device, int64_t sequence) {
  /* By its place in the fleet: numbers that are a stride apart have few remainders. */
  return sequence + (device - options.first) / options.stride * 7919 % options.events;
}

/* Whether this frame drives into a zone: every `events`th, as long as there is one it has not been in. */
static bool is_event(int64_t device, int64_t sequence) {
  if (options.events == 0 || options.request) return false;
  int64_t turn = turn_of(device, sequence);
  return turn % options.events == options.events - 1 && turn / options.events < options.zones;
}

/*
 * Device n lives in a town of its own, 200 to a row (`town` = 0: all in one). Its zones lie `pitch` apart, five to a
 * row; between the rows it drives up and down, outside of all of them. The last record of an event frame is in a zone.
 */
static void place(int64_t device, int64_t sequence, int64_t record, int64_t *lat, int64_t *lon) {
  *lat = options.lat + device % 200 * options.town;
  *lon = options.lon + device / 200 * options.town;
  if (is_event(device, sequence) && record == options.records - 1) {
    int64_t zone = turn_of(device, sequence) / options.events;
    *lat += zone / 5 * options.pitch;
    *lon += zone % 5 * options.pitch;
  } else {
    int64_t way = sequence * options.records + record;
    *lat += way % 4 * options.pitch + options.pitch / 2;
    *lon += way % 997 * (5 * options.pitch / 997);
  }
}

/* Frame number `sequence` of a device; the same each time it is asked for. */
static void make_frame(uint8_t *frame, int64_t device, int64_t sequence) {
  if (options.request) {
    memcpy(frame, request, (size_t)request_bytes);
    char number[16];
    snprintf(number, sizeof number, "%08" PRId64, device % 100000000);
    if (number_at >= 0) memcpy(frame + number_at, number, 8);
    return;
  }
  uint8_t *at = put(frame, 0, 4);
  at = put(at, (uint64_t)(request_bytes - 12), 4);
  *at++ = 8;
  *at++ = (uint8_t)options.records;
  for (int64_t i = 0; i < options.records; i++) {
    int64_t lat, lon;
    place(device, sequence, i, &lat, &lon);
    at = put(at, (uint64_t)(options.base + (sequence * options.records + i) * options.step), 8);
    *at++ = 0;
    at = put(at, (uint32_t)lon, 4);
    at = put(at, (uint32_t)lat, 4);
    at = put(at, 40, 2);
    at = put(at, 90, 2);
    *at++ = 11;
    at = put(at, 50, 2);
    memcpy(at, IO, sizeof IO);
    at += sizeof IO;
  }
  *at++ = (uint8_t)options.records;
  uint16_t crc = 0;
  for (uint8_t *byte = frame + 8; byte < at; byte++) crc = (uint16_t)((crc >> 8) ^ crc_table[(crc ^ *byte) & 0xff]);
  put(at, crc, 4);
}

/* ---- connections ---- */

enum state { SHUT, CONNECTING, LOGGING_IN, LIVE, DEAD };
enum phase { ASSEMBLING, WARMING, MEASURING, DRAINING };

struct connection {
  int fd;
  enum state state;
  bool is_blocked;      /* waits until it may write again */
  int64_t life;         /* how often it has connected; in churn, also the number of its frame */
  int64_t sent, heard;  /* bytes of frames and of replies, of this life */
  int64_t due_us;       /* churn: when this life was due */
  int64_t *sent_us;     /* closed: when the last `window` frames left */
};

static struct connection *connections;
static int64_t *acked_by_device;
static enum phase phase = ASSEMBLING;
static int epoll_fd;
static int64_t live_count, begin_us; /* begin: of the warm-up; the schedule counts from there */
static struct { int64_t sent, acked, wrong, dead, refused, overrun; } total;
static int64_t acked_in_window, acked_in_interval, next_due;

static void die(struct connection *c, int64_t *reason) {
  if (c->state == LIVE) live_count--;
  close(c->fd);
  c->state = DEAD;
  ++*reason;
}

static void watch(struct connection *c, int operation) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  if (c->is_blocked || c->state == CONNECTING) event.events |= EPOLLOUT;
  if (epoll_ctl(epoll_fd, operation, c->fd, &event) != 0) fail("epoll:", strerror(errno));
}

/* Number of the device that speaks here in this life. */
static int64_t device_index(const struct connection *c) {
  int64_t slot = c - connections;
  return options.mode == CHURN ? (slot + (c->life - 1) * options.connections) % options.imeis : slot;
}

static int64_t device_of(const struct connection *c) { return options.first + device_index(c) * options.stride; }

static void open_connection(struct connection *c) {
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) fail("no socket:", strerror(errno));
  int yes = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
  /* A loopback address of its own for each share of the connections: one has only some 28,000 ports. */
  struct sockaddr_in own = {.sin_family = AF_INET};
  own.sin_addr.s_addr = htonl(0x7f000001u + (uint32_t)((c - connections) % options.addresses));
  if (bind(c->fd, (struct sockaddr *)&own, sizeof own) != 0) fail("bind:", strerror(errno));
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
  server.sin_addr.s_addr = htonl(0x7f000001u);
  c->state = CONNECTING;
  c->is_blocked = false;
  c->life++;
  c->sent = c->heard = 0;
  int made = connect(c->fd, (struct sockaddr *)&server, sizeof server);
  if (made != 0 && errno != EINPROGRESS) fail("connect:", strerror(errno));
  watch(c, EPOLL_CTL_ADD);
}

/* Moment at which frame `index` of the whole schedule is due. */
static int64_t due_at(int64_t index) { return begin_us + (int64_t)((double)index * 1e6 / options.rate); }

/* How many frames of this life may have left by now. */
static int64_t permitted(const struct connection *c, int64_t now) {
  int64_t begun = (c->sent + request_bytes - 1) / request_bytes;
  if (phase == ASSEMBLING || phase == DRAINING) return options.mode == CHURN && phase == DRAINING ? 1 : begun;
  if (options.mode == CHURN) return 1;
  int64_t most = c->heard / reply_bytes + options.window;
  if (options.frames > 0 && most > options.frames) most = options.frames;
  if (options.mode == CLOSED) return most;
  int64_t slot = c - connections;
  int64_t due = (int64_t)((double)(now - begin_us) * options.rate / 1e6);
  if (due_at(due) <= now) due++;
  int64_t own = due <= slot ? 0 : (due - slot - 1) / options.connections + 1;
  int64_t both = own < most ? own : most;
  return both > begun ? both : begun;
}

/* Sends what may be sent, as many frames at once as there are. */
static void pump(struct connection *c, int64_t now) {
  static uint8_t frames[65536 + FRAME_BYTES_MAX];
  if (c->state != LIVE || c->is_blocked) return;
  int64_t device = device_of(c);
  for (int64_t limit = permitted(c, now) * request_bytes; c->sent < limit;) {
    int64_t sequence = c->sent / request_bytes, skipped = c->sent % request_bytes, length = 0;
    for (; sequence * request_bytes < limit && length < 65536; sequence++, length += request_bytes) {
      make_frame(frames + length, device, options.mode == CHURN ? c->life - 1 : sequence);
      if (options.mode == CLOSED) c->sent_us[sequence % options.window] = now;
    }
    ssize_t written = send(c->fd, frames + skipped, (size_t)(length - skipped), MSG_NOSIGNAL);
    if (written < 0 && errno != EAGAIN) {
      die(c, &total.dead);
      return;
    }
    int64_t before = c->sent / request_bytes;
    if (written > 0) c->sent += written;
    total.sent += c->sent / request_bytes - before;
    if (written < length - skipped) {
      c->is_blocked = true;
      watch(c, EPOLL_CTL_MOD);
      return;
    }
  }
}

/* ---- answers ---- */

static void frame_acked(struct connection *c, int64_t index, int64_t now) {
  int64_t since = options.mode == CLOSED ? c->sent_us[index % options.window]
                  : options.mode == OPEN ? due_at(index * options.connections + (c - connections))
                                         : c->due_us;
  total.acked++;
  acked_by_device[device_index(c)]++;
  if (phase != MEASURING) return;
  acked_in_window++;
  acked_in_interval++;
  note(&latency, now - since);
  note(&interval_latency, now - since);
  if (is_event(device_of(c), options.mode == CHURN ? c->life - 1 : index)) note(&event_latency, now - since);
}

static void read_answers(struct connection *c, int64_t now) {
  uint8_t bytes[16384];
  ssize_t length = recv(c->fd, bytes, sizeof bytes, 0);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (length <= 0) {
    die(c, c->state == LOGGING_IN ? &total.refused : &total.dead);
    return;
  }
  ssize_t at = 0;
  if (c->state == LOGGING_IN) {
    if (bytes[at++] != 1) {
      die(c, &total.refused);
      return;
    }
    c->state = LIVE;
    live_count++;
  }
  for (; at < length; at++) {
    bool is_owed = c->heard / reply_bytes < c->sent / request_bytes;
    if (!is_owed || bytes[at] != reply[c->heard % reply_bytes]) {
      die(c, &total.wrong);
      return;
    }
    if (++c->heard % reply_bytes == 0) frame_acked(c, c->heard / reply_bytes - 1, now);
  }
  pump(c, now);
}

static void connected(struct connection *c, int64_t now) {
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) {
    close(c->fd);
    c->state = options.retry ? SHUT : DEAD;
    if (!options.retry) total.refused++;
    return;
  }
  if (options.request) {
    c->state = LIVE;
    live_count++;
    watch(c, EPOLL_CTL_MOD);
    pump(c, now);
    return;
  }
  uint8_t login[17] = {0, 15};
  char imei[32];
  snprintf(imei, sizeof imei, "%015" PRId64, options.imei + device_of(c));
  memcpy(login + 2, imei, 15);
  c->state = LOGGING_IN;
  watch(c, EPOLL_CTL_MOD);
  if (send(c->fd, login, sizeof login, MSG_NOSIGNAL) != sizeof login) die(c, &total.dead);
}

static void connection_on_event(struct connection *c, uint32_t events, int64_t now) {
  if (c->state == CONNECTING) {
    connected(c, now);
    return;
  }
  if (c->state != LOGGING_IN && c->state != LIVE) return;
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_answers(c, now);
  if (c->state == LIVE && c->is_blocked && (events & EPOLLOUT)) {
    c->is_blocked = false;
    watch(c, EPOLL_CTL_MOD);
    pump(c, now);
  }
}

/* ---- the course of a run ---- */

/* Connects who is due; returns when the next one is. */
static int64_t assemble(int64_t started, int64_t now) {
  static int64_t opened;
  while (opened < options.connections && started + (int64_t)((double)opened * 1e6 / options.ramp) <= now) {
    open_connection(&connections[opened++]);
  }
  if (options.retry) {
    for (int64_t i = 0; i < opened; i++) if (connections[i].state == SHUT) open_connection(&connections[i]);
    return now + 2000;
  }
  return started + (int64_t)((double)opened * 1e6 / options.ramp);
}

static void reconnect(struct connection *c) {
  if (c->state == CONNECTING || c->state == LOGGING_IN || (c->state == LIVE && c->heard < reply_bytes)) {
    total.overrun++;
    return;
  }
  if (c->state == LIVE) {
    live_count--;
    close(c->fd);
  }
  c->due_us = due_at(next_due);
  open_connection(c);
}

/* Does what the schedule asks for; returns when it asks again. */
static int64_t follow_schedule(int64_t now) {
  if (options.mode == CLOSED) return INT64_MAX;
  for (; due_at(next_due) <= now; next_due++) {
    struct connection *c = &connections[next_due % options.connections];
    if (options.mode == CHURN) reconnect(c);
    else pump(c, now);
  }
  return due_at(next_due);
}

static bool is_settled(void) {
  for (int64_t i = 0; i < options.connections; i++) {
    struct connection *c = &connections[i];
    if (c->state == CONNECTING || c->state == LOGGING_IN) return false;
    if (c->state == LIVE && c->heard / reply_bytes < (options.mode == CHURN ? 1 : (c->sent + request_bytes - 1) / request_bytes)) return false;
  }
  return true;
}

static void say_interval(double at_s) {
  printf("{\"kind\":\"interval\",\"atS\":%.1f,\"acked\":%" PRId64 ",\"cpuMs\":%.0f,\"rssKb\":%" PRId64 ",", at_s,
         acked_in_interval, watched_cpu_ms(), watched_rss_kb());
  print_quantiles("latency", &interval_latency);
  puts("}");
  fflush(stdout);
  acked_in_interval = 0;
  memset(&interval_latency, 0, sizeof interval_latency);
}

static void wait_until(int64_t us) {
  int64_t left = us - now_us();
  struct timespec most = {.tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000};
  struct pollfd poll = {.fd = epoll_fd, .events = POLLIN};
  if (left > 0) ppoll(&poll, 1, &most, NULL);
}

static void take_events(void) {
  struct epoll_event events[512];
  int count = epoll_wait(epoll_fd, events, 512, 0);
  for (int i = 0; i < count; i++) connection_on_event(events[i].data.ptr, events[i].events, now_us());
}

/* Everyone may speak: those that had to wait for the others begin. */
static void set_out(int64_t now) {
  begin_us = now;
  phase = WARMING;
  if (options.mode == CLOSED) for (int64_t i = 0; i < options.connections; i++) pump(&connections[i], now);
}

struct span { int64_t from_us, to_us; double cpu_ms, own_cpu_ms; int64_t rss_kb; };

static void run(struct span *measured) {
  int64_t started = now_us(), warm_us = (int64_t)(options.warm * 1e6), seconds_us = (int64_t)(options.seconds * 1e6);
  int64_t drain_until = INT64_MAX, next_interval = INT64_MAX;
  if (options.mode == CHURN) set_out(started);
  for (;;) {
    int64_t now = now_us(), wake = now + 100000;
    if (phase == ASSEMBLING) {
      int64_t next = assemble(started, now);
      if (next < wake) wake = next > now ? next : now + 1000;
      if (live_count + total.refused + total.dead + total.wrong == options.connections) set_out(now);
    }
    if (phase == WARMING && now >= begin_us + warm_us) {
      phase = MEASURING;
      *measured = (struct span){.from_us = now, .cpu_ms = watched_cpu_ms(), .own_cpu_ms = own_cpu_ms()};
      next_interval = now + (int64_t)(options.interval * 1e6);
    }
    if (phase == MEASURING && now >= next_interval) {
      say_interval((double)(now - measured->from_us) / 1e6);
      next_interval += (int64_t)(options.interval * 1e6);
    }
    if (phase == MEASURING && now >= measured->from_us + seconds_us) {
      phase = DRAINING;
      measured->to_us = now;
      measured->cpu_ms = watched_cpu_ms() - measured->cpu_ms;
      measured->own_cpu_ms = own_cpu_ms() - measured->own_cpu_ms;
      measured->rss_kb = watched_rss_kb();
      drain_until = now + (int64_t)(options.drain * 1e6);
    }
    if (options.until > 0 && total.acked >= options.until) return;
    if (phase == DRAINING && (is_settled() || now >= drain_until)) return;
    if (phase == WARMING || phase == MEASURING) {
      int64_t next = follow_schedule(now);
      if (next < wake) wake = next;
      if (phase == MEASURING && next_interval < wake) wake = next_interval;
      int64_t end = begin_us + warm_us + (phase == MEASURING ? seconds_us : 0);
      if (end < wake) wake = end;
    }
    wait_until(wake);
    take_events();
  }
}

static void say_result(const struct span *measured) {
  int64_t unacked = total.sent - total.acked;
  printf("{\"kind\":\"result\",\"sent\":%" PRId64 ",\"acked\":%" PRId64 ",\"unacked\":%" PRId64 ",\"wrong\":%" PRId64
         ",\"dead\":%" PRId64 ",\"refused\":%" PRId64 ",\"overrun\":%" PRId64 ",",
         total.sent, total.acked, unacked, total.wrong, total.dead, total.refused, total.overrun);
  printf("\"frameBytes\":%d,\"windowS\":%.6f,\"ackedInWindow\":%" PRId64 ",\"cpuMs\":%.0f,\"ownCpuMs\":%.1f,\"rssKb\":%" PRId64
         ",\"fromUs\":%" PRId64 ",\"toUs\":%" PRId64 ",",
         request_bytes, (double)(measured->to_us - measured->from_us) / 1e6, acked_in_window, measured->cpu_ms,
         measured->own_cpu_ms, measured->rss_kb, measured->from_us, measured->to_us);
  print_quantiles("latency", &latency);
  putchar(',');
  print_quantiles("eventLatency", &event_latency);
  fputs(",\"ackedByDevice\":[", stdout);
  for (int64_t i = 0; i < options.imeis; i++) printf(i ? ",%" PRId64 : "%" PRId64, acked_by_device[i]);
  puts("]}");
}

int main(int count, char **arguments) {
  read_options(count, arguments);
  prepare_frames();
  prctl(PR_SET_TIMERSLACK, 1);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  epoll_fd = epoll_create1(0);
  connections = calloc((size_t)options.connections, sizeof *connections);
  acked_by_device = calloc((size_t)options.imeis, sizeof *acked_by_device);
  int64_t *stamps = calloc((size_t)(options.connections * options.window), sizeof *stamps);
  if (!connections || !acked_by_device || !stamps) fail("no memory for", "the connections");
  for (int64_t i = 0; i < options.connections; i++) connections[i].sent_us = stamps + i * options.window;
  struct span measured = {0};
  run(&measured);
  say_result(&measured);
  return 0;
}
