#include "../command.h"
int command_verify (struct asked *asked)
{
    (void) asked;
    return EXIT_USAGE;
}
