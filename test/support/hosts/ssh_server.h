//  ssh_server.h: for tests: hosts that ssh gets to: for each a real sshd on loopback with its own
//  configuration, host key, home and port, in the workplace. They end with the test.
#ifndef DMH_TEST_SUPPORT_SSH_SERVER_H
#define DMH_TEST_SUPPORT_SSH_SERVER_H

#include "test/support/processes/workplace.h"

#include <sys/types.h>

enum { SSH_SERVERS_MAX = 3 };

struct ssh_servers {
    const struct workplace *place;
    size_t count;
    bool systemd;    //  hosts have a systemd-run that notes its words in <folder>/hostN/units and runs them
    pid_t pids[SSH_SERVERS_MAX];
};

//  Hosts host1 … hostCOUNT, which <folder>/ssh_config knows; the home of each is <folder>/hostN. NULL, or why
//  there are none.
const char *ssh_servers_open (struct ssh_servers *self, const struct workplace *place, size_t count);
//  The same, of hosts that look as if systemd ran there; in mount namespaces of their own, for root alone.
const char *ssh_servers_open_systemd (struct ssh_servers *self, const struct workplace *place, size_t count);
void ssh_servers_close (struct ssh_servers *self);

#endif
