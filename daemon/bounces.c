/* SPDX-License-Identifier: MIT */
/*
 * bounces.c - the maildir in which delivery reports arrive: watched, each file becomes a job for a
 * sender. The hub reads no byte of them: a hostile one can kill a worker, not the hub.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "base/log.h"
#include "hub.h"

static bool
folder_of(const struct hub *h, char ret[HUB_PATH_MAX])
{
    const char *dir = h->files.conf->mail.bounces;
    int n = snprintf(ret, HUB_PATH_MAX, "%s/new", dir);
    return dir[0] && n > 0 && n < HUB_PATH_MAX;
}

void
bounces_watch(struct hub *h)
{
    char path[HUB_PATH_MAX];
    if (!folder_of(h, path)) {
        return;
    }
    if (inotify_add_watch(h->inbox_fd, path, IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR) < 0) {
        log_event(LOG_BOUNCES_CLOSED, NULL, "cannot watch '%s': %m", path);
    }
    h->has_inbox = true;
}

static int
order_file(struct hub *h, const char *folder, const char *name, int64_t now_ms,
           struct err *reterr)
{
    enum { NAME_SHOWN = 255 };
    char path[HUB_PATH_MAX + NAME_SHOWN + 2];
    char key[NAME_SHOWN + 128];
    char detail[NAME_SHOWN + 16];
    struct stat st;
    (void)snprintf(path, sizeof path, "%s/%.255s", folder, name);
    if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode)) {
        return 0;
    }
    (void)snprintf(key, sizeof key, "bounce|%.255s|%ju|%jd", name, (uintmax_t)st.st_ino,
                   (intmax_t)st.st_mtim.tv_sec);
    (void)snprintf(detail, sizeof detail, "bounce %.255s", name);
    const struct job_order order = { .kind = JOB_KIND_DELIVER, .key = key, .run_at_ms = now_ms,
                                     .detail = detail };
    return job_order_add(h->store, &order, now_ms, reterr);
}

int
bounces_order(struct hub *h, int64_t now_ms, struct err *reterr)
{
    char folder[HUB_PATH_MAX];
    DIR *dir = folder_of(h, folder) ? opendir(folder) : NULL;
    if (!dir) {
        return 0; /* said when it was to be watched; doctor says it too */
    }
    int r = 0;
    struct dirent *entry = NULL;
    while (r >= 0 && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.') {
            r = order_file(h, folder, entry->d_name, now_ms, reterr);
        }
    }
    (void)closedir(dir);
    return r < 0 ? r : 0;
}
