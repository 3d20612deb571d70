//  manifests.mjs VALIDATORS DEPLOY OVERLAY [FILE]: what `kustomize build OVERLAY` would make of the manifests in DEPLOY/kubernetes (a subset of
//  kustomize, which refuses what it does not do), checked against the types of Kubernetes' API that npm's @kubernetes/client-node was
//  generated from, and against each other; of the objects in FILE (a list, JSON) each for itself. Ends with 1 where it complains. Says "version V", a line "run WORD…" for each of dmh's
//  programs with its words, and "metric NAME" for each metric that is asked for.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

const [, , validators, deploy, overlay, further] = process.argv;
const require = createRequire(`${validators}/`);
const yaml = require('js-yaml');
const models = join(validators, 'node_modules/@kubernetes/client-node/dist/gen/models');
const top = resolve(deploy, 'kubernetes');
const seen = new Set();
let complaints = 0;

const complain = (text) => { complaints++; console.log(`complaint: ${text}`); };
const readAll = (file) => { seen.add(resolve(file)); return yaml.loadAll(readFileSync(file, 'utf8')).filter((one) => one); };
const idOf = (object) => `${object.kind} ${object.metadata.name}`;

//  --- kustomize

//  A patch as a strategic merge does it for what stands in these: lists of what has a name by the name, others as a whole.
function merge (into, patch) {
    if (Array.isArray(patch) && Array.isArray(into) && patch.every((one) => one?.name)) {
        const out = [...into];
        for (const one of patch) {
            const at = out.findIndex((other) => other.name === one.name);
            if (at < 0) out.push(one); else out[at] = merge(out[at], one);
        }
        return out;
    }
    if (typeof patch !== 'object' || patch === null || Array.isArray(patch) || typeof into !== 'object') return patch;
    const out = { ...into };
    for (const [key, value] of Object.entries(patch)) out[key] = key in into ? merge(into[key], value) : value;
    return out;
}

function secretsOf (spec, folder) {
    return (spec.secretGenerator ?? []).map(({ name, type, files }) => {
        if (!spec.generatorOptions?.disableNameSuffixHash) complain(`${folder}: the names of Secrets would get a hash`);
        const data = {};
        for (const word of files) {
            const [key, path] = word.includes('=') ? word.split('=') : [word.split('/').pop(), word];
            if (existsSync(join(folder, path))) data[key] = readFileSync(join(folder, path)).toString('base64');
            else complain(`${folder}: there is no ${path}`);
        }
        return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: spec.namespace }, type: type ?? 'Opaque', data };
    });
}

const CLUSTER_WIDE = ['Namespace'];
const KNOWN = ['apiVersion', 'kind', 'namespace', 'resources', 'components', 'images', 'patches', 'secretGenerator', 'generatorOptions'];

const podOf = (object) => (object.kind === 'Pod' ? object.spec : object.spec?.template?.spec);
const containersOf = (object) => {
    const pod = podOf(object);
    return pod ? [...(pod.initContainers ?? []), ...pod.containers] : [];
};

function apply (folder, before) {
    const file = join(folder, 'kustomization.yaml');
    if (!existsSync(file)) { complain(`there is no ${relative(top, file)}`); return before; }
    const [spec] = readAll(file);
    const unknown = Object.keys(spec).filter((key) => !KNOWN.includes(key));
    if (unknown.length) complain(`${relative(top, file)}: this test does not know ${unknown}`);
    let objects = [...before];
    for (const name of spec.resources ?? []) {
        const path = join(folder, name);
        if (!existsSync(path)) complain(`${relative(top, file)}: there is no ${name}`);
        else objects.push(...(statSync(path).isDirectory() ? apply(path, []) : readAll(path)));
    }
    for (const name of spec.components ?? []) objects = apply(join(folder, name), objects);
    objects.push(...secretsOf(spec, folder));
    for (const { path } of spec.patches ?? [])
        for (const patch of readAll(join(folder, path))) {
            const at = objects.findIndex((one) => idOf(one) === idOf(patch));
            if (at < 0) complain(`${path}: there is no ${idOf(patch)} to be patched`); else objects[at] = merge(objects[at], patch);
        }
    for (const object of objects) {
        if (spec.namespace && !CLUSTER_WIDE.includes(object.kind)) object.metadata.namespace = spec.namespace;
        for (const container of containersOf(object))
            for (const { name, newName, newTag } of spec.images ?? [])
                if (container.image.replace(/:[^:/]*$/, '') === name || container.given === name) {
                    container.image = `${newName}:${newTag}`;
                    Object.defineProperty(container, 'given', { value: name, configurable: true });
                }
    }
    return objects;
}

//  --- the API's types

const loaded = new Map();
async function modelOf (name) {
    if (loaded.has(name)) return loaded.get(name);
    const path = join(models, `${name}.js`);
    let model = null;
    if (existsSync(path)) {
        const required = [...readFileSync(join(models, `${name}.d.ts`), 'utf8').matchAll(/^ {4}'(\w+)': /gm)].map((found) => found[1]);
        model = { fields: (await import(path))[name].getAttributeTypeMap(), required };
    }
    loaded.set(name, model);
    return model;
}

const PLAIN = {
    string: (value) => typeof value === 'string', boolean: (value) => typeof value === 'boolean',
    number: (value) => typeof value === 'number', Date: (value) => typeof value === 'string', any: () => true,
    IntOrString: (value) => ['string', 'number'].includes(typeof value), object: (value) => typeof value === 'object',
};

async function check (value, type, at) {
    const list = type.match(/^Array<(.*)>$/), map = type.match(/^\{ \[key: string\]: (.*); \}$/);
    if (list) {
        if (!Array.isArray(value)) return complain(`${at} is no list`);
        for (const [i, one] of value.entries()) await check(one, list[1], `${at}[${i}]`);
    } else if (map) {
        if (typeof value !== 'object' || Array.isArray(value)) return complain(`${at} is no map`);
        for (const [key, one] of Object.entries(value)) await check(one, map[1], `${at}.${key}`);
    } else if (PLAIN[type]) {
        if (!PLAIN[type](value)) complain(`${at} is no ${type}: ${JSON.stringify(value)}`);
    } else await checkObject(value, type, at);
}

async function checkObject (value, type, at) {
    const model = await modelOf(type);
    if (!model) return complain(`${at}: there is no type ${type}`);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return complain(`${at} is no ${type}`);
    for (const [key, one] of Object.entries(value)) {
        const field = model.fields.find(({ baseName }) => baseName === key);
        if (!field) complain(`${at}: ${type} has no ${key}`); else await check(one, field.type, `${at}.${key}`);
    }
    for (const name of model.required) {
        const { baseName } = model.fields.find((field) => field.name === name) ?? { baseName: name };
        if (value[baseName] === undefined) complain(`${at}: ${type} needs ${baseName}`);
    }
}

//  KEDA's type is in no package that runs here: what its documentation demands of one by Prometheus.
function checkScaled (object, objects) {
    const { scaleTargetRef: target, triggers } = object.spec;
    if (!objects.some((one) => one.kind === target.kind && one.metadata.name === target.name)) complain(`${idOf(object)} scales nothing`);
    for (const { type, metadata } of triggers) {
        if (type !== 'prometheus' || !metadata.serverAddress || !metadata.query || typeof metadata.threshold !== 'string')
            complain(`${idOf(object)}: a trigger is not complete`);
        for (const [, name] of metadata.query.matchAll(/\b(dmh_\w+)/g)) console.log(`metric ${name}`);
    }
}

const typeOf = ({ apiVersion, kind }) => `V${apiVersion.replace(/^.*\//, '').slice(1)}${kind}`;

//  --- one against the other

const podsOf = (objects) => objects.filter((one) => one.spec?.template);
const labelsOf = (workload) => workload.spec.template.metadata.labels;
const fits = (selector, labels) =>
    Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector?.matchExpressions ?? []).every(({ key, operator, values }) => operator === 'In' && values.includes(labels[key]));

function checkSelectors (objects) {
    const pods = podsOf(objects);
    const demand = (what, selector) => {
        const found = pods.filter((pod) => fits(selector, labelsOf(pod)));
        if (!found.length) complain(`${what} selects nothing`);
        return found;
    };
    for (const pod of pods) if (!fits(pod.spec.selector, labelsOf(pod))) complain(`${idOf(pod)} does not select its own pods`);
    const portsOf = (found) => found.flatMap((pod) => containersOf(pod).flatMap(({ ports }) => ports ?? []));
    const named = (what, port, found) => {
        if (typeof port === 'string' && !portsOf(found).some(({ name }) => name === port)) complain(`${what}: there is no port ${port}`);
    };
    for (const object of objects) {
        const spec = object.spec;
        if (object.kind === 'Service') {
            const found = demand(idOf(object), { matchLabels: spec.selector });
            for (const { targetPort } of spec.ports) named(idOf(object), targetPort, found);
        }
        if (object.kind === 'PodDisruptionBudget') demand(idOf(object), spec.selector);
        if (object.kind !== 'NetworkPolicy') continue;
        const mine = demand(idOf(object), spec.podSelector);
        for (const { from, ports } of spec.ingress ?? []) {
            for (const { podSelector } of from ?? []) if (podSelector) demand(idOf(object), podSelector);
            for (const { port } of ports ?? []) named(idOf(object), port, mine);
        }
        for (const { to, ports } of spec.egress ?? [])
            for (const { podSelector } of to ?? [])
                if (podSelector) for (const { port } of ports ?? []) named(idOf(object), port, demand(idOf(object), podSelector));
    }
}

function checkNames (objects) {
    const has = (kind, name) => objects.find((one) => one.kind === kind && one.metadata.name === name);
    for (const workload of podsOf(objects)) {
        const pod = workload.spec.template.spec, at = idOf(workload);
        const volumes = [...(pod.volumes ?? []), ...(workload.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata)];
        if (!has('ServiceAccount', pod.serviceAccountName)) complain(`${at}: there is no account ${pod.serviceAccountName}`);
        for (const { name, secret } of volumes)
            if (secret && !has('Secret', secret.secretName)) complain(`${at}: the volume ${name} has no Secret ${secret.secretName}`);
        for (const container of containersOf(workload)) {
            const mounts = container.volumeMounts ?? [];
            for (const { name } of mounts) if (!volumes.some((one) => one.name === name)) complain(`${at}: there is no volume ${name}`);
            for (const { valueFrom } of container.env ?? []) {
                const { name, key } = valueFrom?.secretKeyRef ?? {};
                if (name && !has('Secret', name)?.data[key]) complain(`${at}: there is no ${key} in the Secret ${name}`);
            }
            //  A file that a word names and a Secret's volume has to hold.
            for (const word of container.args ?? []) {
                const mount = mounts.find(({ mountPath }) => word.startsWith(`${mountPath}/`));
                const secret = volumes.find(({ name }) => name === mount?.name)?.secret;
                if (secret && !has('Secret', secret.secretName)?.data[word.slice(mount.mountPath.length + 1)]) complain(`${at}: ${word} is in no Secret`);
            }
            for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
                const port = container[probe]?.httpGet?.port;
                if (port && !container.ports.some(({ name }) => name === port)) complain(`${at}: ${probe} asks no port of its own`);
            }
        }
    }
    for (const { kind, metadata, roleRef, subjects } of objects)
        if (kind === 'RoleBinding') {
            if (!has(roleRef.kind, roleRef.name)) complain(`RoleBinding ${metadata.name}: there is no ${roleRef.name}`);
            for (const subject of subjects) if (!has(subject.kind, subject.name)) complain(`RoleBinding ${metadata.name}: there is no ${subject.name}`);
        }
}

//  What the standard "restricted" demands (Kubernetes, Pod Security Standards), a read-only root, and what is measured and bounded.
function checkCare (objects) {
    for (const workload of objects.filter(podOf)) {
        const pod = podOf(workload), at = idOf(workload);
        const who = pod.securityContext ?? {};
        if (!who.runAsNonRoot || !(who.runAsUser > 0)) complain(`${at} may be root`);
        if (who.seccompProfile?.type !== 'RuntimeDefault') complain(`${at} has no seccomp profile`);
        if (pod.hostNetwork || pod.hostPID || pod.hostIPC) complain(`${at} sees its host`);
        for (const volume of pod.volumes ?? []) if (volume.hostPath) complain(`${at} has a path of its host`);
        for (const container of containersOf(workload)) {
            const care = container.securityContext ?? {}, where = `${at}, ${container.name}`;
            if (care.allowPrivilegeEscalation !== false || !care.readOnlyRootFilesystem) complain(`${where} may too much`);
            if (!care.capabilities?.drop?.includes('ALL')) complain(`${where} has capabilities`);
            for (const kind of ['requests', 'limits'])
                for (const what of ['cpu', 'memory']) if (!container.resources?.[kind]?.[what]) complain(`${where} has no ${kind} of ${what}`);
            if (!/:[\w.-]+$/.test(container.image)) complain(`${where}: the image has no tag: ${container.image}`);
            if (workload.kind !== 'Pod' && pod.containers.includes(container) && !(container.startupProbe && container.readinessProbe && container.livenessProbe))
                complain(`${where} is not probed`);
            if (/^dmh/.test(container.command?.[0])) console.log(`run ${JSON.stringify([...container.command, ...container.args])}`);
        }
    }
}

//  --- every file is part of it

function filesIn (folder) {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        return entry.isDirectory() ? filesIn(path) : /\.ya?ml$/.test(entry.name) ? [resolve(path)] : [];
    });
}

const objects = apply(resolve(top, overlay), []);
console.log(`version ${readFileSync(join(models, 'V1Pod.js'), 'utf8').match(/OpenAPI spec version: v(\d+\.\d+)/)[1]}`);
const ids = objects.map((one) => `${one.apiVersion} ${idOf(one)}`);
for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) complain(`${id} stands twice`);
for (const object of objects)
    if (object.kind === 'ScaledObject') checkScaled(object, objects); else await checkObject(object, typeOf(object), idOf(object));
checkSelectors(objects);
checkNames(objects);
checkCare(objects);
const others = further ? JSON.parse(readFileSync(further, 'utf8')) : [];
for (const object of others) await checkObject(object, typeOf(object), idOf(object));
checkCare(others);
for (const file of filesIn(top)) if (!seen.has(file)) complain(`no kustomization names ${relative(top, file)}`);
console.log(complaints ? `${complaints} complaints` : `${objects.length} objects, nothing to mend`);
process.exitCode = complaints ? 1 : 0;
