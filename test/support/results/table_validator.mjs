//  table_validator.mjs: an outside validator's word on datapackage.json and the tables it describes:
//  table_validator.mjs MODULES FOLDER. MODULES holds node_modules with tableschema (Frictionless Data's own). For each
//  datapackage.json below FOLDER: bytes and SHA-256 of its resources, every row of a CSV cast by its Table Schema, every line
//  of NDJSON parsed, with the schema's fields in their order and values of their types. Prints what is wrong and exits with 1,
//  else "N tables, M rows valid".
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const [, , modules, top] = process.argv;
const { Schema, Table } = createRequire (resolve (modules, 'package.json')) ('tableschema');
const JSON_TYPES = { number: 'number', integer: 'number', boolean: 'boolean', string: 'string', date: 'string' };
let wrong = 0, tables = 0, rows = 0;

function complain (where, what) {
    wrong++;
    console.log (`${where}: ${what}`);
}

async function check_csv (path, descriptor) {
    const table = await Table.load (path, { schema: descriptor });
    for await (const row of await table.iter ({ cast: true, extended: true, forceCast: true })) {
        rows++;
        if (row instanceof Error)
            complain (path, [row.message, ...(row.errors ?? []).map ((one) => one.message)].join ('; '));
    }
}

function check_record (where, record, schema) {
    const names = Object.keys (record);
    if (names.join ('\n') !== schema.fieldNames.join ('\n'))
        complain (where, `has the fields ${names}`);
    for (const field of schema.fields) {
        const value = record[field.name];
        if (value === null ? field.constraints.required : typeof value !== JSON_TYPES[field.type])
            complain (where, `${field.name} is ${JSON.stringify (value)}, and no ${field.type}`);
        else if (value !== null && !field.testValue (value))
            complain (where, `${field.name} is ${JSON.stringify (value)}, which its schema does not take`);
    }
}

async function check_ndjson (path, descriptor) {
    const schema = await Schema.load (descriptor, { strict: true });
    const lines = readFileSync (path, 'utf8').split ('\n');
    if (lines.pop () !== '')
        complain (path, 'its last line has no end');
    lines.forEach ((line, i) => {
        rows++;
        try {
            check_record (`${path}:${i + 1}`, JSON.parse (line), schema);
        } catch (error) {
            complain (`${path}:${i + 1}`, `${error.message}: ${line}`);
        }
    });
}

async function check_package (folder) {
    const { resources } = JSON.parse (readFileSync (join (folder, 'datapackage.json'), 'utf8'));
    for (const { path: name, bytes, hash, schema } of resources) {
        const path = join (folder, name), data = readFileSync (path);
        tables++;
        if (bytes !== undefined && data.length !== bytes)
            complain (path, `has ${data.length} bytes instead of ${bytes}`);
        if (hash !== undefined && hash !== `sha256:${createHash ('sha256').update (data).digest ('hex')}`)
            complain (path, `is not ${hash}`);
        if (!schema)
            continue;
        await (name.endsWith ('.csv') ? check_csv : check_ndjson) (path, schema);
    }
}

async function walk (folder) {
    if (existsSync (join (folder, 'datapackage.json')))
        await check_package (folder);
    for (const entry of readdirSync (folder, { withFileTypes: true }))
        if (entry.isDirectory ())
            await walk (join (folder, entry.name));
}

await walk (top);
if (wrong === 0)
    console.log (`${tables} tables, ${rows} rows valid`);
process.exitCode = wrong === 0 ? 0 : 1;
