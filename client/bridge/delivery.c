//  delivery.c: see delivery.h.
#include "client/bridge/delivery.h"

struct deliveries {
    zlistx_t *all;
    zhashx_t *names;    //  id → delivery
    zhashx_t *jobs;     //  job → delivery_job
};

static void s_forget_request (struct delivery *self)
{
    if (self->decoded)
        job_message_clear (&self->request);
    free (self->inputs);
    self->inputs = NULL;
    self->decoded = false;
}

static void s_free (void **self_p)
{
    struct delivery *self = *self_p;
    if (!self)
        return;
    s_forget_request (self);
    for (size_t i = 0; i < self->count; i++)
        shape_clear (&job_record_shape, &self->jobs[i].record);
    free (self->jobs);
    free (self->line);
    free (self->message.body);
    free (self);
    *self_p = NULL;
}

deliveries_t *deliveries_new (void)
{
    deliveries_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->all = zlistx_new ();
    self->names = zhashx_new ();
    self->jobs = zhashx_new ();
    if (!self->all || !self->names || !self->jobs)
        deliveries_destroy (&self);
    else
        zlistx_set_destructor (self->all, s_free);
    return self;
}

void deliveries_destroy (deliveries_t **self_p)
{
    deliveries_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->names);
    zhashx_destroy (&self->jobs);
    zlistx_destroy (&self->all);
    free (self);
    *self_p = NULL;
}

size_t deliveries_count (const deliveries_t *self)
{
    return zlistx_size (self->all);
}

struct delivery *deliveries_add (deliveries_t *self, const struct queue_message *message)
{
    struct delivery *delivery = calloc (1, sizeof *delivery);
    if (!delivery || !zlistx_add_end (self->all, delivery)) {
        free (delivery);
        return NULL;
    }
    delivery->message = *message;
    return delivery;
}

void deliveries_remove (deliveries_t *self, struct delivery *delivery)
{
    for (size_t i = 0; i < delivery->count; i++)
        if (zhashx_lookup (self->jobs, delivery->jobs[i].record.job) == &delivery->jobs[i])
            zhashx_delete (self->jobs, delivery->jobs[i].record.job);
    if (zhashx_lookup (self->names, delivery->id) == delivery)
        zhashx_delete (self->names, delivery->id);
    void *handle = zlistx_find (self->all, delivery);
    assert (handle);
    zlistx_delete (self->all, handle);
}

struct delivery *deliveries_first (deliveries_t *self)
{
    return zlistx_first (self->all);
}

struct delivery *deliveries_next (deliveries_t *self)
{
    return zlistx_next (self->all);
}

bool deliveries_name (deliveries_t *self, struct delivery *delivery)
{
    struct delivery *other = zhashx_lookup (self->names, delivery->id);
    if (!other)
        zhashx_insert (self->names, delivery->id, delivery);
    return !other || other == delivery;
}

int deliveries_accept (deliveries_t *self, struct delivery *delivery, size_t count, struct error *error)
{
    (void) self;
    delivery->jobs = calloc (count, sizeof *delivery->jobs);
    if (!delivery->jobs)
        return error_set (error, DMH_INTERNAL, "out of memory");
    delivery->count = delivery->open = count;
    for (size_t i = 0; i < count; i++)
        delivery->jobs[i].of = delivery;
    s_forget_request (delivery);
    free (delivery->message.body);
    delivery->message.body = NULL;
    delivery->message.n = 0;
    return DMH_OK;
}

void deliveries_put_job (deliveries_t *self, struct delivery_job *job)
{
    zhashx_update (self->jobs, job->record.job, job);
}

struct delivery_job *deliveries_job (deliveries_t *self, const char *job)
{
    return zhashx_lookup (self->jobs, job);
}
