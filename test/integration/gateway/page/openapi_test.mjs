//  openapi_test.mjs: calls every operation of openapi.json, rightly and wrongly, at gateways that openapi_test.c starts: `open`, before a broker
//  that has two joins and no worker yet (it comes when this says "worker wanted", and goes at "worker may leave"); `guarded`, which has tokens and takes little;
//  `lonely`, whose broker is away. Each answer is compared with the page; last, nothing that the page promises is left unseen.
import { ask, form } from '../../../support/openapi/client.mjs';
import { read } from '../../../support/openapi/page.mjs';

const [, , validators, document, open, guarded, lonely, token, admin] = process.argv;
const page = await read(validators, document);
const PATIENTS = 'patient_id,given_name,birth_date\n1,Ann,1990-02-03\n2,Bob,1991-04-13\n,Nora,1980-06-05\n';
const CSV = { name: 'p.csv', kind: 'patient' }, bearer = (word) => ({ Authorization: `Bearer ${word}` });
const PARTS = { job: 'no-such-job', name: 'none.csv', kind: 'none', folder: 'none' };
//  What only a machine in trouble, or one that other hosts reach, answers; with the reason.
const NOT_SHOWN = [
    'metrics 401 application/problem+json',    //  on loopback metrics are everybody's
    'metrics 429 application/problem+json',
    'followAll 503 application/problem+json',    //  more than 2048 listen
    'inspect 503 application/problem+json',    //  more than 512 files wait to be looked at
];

function expect(holds, words) {
    if (!holds) throw new Error(words);
}

function targetOf(path, parts, query) {
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent({ ...PARTS, ...parts }[name]));
    const words = new URLSearchParams(query).toString();
    return words ? `${filled}?${words}` : filled;
}

//  The answer to that operation, which has to be one of the page's and have that status.
async function call(id, status, { port = open, parts = {}, query = {}, raw = '', ...request } = {}) {
    const operation = page.find(id), target = targetOf(operation.path, parts, query) + raw;
    const answer = await ask(port, operation.method, target, request), text = answer.body.toString();
    page.check(operation, answer);
    if (status < 300) page.checkQuery(operation, query);
    if (operation.method === 'GET' && status === 200 && !operation.responses[200].content['text/event-stream']) {
        const head = await ask(port, 'HEAD', target, request), type = 'content-type';
        expect(head.status === 200 && head.headers[type] === answer.headers[type] && !head.body.length, `HEAD ${target}: ${head.status} ${head.headers[type]}`);
    }
    expect(answer.status === status, `${operation.method} ${target.slice(0, 200)}: ${answer.status}, not ${status}: ${text.slice(0, 300)}`);
    return { ...answer, text, json: status !== 206 && /[/+]json$/.test(answer.headers['content-type']) ? JSON.parse(text) : null };
}

//  What is the same for all: a wrong address, host or body, a method that the path has not, no token, a role that is too low.
async function refused() {
    for (const { id, method, path, body, open: free } of page.operations) {
        await call(id, 400, { raw: '?x=%zz' });
        await call(id, 403, { headers: { Host: 'attacker.example' } });
        await call(id, 414, { raw: `?x=${'x'.repeat(8192)}` });
        if (!body) await call(id, 400, { body: 'x' });
        if (!free && id !== 'metrics') await call(id, 401, { port: guarded });
        const there = page.operations.filter((one) => one.path === path).map((one) => one.method);
        const { status, headers } = await ask(open, 'OPTIONS', targetOf(path, {}, {})), allowed = headers.allow.split(', ');
        expect(status === 204 && allowed.sort().join() === [...there, 'OPTIONS', ...(there.includes('GET') ? ['HEAD'] : [])].sort().join(), `OPTIONS ${path}: ${status} ${headers.allow}`);
        const other = await ask(open, method === 'POST' ? 'PUT' : 'PATCH', targetOf(path, {}, {}));
        expect(other.status === 405 && other.headers.allow === headers.allow && /problem/.test(other.headers['content-type']), `${path} takes what it has not: ${other.status}`);
    }
    const nowhere = await ask(open, 'GET', '/api/v1/nowhere');
    expect(nowhere.status === 404 && JSON.parse(nowhere.body).code === 'not_found', 'no such path');
}

//  Every number and every word of a list that a query takes, as far as it goes and one further; `good` is what the rest of it needs.
async function limits(id, good) {
    for (const { name, schema: { $ref, ...own } } of page.find(id).parameters.filter((one) => one.in === 'query')) {
        const schema = $ref ? page.resolve({ $ref }) : own, has = (value, status) => call(id, status, { ...good, query: { ...good.query, [name]: value } });
        for (const value of schema.enum || []) await has(value, 200);
        if (schema.enum) await has('none-of-them', 400);
        if (schema.type !== 'integer') continue;
        for (const value of [schema.minimum, schema.maximum, schema.default]) await has(value, 200);
        for (const value of [schema.minimum - 1, BigInt(schema.maximum) + 1n, 'many', '', '1.5', '0x1']) await has(value, 400);
    }
}

//  One that has been answered is known by its tag, which HEAD says, too.
async function known(id, request) {
    const { headers } = await call(id, 200, request), { method, path } = page.find(id);
    await call(id, 304, { ...request, headers: { ...request?.headers, 'If-None-Match': headers.etag } });
    await call(id, 200, { ...request, headers: { ...request?.headers, 'If-None-Match': '"another"' } });
    const head = await ask(open, 'HEAD', targetOf(path, request?.parts, request?.query));
    expect(method === 'GET' && head.status === 200 && head.headers.etag === headers.etag && head.headers['content-length'] === headers['content-length'] && !head.body.length, `HEAD of ${id}`);
}

async function service() {
    await call('healthz', 200);
    await call('readyz', 200);
    await call('metrics', 200);
    await call('metrics', 200, { headers: { Accept: 'application/openmetrics-text' } });
    await known('showPage');
    await known('showPagePart', { parts: { name: 'page.css' } });
    await known('showPageModule', { parts: { folder: 'data', name: 'csv.js' } });
    await known('showDrawingStyle');
    await call('showPagePart', 404);
    await call('showPageModule', 404);
    await limits('drawFlow', {});
    await call('openapi', 200);
    await call('listWorkers', 200);
    await call('showStats', 200);
    await call('listSchemas', 200);
    await call('showSchema', 200, { parts: { kind: 'patient' } });
    await call('showSchema', 404);
    await call('followAll', 200, { endless: true });
    await call('followAll', 200, { port: guarded, headers: bearer(token), endless: true });
    await call('followAll', 200, { port: guarded, headers: bearer(admin), endless: true });
}

async function session() {
    await call('openSession', 200);
    const { json } = await call('openSession', 200, { port: guarded, headers: bearer(token) });
    expect(json.name === 'anna' && json.role === 'submit', JSON.stringify(json));
    await call('openSession', 403, { headers: { 'Sec-Fetch-Site': 'cross-site' } });
    await call('endSession', 204);
}

//  Before there is a worker: what can be done to a job that waits, and what not. Of two joins the second one is cancelled.
async function waiting() {
    const { json: { jobs } } = await call('listJobs', 200), joins = jobs.filter((job) => job.name === 'joined').map((job) => job.id);
    await call('cancelJob', 200, { parts: { job: joins[1] } });
    const { json } = await call('submitJobs', 202, { query: CSV, body: PATIENTS }), parts = { job: json.jobs[0].id };
    await call('retryJob', 409, { parts });
    for (const id of ['listFiles', 'showReport', 'listRecords', 'listRejects', 'showFile', 'showFileOfKind']) await call(id, 409, { parts });
    await call('cancelJob', 200, { parts });
    await call('cancelJob', 409, { parts });
    await call('retryJob', 200, { parts });
    await call('removeJob', 202, { parts });
    return joins;
}

//  A result that is needed cannot be removed: that of a job for which a join waits, while no worker is there.
async function needed(join) {
    const { json: { batch } } = await call('showJob', 200, { parts: { job: join } });
    const { json: { jobs } } = await call('listJobs', 200, { query: { batch } }), input = jobs.find((job) => job.id !== join).id;
    await ended(input);
    console.log('worker may leave');
    while ((await call('listWorkers', 200)).json.workers.length);
    await call('retryJob', 200, { parts: { job: join } });
    await call('removeJob', 409, { parts: { job: input } });
}

async function submission() {
    const several = await form([['file', PATIENTS, 'a.csv'], ['file', PATIENTS, 'b.csv'], ['kind', 'patient'], ['date-order', 'dmy']]);
    const { json: { batch } } = await call('submitJobs', 202, several);
    expect((await call('listJobs', 200, { query: { batch } })).json.jobs.length === 2, 'a batch of two');
    const again = { 'Idempotency-Key': 'k'.repeat(255) };
    const { json } = await call('submitJobs', 202, { query: CSV, body: PATIENTS, headers: again });
    await call('submitJobs', 202, { query: CSV, body: PATIENTS, headers: again });
    await call('submitJobs', 422, { query: CSV, body: `${PATIENTS}9,Eve,\n`, headers: again });
    await call('submitJobs', 400, { query: CSV, body: PATIENTS, headers: { 'Idempotency-Key': 'k'.repeat(256) } });
    await call('submitJobs', 400, { query: { ...CSV, kind: 'none' }, body: PATIENTS });
    await call('submitJobs', 400, { query: { ...CSV, colour: 'red' }, body: PATIENTS });
    await call('submitJobs', 400, await form([['kind', 'patient']]));
    await call('inspect', 200, { query: CSV, body: PATIENTS });
    await call('inspect', 200, await form([['file', PATIENTS, 'a.csv']]));
    await call('inspect', 400, several);
    for (const [id, status] of [['submitJobs', 202], ['inspect', 200]]) {
        await call(id, status, { query: CSV, body: PATIENTS, headers: { 'Content-Encoding': 'identity' } });
        await call(id, 400, { query: CSV, body: PATIENTS, headers: { 'Content-Encoding': 'gzip' } });
        await call(id, 415, { query: CSV, body: PATIENTS, headers: { 'Content-Encoding': 'br' } });
        await call(id, 415, { body: PATIENTS, headers: { 'Content-Type': 'text/csv' } });
        await call(id, 413, { port: guarded, query: CSV, body: 'x'.repeat(10001), headers: bearer(token) });
    }
    return json.jobs[0].id;
}

//  The last state of a job, by its events, and the id of that.
async function ended(job) {
    const { text } = await call('followJob', 200, { parts: { job } });
    expect(text.includes('event: end\n') && text.includes('"state":"done"'), text);
    return text.match(/id: (.*)\n(?![^]*id: )/)[1];
}

async function results(job, joined) {
    const parts = { job }, file = { job, name: 'records.csv' }, ofKind = { job: joined, kind: 'patient', name: 'records.csv' };
    await call('followJob', 204, { parts, headers: { 'Last-Event-ID': await ended(job) } });
    await ended(joined);
    await known('showJob', { parts });
    await known('showReport', { parts });
    await call('showReport', 206, { parts, headers: { Range: 'bytes=0-9' } });
    await call('showReport', 416, { parts, headers: { Range: 'bytes=999999-' } });
    await known('showReport', { parts: { job: joined }, query: { kind: 'patient' } });
    await call('listFiles', 200, { parts });
    await call('listFiles', 200, { parts: { job: joined } });
    for (const [id, named] of [['showFile', file], ['showFileOfKind', ofKind]]) {
        await known(id, { parts: named });
        await call(id, 206, { parts: named, headers: { Range: 'bytes=0-9' } });
        await call(id, 416, { parts: named, headers: { Range: 'bytes=999999-' } });
        await call(id, 404, { parts: { ...named, name: 'none' } });
    }
    for (const id of ['listRecords', 'listRejects']) {
        for (const type of ['application/json', 'application/x-ndjson', 'text/csv']) await call(id, 200, { parts, headers: { Accept: type } });
        await call(id, 406, { parts, headers: { Accept: 'image/png' } });
        await call(id, 400, { parts: { job: joined } });
        await call(id, 200, { parts: { job: joined }, query: { kind: 'lab_result' } });
        await call(id, 400, { parts, query: { after: 'x' } });
        await limits(id, { parts });
    }
    await call('showReport', 400, { parts: { job: joined } });
    await limits('listJobs', {});
    await call('listJobs', 404, { query: { after: 'no-such-job' } });
    await call('retryJob', 409, { parts });
    await call('removeJob', 202, { parts });
}

//  Records of 9 MB, more than a page of them may hold.
async function tooLong() {
    const name = 'A'.repeat(9e6), { json } = await call('submitJobs', 202, { query: CSV, body: `patient_id,given_name\n1,${name}\n,${name}\n` });
    await ended(json.jobs[0].id);
    for (const id of ['listRecords', 'listRejects']) await call(id, 413, { parts: { job: json.jobs[0].id } });
}

//  Who asks too often.
async function hurried() {
    for (const operation of page.operations.filter(({ id, responses }) => responses[429] && id !== 'metrics')) {
        let answer = { status: 0 };
        for (let asked = 0; asked < 10000 && answer.status !== 429; asked++)
            answer = await ask(guarded, operation.method, targetOf(operation.path, {}, {}), { headers: bearer(admin), endless: true });
        page.check(operation, answer);
        expect(answer.status === 429 && answer.headers['retry-after'], `${operation.id}: ${answer.status}, not 429`);
    }
}

async function nothing() {
    for (const { id, parameters } of page.operations)
        if (parameters.some((one) => one.name === 'job')) await call(id, 404);
}

//  Of one that has no broker.
async function unavailable() {
    const needing = page.operations.filter(({ id, responses }) => responses[503] && !NOT_SHOWN.some((one) => one.startsWith(`${id} 503`)));
    await Promise.all(needing.map(({ id, body }) => call(id, 503, { port: lonely, ...(body ? { query: CSV, body: PATIENTS } : {}) })));
}

try {
    const lost = unavailable();
    lost.catch(() => {});
    await refused();
    await service();
    await session();
    const [joined, cancelled] = await waiting();
    console.log('worker wanted');
    await results(await submission(), joined);
    await tooLong();
    await needed(cancelled);
    await nothing();
    await lost;
    await hurried();
    const unseen = page.unseen().filter((one) => !NOT_SHOWN.includes(one));
    expect(!unseen.length, `the page promises what no call has shown:\n${unseen.join('\n')}`);
    console.log('all as the page says');
} catch (error) {
    console.log(error.stack);
    console.log('no worker wanted any more, worker may leave');
    process.exit(1);
}
