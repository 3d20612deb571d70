//  people.h: who is in a file of FHIR: what stands behind the URLs of its Bundles' entries, when its patients
//  were born, and which ids come from several servers. Gathered from the whole file before its records are
//  read, where these need it; immutable then, any thread may ask. Keeps hashes and what a patient is asked
//  for, no resource.
#ifndef DMH_WORKER_FORMATS_FHIR_LINKS_PEOPLE_H
#define DMH_WORKER_FORMATS_FHIR_LINKS_PEOPLE_H

#include "worker/text/text.h"

enum { PERSON_DATE_BYTES = 11 };

struct person {
    char birth[PERSON_DATE_BYTES];    //  YYYY, YYYY-MM or YYYY-MM-DD; "": not known
    char sex;                         //  m, f; 0: not known, or neither
};

enum people_answer {
    PEOPLE_UNKNOWN,    //  nothing stands there
    PEOPLE_PATIENT,
    PEOPLE_OTHER,     //  a resource of another type
    PEOPLE_SEVERAL    //  several, which is nobody
};

typedef struct people people_t;    //  also in formats/format.h

people_t *people_new (void);    //  NULL when out of memory
void people_destroy (people_t **self_p);

//  What a Patient says of itself; what two of one id say differently is not known of it.
struct person people_read (struct text birth_date, struct text gender);

//  A Patient, as its own record would be called, under the URL of its entry (n = 0: it has none); an entry of
//  another type; a server that an id came from. 0, or -1 out of memory.
int people_add (people_t *self, struct text url, struct text id, const struct person *person);
int people_add_other (people_t *self, struct text url);
int people_add_server (people_t *self, struct text id, struct text server);

//  *id is borrowed, for PEOPLE_PATIENT.
enum people_answer people_find (const people_t *self, struct text url, struct text *id);
//  NULL: nobody is called so.
const struct person *people_of (const people_t *self, struct text id);
//  Whether the id came from several servers; two of them, in the file's order. Borrowed.
bool people_servers (const people_t *self, struct text id, struct text servers[2]);

//  The same of the first id that did.
bool people_first_servers (const people_t *self, struct text servers[2]);

//  Of a URL, for what is compared before there are people.
uint64_t people_hash (struct text in);

#endif
