//  mutant.c: see mutant.h. DMH_MUTANT is the number of the one that is alive, DMH_MUTANT_REACHED the file
//  that takes which were reached.
#include "test/mutants/mutant.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

unsigned mutant_alive;
unsigned char *mutant_reached;

__attribute__ ((constructor)) static void s_begin (void)
{
    const char *number = getenv ("DMH_MUTANT"), *path = getenv ("DMH_MUTANT_REACHED");
    mutant_alive = number ? (unsigned) strtoul (number, NULL, 10) : 0;
    struct stat status;
    int fd = path ? open (path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    if (fstat (fd, &status) == 0 && status.st_size > 0) {
        void *map = mmap (NULL, (size_t) status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        mutant_reached = map == MAP_FAILED ? NULL : map;
    }
    close (fd);
}
