//  openapi_test.c: openapi.json describes the paths that the gateway has, and no others.
#include "client/gateway/calls/calls.h"
#include "messages/json/value.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct json_value *s_read (void)
{
    size_t size = 1 << 20;
    char *text = malloc (size);
    FILE *file = fopen ("client/gateway/openapi.json", "r");
    cr_assert_not_null (file);
    size_t n = fread (text, 1, size, file);
    fclose (file);
    struct error error = {.code = DMH_OK};
    struct json_value *root = json_value_new (text, n, JSON_VALUE_DEPTH_MAX, "openapi.json", &error);
    cr_assert_not_null (root, "%s", error.text);
    free (text);
    return root;
}

static const struct route *s_route (const char *method, const char *path)
{
    for (size_t i = 0; i < call_route_count (); i++)
        if (strcasecmp (CALL_ROUTES[i].method, method) == 0 && strcmp (CALL_ROUTES[i].path, path) == 0)
            return &CALL_ROUTES[i];
    return NULL;
}

//  Who may do it: nobody is asked, or whoever has that role where there are tokens.
static void s_check_right (const struct route *route, const struct json_value *operation)
{
    static const char *const ROLES[] = {
        [CALL_READ] = "read", [CALL_SUBMIT] = "submit", [CALL_ADMIN] = "admin", [CALL_LOCAL] = "admin"};
    const struct json_value *security = json_value_member (operation, "security");
    cr_assert_not_null (security, "%s", route->path);
    if (route->right == CALL_OPEN) {
        cr_assert_null (security->first, "%s", route->path);
        return;
    }
    cr_assert (security->first && !security->first->first, "%s: without tokens nobody is asked", route->path);
    size_t ways = 0;
    for (const struct json_value *way = security->first->next; way; way = way->next, ways++)
        cr_assert_str_eq (json_value_string (way->first->first), ROLES[route->right], "%s", route->path);
    cr_assert_eq (ways, 2, "%s: by a token or by a session", route->path);
    cr_assert_not_null (json_value_member (json_value_member (operation, "responses"), "401"), "%s",
                        route->path);
}

Test (openapi, has_each_operation_of_the_table_with_its_body_and_rights_and_no_other)
{
    struct json_value *root = s_read ();
    const struct json_value *paths = json_value_member (root, "paths");
    size_t count = 0;
    for (const struct json_value *path = paths->first; path; path = path->next)
        for (const struct json_value *operation = path->first; operation; operation = operation->next) {
            const struct route *route = s_route (operation->key, path->key);
            cr_assert_not_null (route, "%s %s is no path of the gateway", operation->key, path->key);
            cr_assert_eq (route->takes_body, json_value_member (operation, "requestBody") != NULL, "%s",
                          path->key);
            cr_assert_not_null (json_value_string (json_value_member (operation, "operationId")));
            s_check_right (route, operation);
            count++;
        }
    cr_assert_eq (count, call_route_count (), "a path of the gateway is not in openapi.json");
    json_value_destroy (&root);
}

//  Each {…} of a path is a parameter of it, and each reference leads somewhere.
static void s_check_references (const struct json_value *root, const struct json_value *at)
{
    for (const struct json_value *child = at->first; child; child = child->next) {
        if (child->key && strcmp (child->key, "$ref") == 0) {
            char text[256], *rest = NULL;
            const struct json_value *target = root;
            snprintf (text, sizeof text, "%s", json_value_string (child));
            for (char *part = strtok_r (text + 2, "/", &rest); part; part = strtok_r (NULL, "/", &rest))
                target = json_value_member (target, part);
            cr_assert_not_null (target, "%s", json_value_string (child));
        }
        s_check_references (root, child);
    }
}

Test (openapi, each_reference_leads_somewhere)
{
    struct json_value *root = s_read ();
    cr_assert_str_eq (json_value_string (json_value_member (root, "openapi")), "3.1.0");
    s_check_references (root, root);
    json_value_destroy (&root);
}
