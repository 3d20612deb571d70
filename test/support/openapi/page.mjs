//  page.mjs: for tests: a description in OpenAPI 3.1 as a client reads it that believes every word: which operations there are, and
//  whether an answer is one of those that the page promises. What no answer has shown by the end, it names.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

//  An object whose members the page names has no others.
function close(schema) {
    if (!schema || typeof schema !== 'object') return;
    for (const part of Object.values(schema)) close(part);
    if (schema.properties && schema.type && !('additionalProperties' in schema)) schema.additionalProperties = false;
}

export async function read(validators, path) {
    const require = createRequire(`${validators}/`), Ajv = require('ajv/dist/2020').default;
    const document = JSON.parse(await readFile(path, 'utf8')), ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false });
    require('ajv-formats').default(ajv);
    close(document);
    ajv.addSchema(document, 'page');
    const operations = [], seen = new Set();
    const resolve = (value) => (value?.$ref ? value.$ref.slice(2).split('/').reduce((at, name) => at[name], document) : value);
    const pointer = (...names) => names.map((name) => `/${encodeURIComponent(String(name).replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
    //  What is wrong with a value by the schema at that place of the page; empty: nothing.
    const complaints = (place, value) => {
        const check = ajv.getSchema(`page#${place}`);
        return check(value) ? '' : ajv.errorsText(check.errors);
    };
    const placeOf = (value, place) => (value?.$ref ? value.$ref.slice(1) : place);

    for (const [route, methods] of Object.entries(document.paths))
        for (const method of METHODS.filter((name) => methods[name])) {
            const operation = methods[method], responses = {};
            for (const [status, response] of Object.entries(operation.responses))
                responses[status] = { ...resolve(response), place: placeOf(response, pointer('paths', route, method, 'responses', status)) };
            const parameters = (operation.parameters || []).map(resolve);
            operations.push({ id: operation.operationId, method: method.toUpperCase(), path: route, parameters, responses, body: operation.requestBody, open: !operation.security.length });
        }

    //  Throws where the answer {status, headers, body} to that operation is none of the page's.
    const check = (operation, answer) => {
        const { status, headers, body } = answer, response = operation.responses[status], said = `${operation.id} answers ${status}`;
        const fail = (words) => { throw new Error(`${said}${words}: ${body.toString().slice(0, 300)}`); };
        if (!response) fail(', which the page does not name');
        const type = (headers['content-type'] || '').split(';')[0], types = Object.keys(response.content || {});
        const wanted = types.find((one) => one === type) || types.find((one) => one === '*/*');
        if (!types.length && (body.length || type)) fail(` with ${type || 'a body'}, and the page names none`);
        if (types.length && (!wanted || !type)) fail(` with ${type}, and not with ${types.join(' or ')}`);
        for (const [name, header] of Object.entries(response.headers || {})) {
            const value = headers[name.toLowerCase()], { schema } = resolve(header);
            if (value === undefined) fail(` without ${name}`);
            const wrong = complaints(`${placeOf(header, `${response.place}/headers/${name}`)}/schema`, schema.type === 'integer' ? Number(value) : value);
            if (wrong) fail(` with ${name}: ${value}, which ${wrong}`);
        }
        if (wanted) {
            const isJson = /[/+]json$/.test(type) && status !== 206, value = isJson ? JSON.parse(body) : body.toString();
            const wrong = complaints(`${response.place}${pointer('content', wanted, 'schema')}`, value);
            if (wrong) fail(`, whose ${wrong}`);
            if (type === 'application/problem+json' && value.status !== status) fail(`, whose body says ${value.status}`);
            if (type === 'application/problem+json' && value.correlation_id !== headers['x-correlation-id']) fail(' with two correlations');
        }
        const event = type === 'text/event-stream' && response.content[wanted].schema.contentSchema;
        for (const [, data] of event ? body.toString().matchAll(/^data: (.*)$/gm) : []) {
            const wrong = complaints(event.$ref.slice(1), JSON.parse(data));
            if (wrong) fail(` with an event whose ${wrong}`);
        }
        if (!/^[0-9a-f]{32}$/.test(headers['x-correlation-id'])) fail(' without X-Correlation-ID');
        seen.add(`${operation.id} ${status} ${wanted || ''}`);
    };

    //  Throws where the page does not name a part of that query; a parameter that is an object takes any.
    const checkQuery = (operation, query) => {
        const taken = operation.parameters.filter((one) => one.in === 'query');
        for (const name of Object.keys(query))
            if (!taken.some((one) => one.name === name || one.schema.type === 'object')) throw new Error(`${operation.id} takes ${name}, which the page does not name`);
    };

    //  Answers of the page that nothing has shown, as "operation status type".
    const unseen = () => operations.flatMap(({ id, responses }) => Object.entries(responses).flatMap(([status, { content }]) => (content ? Object.keys(content) : ['']).map((type) => `${id} ${status} ${type}`)))
        .filter((one) => !seen.has(one));

    return { operations, check, checkQuery, unseen, resolve, find: (id) => operations.find((one) => one.id === id) };
}
