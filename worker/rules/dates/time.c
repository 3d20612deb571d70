//  time.c: reads a time of day and its offset from UTC.
//  Standards: ISO 8601-1:2019 4.3 (basic and extended), DICOM PS3.5 TM and DT, and the twelve-hour clock.
#include "worker/rules/dates/date_value.h"
#include "worker/text/ascii.h"

enum { HOURS = 24, MINUTES = 60, LEAP_SECOND = 60, ZONE_HOUR_MOST = 14, NOON = 12 };

//  Two digits that stand together with others.
static bool s_take_two (struct cursor *in, int *value)
{
    if (in->end - in->at < 2 || !is_digit (in->at[0]) || !is_digit (in->at[1]))
        return false;
    *value = (int) (digit_of (in->at[0]) * 10 + digit_of (in->at[1]));
    in->at += 2;
    return true;
}

static bool s_at_digit (struct cursor in)
{
    return in.at < in.end && is_digit (*in.at);
}

//  Takes a word if it is `wanted` (lower case) without regard to case and no letter follows.
static bool s_take_word (struct cursor *in, const char *wanted)
{
    struct cursor c = *in;
    for (; *wanted; wanted++, c.at++)
        if (c.at == c.end || to_lower (*c.at) != *wanted)
            return false;
    if (c.at < c.end && is_letter (*c.at))
        return false;
    *in = c;
    return true;
}

static bool s_take_fraction (struct cursor *in, struct time_value *out)
{
    if (!take (in, '.') && !take (in, ','))
        return true;
    out->fraction = in->at;
    while (s_at_digit (*in))
        in->at++;
    out->fraction_n = (size_t) (in->at - out->fraction);
    return out->fraction_n >= 1 && out->fraction_n <= FRACTION_DIGITS;
}

//  AM and PM shift the hour; false when the hour is none of a twelve-hour clock.
static bool s_take_half (struct cursor *in, struct time_value *out)
{
    struct cursor c = *in;
    skip_spaces (&c);
    bool am = s_take_word (&c, "am") || s_take_word (&c, "a.m.");
    bool pm = !am && (s_take_word (&c, "pm") || s_take_word (&c, "p.m."));
    if (!am && !pm)
        return true;
    *in = c;
    if (out->hour < 1 || out->hour > NOON)
        return false;
    out->hour = out->hour % NOON + (pm ? NOON : 0);
    return true;
}

static bool s_take_zone (struct cursor *in, struct time_value *out)
{
    skip_spaces (in);
    if (in->at == in->end)
        return true;
    bool utc = s_take_word (in, "utc") || s_take_word (in, "gmt");    //  perhaps UTC+01:00
    if (s_take_word (in, "z") || (utc && in->at == in->end)) {
        out->zone = 'Z';
        return true;
    }
    if (in->at == in->end || (*in->at != '+' && *in->at != '-'))
        return false;
    out->zone = *in->at++;
    if (in->end - in->at > 1 && s_at_digit (*in) && in->at[1] == ':')    //  +1:00
        out->zone_hour = (int) digit_of (*in->at++);
    else if (!s_take_two (in, &out->zone_hour))
        return false;
    bool colon = take (in, ':');
    if ((colon || s_at_digit (*in)) && !s_take_two (in, &out->zone_minute))
        return false;
    return out->zone_minute < MINUTES &&
           (out->zone_hour < ZONE_HOUR_MOST || (out->zone_hour == ZONE_HOUR_MOST && out->zone_minute == 0));
}

//  "14:30 Uhr", "14:30 h", "14:30 Hs." say that it is a time.
static void s_skip_clock (struct cursor *in)
{
    static const char *const WORDS[] = {"uhr", "h", "hs", "hrs"};
    struct cursor c = *in;
    skip_spaces (&c);
    for (size_t at = 0; at < sizeof WORDS / sizeof *WORDS; at++)
        if (s_take_word (&c, WORDS[at])) {
            take (&c, '.');
            *in = c;
            return;
        }
}

//  24:00:00, the end of a day (ISO 8601-1:2019/Amd 1:2022).
static bool s_is_end_of_day (const struct time_value *time)
{
    bool end = time->hour == HOURS && time->minute == 0 && time->second == 0;
    for (size_t at = 0; at < time->fraction_n; at++)
        end = end && time->fraction[at] == '0';
    return end;
}

bool time_read_tail (struct cursor in, bool seconds, struct time_value *out)
{
    out->fraction_n = 0;
    out->zone = '\0';
    out->zone_hour = out->zone_minute = 0;
    if (seconds && !s_take_fraction (&in, out))
        return false;
    s_skip_clock (&in);
    return s_take_half (&in, out) && s_take_zone (&in, out) && in.at == in.end && out->minute < MINUTES &&
           out->second <= LEAP_SECOND && (out->hour < HOURS || s_is_end_of_day (out));
}

//  An hour alone is a time after a T or before AM or PM.
static bool s_is_hour (struct cursor in, bool designated)
{
    skip_spaces (&in);
    return designated || (in.at < in.end && is_letter (*in.at));
}

//  Between hours and minutes: ":", "14h30" of French, "14.30" of German (two digits have to follow).
static bool s_take_colon (struct cursor *in)
{
    if (take (in, ':'))
        return true;
    bool other = in->end - in->at >= 3 && (*in->at == '.' || *in->at == 'h' || *in->at == 'H');
    if (!other || !is_digit (in->at[1]) || !is_digit (in->at[2]))
        return false;
    in->at++;
    return true;
}

bool time_read (struct cursor in, bool designated, struct time_value *out)
{
    out->minute = out->second = 0;
    struct cursor digits = in;
    size_t n = take_digits (&in, 6, &out->hour);
    bool seconds = false;
    if (n == 6 || n == 4) {    //  hhmmss, hhmm
        in = digits;
        s_take_two (&in, &out->hour);
        s_take_two (&in, &out->minute);
        seconds = n == 6 && s_take_two (&in, &out->second);
        return time_read_tail (in, seconds, out);
    }
    if (n != 1 && n != 2)
        return false;
    if (!s_take_colon (&in))
        return s_is_hour (in, designated) && time_read_tail (in, false, out);
    if (!s_take_two (&in, &out->minute))
        return false;
    seconds = s_take_colon (&in);
    return (!seconds || s_take_two (&in, &out->second)) && time_read_tail (in, seconds, out);
}
