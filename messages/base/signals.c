//  signals.c: see signals.h.
#define _GNU_SOURCE
#include "messages/base/signals.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static int s_open (const sigset_t *wanted)
{
    int descriptor = signalfd (-1, wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor >= 0)
        pthread_sigmask (SIG_BLOCK, wanted, NULL);
    return descriptor;
}

static sigset_t s_ending (void)
{
    sigset_t wanted;
    sigemptyset (&wanted);
    sigaddset (&wanted, SIGTERM);
    sigaddset (&wanted, SIGINT);
    return wanted;
}

int signals_open (void)
{
    sigset_t wanted = s_ending ();
    return s_open (&wanted);
}

int signals_open_serving (void)
{
    sigset_t wanted = s_ending ();
    sigaddset (&wanted, SIGHUP);
    signal (SIGPIPE, SIG_IGN);
    signal (SIGXFSZ, SIG_IGN);
    return s_open (&wanted);
}

int signals_take (int descriptor)
{
    struct signalfd_siginfo info;
    return read (descriptor, &info, sizeof info) == (ssize_t) sizeof info ? (int) info.ssi_signo : 0;
}
