//  lint.mjs VALIDATORS PAGE: what Redocly's linter says of a description in OpenAPI, by its strictest rules, the structure that the standard
//  demands among them. Ends with 1 where it complains, else says "nothing to mend".
import { createRequire } from 'node:module';

const [, , validators, page] = process.argv;
const { createConfig, lint } = createRequire(`${validators}/`)('@redocly/openapi-core');
const rules = { 'no-invalid-media-type-examples': 'error', 'path-parameters-defined': 'error', 'no-schema-type-mismatch': 'error' };
const problems = await lint({ ref: page, config: await createConfig({ extends: ['recommended-strict'], rules }) });

for (const { ruleId, message, location } of problems) console.log(`${location[0].pointer}: ${message} [${ruleId}]`);
console.log(problems.length ? `${problems.length} complaints` : 'nothing to mend');
process.exitCode = problems.length ? 1 : 0;
