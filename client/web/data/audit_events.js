//  audit_events.js: what audit.ndjson tells of single records: values before and after, lines of a rule.

export function read(buffer) {
    return new TextDecoder().decode(buffer).split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

//  Events of a rule and field that name a record, first `most`.
export function ofRule(events, rule, field, most) {
    return events.filter((event) => event.rule === rule && (event.field ?? null) === (field ?? null) && event.line !== undefined).slice(0, most);
}

//  For the first rows of records.csv which record of the input each is: those that were set aside or left out
//  are passed over.
export function recordNumbers(events, howMany) {
    const out = new Set(events.filter((event) => ['duplicate', 'conflict', 'reject'].includes(event.event)).map((event) => event.record));
    const numbers = [];
    for (let record = 1; numbers.length < howMany; record++) if (!out.has(record)) numbers.push(record);
    return numbers;
}

//  Map: record → Map: field → {raw, rule} of values that were changed or emptied.
export function changes(events, records) {
    const wanted = new Set(records), found = new Map(records.map((record) => [record, new Map()]));
    for (const event of events)
        if (wanted.has(event.record) && event.field && event.raw !== undefined && !found.get(event.record).has(event.field))
            found.get(event.record).set(event.field, { raw: event.raw, rule: event.rule });
    return found;
}

//  Which order dates were read in, by those whose day and month differ: 'mdy', 'dmy' or '' where nothing tells.
export function dateOrder(events) {
    let monthFirst = 0, dayFirst = 0;
    for (const { raw, value } of events) {
        const given = /^(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}\b/.exec(raw ?? ''), read = /^\d{4}-(\d\d)-(\d\d)/.exec(value ?? '');
        if (!given || !read || Number(given[1]) === Number(given[2])) continue;
        if (Number(given[1]) === Number(read[1])) monthFirst++;
        else dayFirst++;
    }
    return monthFirst === dayFirst ? '' : monthFirst > dayFirst ? 'mdy' : 'dmy';
}
