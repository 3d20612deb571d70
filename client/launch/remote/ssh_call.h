//  ssh_call.h: something is done on another host by ssh, which never asks: keys, and the host's own key, have
//  to be right before.
#ifndef DMH_CLIENT_LAUNCH_REMOTE_SSH_CALL_H
#define DMH_CLIENT_LAUNCH_REMOTE_SSH_CALL_H

#include "client/launch/child.h"
#include "client/launch/remote/shell_text.h"

//  Runs a script there by sh, which reads it from its standard input, so that no process shows what is in it.
//  `config`: a configuration of ssh; NULL or empty: its own. DMH_OK: it ended with 0, and `said`
//  [CHILD_SAID_BYTES] is what it said. DMH_UNAVAILABLE: the host was not reached; DMH_IO: the script ended
//  otherwise; both with a sentence that names the host and what was said.
int ssh_call_script (const char *config, const char *host, const struct shell_text *script, char *said,
                     struct error *error);

//  Bytes go to the standard input of a command there. As above.
int ssh_call_bytes (const char *config, const char *host, const char *command, const void *bytes, size_t n,
                    struct error *error);

//  What follows "dmh:NAME " in a line of what was said, into `out`; false: no line says it. (What a host
//  greets with stands there, too.)
bool ssh_call_answer (const char *said, const char *name, char *out, size_t size);

#endif
