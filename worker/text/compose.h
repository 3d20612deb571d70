//  compose.h: canonical composition of a Latin letter and one combining mark. Called by text.c alone.
//  Standard: Unicode, UAX #15 (NFC).
#ifndef DMH_WORKER_TEXT_COMPOSE_H
#define DMH_WORKER_TEXT_COMPOSE_H

#include <stdint.h>

//  The composed character, 0 when the pair has none.
uint32_t text_compose (uint32_t letter, uint32_t mark);

#endif
