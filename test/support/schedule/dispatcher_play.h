//  dispatcher_play.h: for tests: the dispatcher as little plays. A line is "TIME what happens"; the lines
//  with > after it are all that comes of it. After each line the dispatcher's clock ticks.
#ifndef DMH_TEST_SUPPORT_DISPATCHER_PLAY_H
#define DMH_TEST_SUPPORT_DISPATCHER_PLAY_H

enum { PLAY_ATTEMPTS = 3 };    //  that a job has

struct scene {
    const char *name, *text;
};

//  The test fails at the first line of which something else comes, and says which.
void dispatcher_play (const char *name, const char *text);

#define PLAY_ALL(SCENES)                                                                                     \
    for (size_t i = 0; i < sizeof (SCENES) / sizeof *(SCENES); i++)                                          \
    dispatcher_play ((SCENES)[i].name, (SCENES)[i].text)

#endif
