//  ssh_server.c: see ssh_server.h.
#include "test/support/hosts/ssh_server.h"

#include "test/support/processes/processes.h"
#include "test/support/processes/reserved_port.h"

#include <criterion/criterion.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_BYTES = 4096 };

static void s_make_key (const struct workplace *place, const char *name)
{
    const char *const make[] = {"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", name, NULL};
    char *said = NULL;
    cr_assert_eq (process_run (place, make, &said), 0, "%s", said);
    free (said);
}

//  Where /run is another one, in which systemd seems to have begun.
static const char APART[] = "mount -t tmpfs none /run && mkdir -p /run/sshd /run/systemd/system && "
                            "exec /usr/sbin/sshd -D -e -f \"$0\"";

static void s_make_systemd_run (const struct workplace *place, size_t i)
{
    static const char SCRIPT[] = "#!/bin/sh\necho \"$*\" >>\"$HOME/units\"\n"
                                 "while [ \"$1\" != sh ]; do shift; done\n"
                                 "setsid \"$@\" </dev/null >/dev/null 2>&1 &\n";
    char path[600], name[64];
    snprintf (path, sizeof path, "%s/host%zu/bin", place->folder, i);
    cr_assert_eq (mkdir (path, 0700), 0);
    snprintf (name, sizeof name, "host%zu/bin/systemd-run", i);
    workplace_write (place, name, SCRIPT, sizeof SCRIPT - 1);
    snprintf (path, sizeof path, "%s/%s", place->folder, name);
    cr_assert_eq (chmod (path, 0700), 0);
}

static void s_start (struct ssh_servers *self, size_t i, FILE *config, FILE *known)
{
    const char *folder = self->place->folder;
    char endpoint[ENDPOINT_BYTES], text[TEXT_BYTES], name[600], log[64], home[600];
    reserved_port_endpoint (endpoint);
    const char *port = strrchr (endpoint, ':') + 1;
    snprintf (home, sizeof home, "%s/host%zu", folder, i);
    cr_assert_eq (mkdir (home, 0700), 0);
    snprintf (name, sizeof name, "host_key%zu", i);
    s_make_key (self->place, name);
    if (self->systemd)
        s_make_systemd_run (self->place, i);
    int n = snprintf (text, sizeof text,
                      "ListenAddress 127.0.0.1\nPort %s\nHostKey %s/host_key%zu\nPidFile none\nUsePAM no\n"
                      "StrictModes no\nAuthorizedKeysFile %s/user_key.pub\nPasswordAuthentication no\n"
                      "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nPrintMotd no\n"
                      "SetEnv HOME=%s XDG_STATE_HOME=%s/state PATH=%s/bin:/usr/local/bin:/usr/bin:/bin\n",
                      port, folder, i, folder, home, home, home);
    snprintf (name, sizeof name, "sshd_config%zu", i);
    workplace_write (self->place, name, text, (size_t) n);
    snprintf (name, sizeof name, "%s/sshd_config%zu", folder, i);
    snprintf (log, sizeof log, "sshd%zu.log", i);
    const char *const sshd[] = {"/usr/sbin/sshd", "-D", "-e", "-f", name, NULL};
    const char *const apart[] = {"/usr/bin/unshare", "--mount", "/bin/sh", "-c", APART, name, NULL};
    self->pids[i - 1] = process_start (self->place, log, self->systemd ? apart : sshd);
    process_await (self->place, log, "Server listening");
    fprintf (config,
             "Host host%zu\n  HostName 127.0.0.1\n  Port %s\n  User %s\n  IdentityFile %s/user_key\n"
             "  IdentitiesOnly yes\n  UserKnownHostsFile %s/known_hosts\n",
             i, port, getpwuid (getuid ())->pw_name, folder, folder);
    snprintf (name, sizeof name, "host_key%zu.pub", i);
    char *key = workplace_read (folder, name, NULL);
    fprintf (known, "[127.0.0.1]:%s %s", port, key);
    free (key);
}

static const char *s_open (struct ssh_servers *self, size_t count)
{
    const struct workplace *place = self->place;
    if (access ("/usr/sbin/sshd", X_OK) != 0 || access ("/usr/bin/ssh", X_OK) != 0)
        return "openssh-server and openssh-client are not installed";
    if (getuid () == 0 && mkdir ("/run/sshd", 0755) != 0 && access ("/run/sshd", X_OK) != 0)
        return "/run/sshd, which sshd wants, cannot be made";
    char path[600];
    s_make_key (place, "user_key");
    snprintf (path, sizeof path, "%s/ssh_config", place->folder);
    FILE *config = fopen (path, "w");
    snprintf (path, sizeof path, "%s/known_hosts", place->folder);
    FILE *known = fopen (path, "w");
    cr_assert (config && known);
    for (size_t i = 1; i <= count; i++, self->count++)
        s_start (self, i, config, known);
    fclose (config);
    fclose (known);
    return NULL;
}

const char *ssh_servers_open (struct ssh_servers *self, const struct workplace *place, size_t count)
{
    *self = (struct ssh_servers){.place = place};
    return s_open (self, count);
}

const char *ssh_servers_open_systemd (struct ssh_servers *self, const struct workplace *place, size_t count)
{
    const char *const try[] = {"/usr/bin/unshare",         "--mount", "/bin/sh", "-c",
                               "mount -t tmpfs none /run", NULL};
    *self = (struct ssh_servers){.place = place, .systemd = true};
    if (getuid () != 0 || access ("/usr/bin/unshare", X_OK) != 0 || process_run (place, try, NULL) != 0)
        return "only root has mount namespaces of its own, and that not everywhere";
    return s_open (self, count);
}

void ssh_servers_close (struct ssh_servers *self)
{
    for (size_t i = 0; i < self->count; i++) {
        kill (self->pids[i], SIGTERM);
        process_wait (self->pids[i], 30);
    }
}
