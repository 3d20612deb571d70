#include "../command.h"
int command_inspect (struct asked *asked)
{
    (void) asked;
    return EXIT_USAGE;
}
