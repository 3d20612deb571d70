//  version.h: the program's version, one place for C and the Makefile.
#ifndef DMH_MESSAGES_VERSION_H
#define DMH_MESSAGES_VERSION_H

#define DMH_VERSION "0.1.0"

#endif
