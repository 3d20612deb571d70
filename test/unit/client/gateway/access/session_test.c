//  session_test.c: which words are sessions, of whom and until when. The times are said.
#include "client/gateway/access/session.h"
#include "messages/base/digest.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECRET "0123456789abcdefghijklmnopqrstuvwxyzABCD"
#define ANNA "annas-token-of-32-letters-000001"
#define BEN "bens-token-of-32-letters-0000002"

enum { SECONDS = 60 };
static const int64_t NOW = 1800000000000;

static tokens_t *s_tokens (const char *secret, const char *tokens[])
{
    char path[] = "/tmp/session_test-XXXXXX", hex[DIGEST_HEX_BYTES];
    int fd = mkstemp (path);
    cr_assert_geq (fd, 0);
    for (size_t i = 0; tokens[i]; i++)
        dprintf (fd, "name%zu submit %s\n", i, digest_of (tokens[i], strlen (tokens[i]), hex));
    close (fd);
    struct error error = {.code = DMH_OK};
    tokens_t *self = tokens_read (path, secret, &error);
    unlink (path);
    cr_assert_not_null (self, "%s", error.text);
    return self;
}

static const char *BOTH[] = {ANNA, BEN, NULL}, *BEN_ALONE[] = {BEN, NULL};

static void s_open (const sessions_t *sessions, tokens_t *tokens, char word[SESSION_BYTES])
{
    struct token token;
    cr_assert (tokens_find (tokens, ANNA, strlen (ANNA), &token));
    cr_assert (sessions_open (sessions, &token, NOW, word));
    cr_assert_eq (strlen (word), (size_t) SESSION_BYTES - 1);
}

Test (session, holds_until_it_expires_at_every_gateway_with_the_same_key_and_tokens)
{
    sessions_t *here = sessions_new (SECRET, SECONDS), *there = sessions_new (SECRET, SECONDS),
               *else_where = sessions_new (SECRET "x", SECONDS);
    tokens_t *tokens = s_tokens (SECRET, BOTH), *others = s_tokens (SECRET "x", BOTH);
    char word[SESSION_BYTES], again[SESSION_BYTES];
    struct token got;
    int64_t until;
    s_open (here, tokens, word);
    s_open (here, tokens, again);
    cr_expect_str_neq (word, again);
    cr_expect_null (strstr (word, ANNA));
    cr_expect (sessions_find (here, tokens, word, NOW, &got, &until));
    cr_expect_str_eq (got.name, "name0");
    cr_expect (sessions_find (there, tokens, word, NOW + SECONDS * 1000 - 1, &got, &until));
    cr_expect_not (sessions_find (there, tokens, word, NOW + SECONDS * 1000, &got, &until));
    cr_expect_not (sessions_find (else_where, others, word, NOW, &got, &until));
    tokens_destroy (&others);
    tokens_destroy (&tokens);
    sessions_destroy (&here);
    sessions_destroy (&there);
    sessions_destroy (&else_where);
}

Test (session, no_byte_of_it_can_be_another_one)
{
    sessions_t *sessions = sessions_new (SECRET, SECONDS);
    tokens_t *tokens = s_tokens (SECRET, BOTH);
    char word[SESSION_BYTES], cut[SESSION_BYTES];
    struct token got;
    int64_t until;
    s_open (sessions, tokens, word);
    for (size_t i = 0; i < SESSION_BYTES - 1; i++) {
        char before = word[i];
        word[i] = before == 'a' ? 'b' : 'a';
        cr_expect_not (sessions_find (sessions, tokens, word, NOW, &got, &until), "byte %zu", i);
        word[i] = before;
        snprintf (cut, sizeof cut, "%.*s", (int) i, word);
        cr_expect_not (sessions_find (sessions, tokens, cut, NOW, &got, &until), "%zu bytes", i);
    }
    cr_expect (sessions_find (sessions, tokens, word, NOW, &got, &until));
    tokens_destroy (&tokens);
    sessions_destroy (&sessions);
}

Test (session, goes_with_its_token_and_by_its_end_alone)
{
    sessions_t *sessions = sessions_new (SECRET, SECONDS);
    tokens_t *tokens = s_tokens (SECRET, BOTH), *fewer = s_tokens (SECRET, BEN_ALONE);
    char word[SESSION_BYTES], again[SESSION_BYTES];
    struct token got;
    int64_t until;
    s_open (sessions, tokens, word);
    s_open (sessions, tokens, again);
    cr_expect_not (sessions_find (sessions, fewer, word, NOW, &got, &until));
    sessions_end (sessions, "no word", NOW);
    sessions_end (sessions, word, NOW);
    sessions_end (sessions, word, NOW);
    cr_expect_not (sessions_find (sessions, tokens, word, NOW, &got, &until));
    cr_expect (sessions_find (sessions, tokens, again, NOW, &got, &until));
    tokens_destroy (&tokens);
    tokens_destroy (&fewer);
    sessions_destroy (&sessions);
}

Test (session, remembers_a_bounded_number_of_those_that_were_ended_the_last_of_them)
{
    sessions_t *sessions = sessions_new (SECRET, SECONDS);
    tokens_t *tokens = s_tokens (SECRET, BOTH);
    char first[SESSION_BYTES], word[SESSION_BYTES];
    struct token token, got;
    int64_t until;
    cr_assert (tokens_find (tokens, ANNA, strlen (ANNA), &token));
    cr_assert (sessions_open (sessions, &token, NOW, first));
    sessions_end (sessions, first, NOW);
    for (int i = 1; i <= SESSIONS_ENDED_MAX; i++) {
        cr_assert (sessions_open (sessions, &token, NOW + 1, word));
        sessions_end (sessions, word, NOW);
    }
    cr_expect_not (sessions_find (sessions, tokens, word, NOW, &got, &until), "the last one");
    cr_expect (sessions_find (sessions, tokens, first, NOW, &got, &until),
               "the one that would expire first is forgotten");
    tokens_destroy (&tokens);
    sessions_destroy (&sessions);
}

Test (session, the_word_against_forged_requests_is_another_one_for_each)
{
    sessions_t *sessions = sessions_new (SECRET, SECONDS);
    tokens_t *tokens = s_tokens (SECRET, BOTH);
    char word[SESSION_BYTES], again[SESSION_BYTES], check[HEX_BYTES], other[HEX_BYTES];
    s_open (sessions, tokens, word);
    s_open (sessions, tokens, again);
    cr_assert_not_null (sessions_forgery_check (sessions, word, check));
    cr_assert_not_null (sessions_forgery_check (sessions, again, other));
    cr_expect_str_neq (check, other);
    cr_expect_null (strstr (word, check), "the cookie does not tell it");
    tokens_destroy (&tokens);
    sessions_destroy (&sessions);
}
