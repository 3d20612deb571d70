#include "../command.h"
int command_schema (struct asked *asked)
{
    (void) asked;
    return EXIT_USAGE;
}
