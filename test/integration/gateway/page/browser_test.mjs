//  browser_test.mjs: the web page in a browser, below a path prefix, on a real gateway, broker and worker
//  (browser_test.c starts them), and on one with tokens. Says "worker wanted" when the worker shall come, last "all good".
import { mkdir, writeFile } from 'node:fs/promises';
import { expect, open, picture, proxy } from '../../../support/browser/browser.mjs';

const [, , validators, chromium, port, guarded, token] = process.argv;
const EVIL = '<img src=x onerror=alert(1)>', NAME = `${EVIL}.csv`;
const TABLE = `patient_id,given_name,family_name,birth_date,gender,email,notes
1,Ada,Lovelace,12/10/1815,F,A@example.ORG,${EVIL}
2,Bob,Smith,03/04/1990,male,bob@example.org,
2,Bob,Smith,03/04/1990,male,bob@example.org,
,Nora,Nobody,05/06/1980,F,,
5,Eve,Jones,02/30/1980,F,none at all,<b>bold</b>
`;
const csv = (name, text) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
const by = (page, name) => page.getByRole('button', { name, exact: true });
const place = await proxy(Number(port)), browser = await open(validators, chromium);
let page;

async function go(hash, heading) {
    await page.evaluate((to) => { location.hash = to; }, hash);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
}

async function says(selector, text) {
    await page.locator(selector).filter({ hasText: text }).first().waitFor({ state: selector.endsWith('desc') ? 'attached' : 'visible' });
}

//  The modules that know no document, each against cases of its standard.
async function modules() {
    const wrong = await page.evaluate(async () => {
        const of = (name) => import(new URL(`web/data/${name}.js`, document.baseURI));
        const [csv, audit, events, mapping, aside] = await Promise.all(['csv', 'audit_chain', 'audit_events', 'mapping', 'set_aside'].map(of));
        const found = [], same = (name, got, wanted) => { if (JSON.stringify(got) !== JSON.stringify(wanted)) found.push(`${name}: ${JSON.stringify(got)}`); };
        //  RFC 4180, section 2.
        same('quotes', csv.parse('a,"b ""c"", d"\r\n"x\ny",\n'), [['a', 'b "c", d'], ['x\ny', '']]);
        same('no end', csv.parse('\ufeffa;b\n1;', ';'), [['a', 'b'], ['1', '']]);
        same('empty', csv.parse(''), []);
        same('written', csv.write([['a', 'b,c', 'd"e', 'f\ng', ' h']]), 'a,"b,c","d""e","f\ng"," h"\n');
        const line = (text) => new TextEncoder().encode(text).buffer, zeros = '0'.repeat(64);
        //  sha256sum of the first line.
        const first = `{"seq":1,"prev":"${zeros}","event":"change"}`, sum = await crypto.subtle.digest('SHA-256', line(first));
        const hex = Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, '0')).join('');
        const last = `{"seq":2,"prev":"${hex}","event":"end"}`;
        const is = async (text) => (await audit.check(line(text), '')).good;
        same('chain', await is(`${first}\n${last}\n`), true);
        same('cut', await is(`${first}\n${last}`), false);
        same('no end', await is(`${first}\n`), false);
        same('changed', await is(`${first.replace('change', 'warning')}\n${last}\n`), false);
        same('moved', await is(`${last}\n${first}\n`), false);
        same('nothing', await is(''), false);
        same('another file', (await audit.check(line(`${first}\n${last}\n`), zeros)).good, false);
        same('month', events.dateOrder([{ raw: '12/10/1815', value: '1815-12-10' }, { raw: '1/1/2000', value: '2000-01-01' }]), 'mdy');
        same('day', events.dateOrder([{ raw: '12.10.1815', value: '1815-10-12' }]), 'dmy');
        same('neither', events.dateOrder([{ raw: '2000-01-02', value: '2000-01-02' }, { raw: '1/1/2000', value: '2000-01-01' }]), '');
        same('records', events.recordNumbers([{ event: 'duplicate', record: 2 }, { event: 'reject', record: 3 }, { event: 'warning', record: 4 }], 3), [1, 4, 5]);
        same('no mapping', mapping.mappingOf({ columns: new Map() }), null);
        const column = (source, field, by = 'name') => ({ source, field, by });
        const report = { job: { kind: 'patient', options: {} }, input: { name: 'a.csv', format: 'csv', delimiter: ';', decimal_mark: ',', columns: [column('Nr', 'patient_id'), column('A', 'race'), column('B', 'race'), column('C', null, 'mapping'), column('D', null, 'none')] } };
        same('mapping', JSON.parse(mapping.mappingOfReport(report, 'dmy')), { dmh: 'mapping/1', kind: 'patient', columns: { Nr: 'patient_id', C: null }, date_order: 'dmy', decimal: 'comma' });
        const { columns, rows, isTable } = aside.tableOf(report, [{ raw: '1;"a;b"' }, { raw: 'Mjs0', raw_encoding: 'base64' }]);
        same('cells', rows.map((row) => row.cells), [['1', 'a;b', '', '', ''], ['2', '4', '', '', '']]);
        same('mended', aside.mended(report, columns, rows.map((row) => row.cells), isTable), { name: 'a-mended.csv', text: 'Nr;A;B;C;D\n1;"a;b";;;\n2;4;;;\n', options: { delimiter: ';' } });
        const json = { ...report, input: { ...report.input, format: 'json', name: 'p.json.gz' } }, lines = aside.tableOf(json, [{ raw: '{"a":\n1}' }]);
        same('json', aside.mended(json, lines.columns, lines.rows.map((row) => row.cells), lines.isTable), { name: 'p-mended.ndjson', text: '{"a": 1}\n', options: {} });
        return found;
    });
    expect(!wrong.length, wrong.join('\n'));
}

//  What inspect found, what is corrected of it, the mapping as a file.
async function correct() {
    await go('#/new', 'New');
    await page.getByLabel('Choose files').setInputFiles([csv(NAME, TABLE)]);
    await says('.seen', '6 of 7 columns feed a field');
    await page.getByRole('button', { name: /^Look into/ }).click();
    await page.getByLabel('Field of notes', { exact: true }).selectOption('middle_name');
    await says('td', 'the mapping says so');
    await page.getByLabel('Dates').selectOption('dmy');
    await says('.seen', 'corrected');
    await browser.check(page, 'new');
    await picture(page, 'new');
    const [download] = await Promise.all([page.waitForEvent('download'), by(page, 'Download the mapping').click()]);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    const mapping = JSON.parse(Buffer.concat(chunks));
    expect(mapping.dmh === 'mapping/1' && mapping.columns.notes === 'middle_name' && mapping.date_order === 'dmy', JSON.stringify(mapping));
}

//  Sent, cancelled, tried again, and followed to its end without asking again.
async function sendAndFollow() {
    await by(page, 'Send').click();
    await says('.state', 'queued');
    await by(page, 'Cancel').click();
    await says('.state', 'cancelled');
    await by(page, 'Try again').click();
    await says('.state', 'queued');
    console.log('worker wanted');
    await says('.state', 'done');
    await page.getByRole('heading', { name: 'Audit' }).waitFor();
}

async function result() {
    expect(await page.locator('h1').textContent() === NAME, 'the name of the file is text');
    await says('figure svg desc', 'Of 5 records read, 3 were written, 1 are duplicates, 0 are in conflict and 1 were rejected.');
    await says('.good', 'are one chain');
    await says('del', '12/10/1815');
    await says('ins', '1815-10-12');    //  the day first, as corrected
    await says('td', EVIL);
    await says('section:has(h2:text("Issues by rule")) td', 'date.invalid');
    await page.getByRole('button', { name: 'Lines of date.invalid birth_date' }).click();
    await says('td', '02/30/1980');
    await says('section:has(h2:text("Failed checks")) td', 'required_missing');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'records.csv' }).click()]);
    expect(download.suggestedFilename() === 'records.csv', download.suggestedFilename());
    expect(await page.locator('main img, main b:text("bold")').count() === 0, 'a cell became markup');
    await browser.check(page, 'job');
    await picture(page, 'job');
}

//  One letter of the audit is another.
async function tampered() {
    await page.route('**/files/audit.ndjson', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, body: (await answer.text()).replace('Lovelace', 'LoveLace').replace('"line":2', '"line":3') });
    });
    await page.reload();
    await says('.wrong', 'does not name the line before it: the chain is broken');
    await page.unroute('**/files/audit.ndjson');
}

//  What is typed is not lost while the gateway is away.
async function mend() {
    await page.getByLabel('patient_id, line 5').fill('4');
    place.down();
    await page.evaluate(() => fetch('readyz').catch(() => window.dispatchEvent(new Event('offline'))));
    await page.locator('#cut-off').waitFor();
    place.up();
    await by(page, 'Ask now').click();
    await page.locator('#cut-off').waitFor({ state: 'hidden' });
    await by(page, 'Send those that are ticked').click();
    await page.getByRole('link', { name: `${EVIL}-mended.csv` }).click();
    await says('.state', 'done');
    await says('figure svg desc', 'Of 1 records read, 1 were written');
    await says('section td', '1980-06-05');    //  read as the file was: day first
}

//  A folder: its files by their paths, without what is hidden.
async function folder() {
    await mkdir('site/b', { recursive: true });
    for (const name of ['site/b/two.csv', 'site/one.csv', 'site/.hidden.csv']) await writeFile(name, TABLE);
    await go('#/new', 'New');
    await page.getByLabel('Choose a folder').setInputFiles('site');
    await says('p', '2 files');
    const paths = await page.locator('.file b').allTextContents();
    expect(paths.join() === 'site/b/two.csv,site/one.csv', paths.join());
    for (const path of paths) await by(page, `Leave out ${path}`).click();
}

//  Several files that are dropped on another page.
async function drop() {
    await go('#/workers', 'Workers');
    await says('p', '1 worker');
    await says('td', '0 of 4');
    await browser.check(page, 'workers');
    await page.evaluate((text) => {
        const transfer = new DataTransfer();
        for (const name of ['b.csv', 'a.csv']) transfer.items.add(new File([text.replaceAll('Bob', name)], name, { type: 'text/csv' }));
        for (const type of ['dragenter', 'drop']) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }, TABLE);
    await says('p', '2 files');
    await by(page, 'Send').click();
    await says('.status', '2 jobs: 2 ended, 0 failed');
    await says('figure svg desc', 'Of 10 records read, 6 were written');
    await says('td', 'field.required');
    await browser.check(page, 'batch');
    await picture(page, 'batch');
}

//  10,000 jobs, of which few are in the document, and a search over all.
async function longList() {
    const job = (i) => ({ id: `j${i}`, job: `j${i}`, name: `labs-${i}.csv`, state: i % 50 ? 'done' : 'failed', kind: 'lab_result', attempt: 1, counts: { read: i, written: i, duplicates: 0, conflicts: 0, rejected: 0 }, bytes_done: 1, bytes_total: 1, submitted_at: '2026-01-01T00:00:00.000Z', message: i % 50 ? null : 'it failed', error: null });
    const asked = [];
    place.instead(({ pathname, searchParams }) => {
        if (pathname !== '/api/v1/jobs') return null;
        const begin = Number((searchParams.get('after') || 'j10000').slice(1)), jobs = Array.from({ length: Math.min(64, begin) }, (_, i) => job(begin - 1 - i));
        asked.push(searchParams.get('state'));
        return { jobs, next: begin > 64 ? jobs.at(-1).id : null };
    });
    await go('#/', 'Jobs');
    await says('td', 'labs-9999.csv');
    await page.getByLabel('Search').fill('labs-77.csv');
    await says('td', 'labs-77.csv');
    await says('.said', '1 job of 10000');
    await page.getByLabel('Search').fill('');
    await says('.said', '10,000 jobs');
    await page.locator('.list').evaluate((box) => { box.scrollTop = box.scrollHeight; });
    await says('td', 'labs-0.csv');
    const rows = await page.locator('.list tbody tr').count();
    expect(rows < 80, `${rows} rows stand in the document`);
    await page.getByLabel('State').selectOption('failed');
    await says('.said', 'so far');
    expect(asked.at(-1) === 'failed', 'the state is asked of the gateway');
    place.instead(() => null);
}

async function realList() {
    await page.reload();
    await says('td', NAME);
    await page.getByLabel('Search').fill('mended');
    await says('.said', '1 job of 4');
    await page.getByLabel('Search').fill('');
    await page.getByLabel('State').selectOption('failed');
    await says('.said', '0 jobs');
    await page.getByLabel('State').selectOption('');
    await says('.said', '4 jobs');
    await browser.check(page, 'jobs');
    await picture(page, 'jobs');
}

async function cutOff() {
    place.down();
    await says('#cut-off', 'Cut off: The gateway does not answer.');
    place.up();
    await by(page, 'Ask now').click();
    await page.locator('#cut-off').waitFor({ state: 'hidden' });
    await says('.said', '4 jobs');
}

async function keyboard() {
    await page.reload();
    await says('td', NAME);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement.id) === 'skip', 'the first stop leads to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement.id) === 'main', 'it leads there');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement.type) === 'search', 'the search is next');
}

//  A gateway that has tokens.
async function signIn() {
    const other = await proxy(Number(guarded));
    await page.goto(other.address);
    await page.getByLabel('Token').fill('nobodys-token-of-32-letters-0001');
    await by(page, 'Sign in').click();
    await says('.wrong', 'The gateway knows no such token.');
    await browser.check(page, 'sign in');
    await page.getByLabel('Token').fill(token);
    await by(page, 'Sign in').click();
    await says('.who', 'anna (submit)');
    await page.reload();
    await says('.said', '0 jobs');
    await go('#/new', 'New');
    await page.getByLabel('Choose files').setInputFiles([csv('anna.csv', TABLE)]);
    await by(page, 'Send').click();
    await says('.state', 'queued');
    await by(page, 'Cancel').click();    //  with the word against forged requests
    await says('.state', 'cancelled');
    await by(page, 'Sign out').click();
    await page.getByLabel('Token').fill(token);
    await page.reload();    //  the cookie is gone
    await page.getByLabel('Token').fill(token);
    await by(page, 'Sign in').click();
    await says('.who', 'anna (submit)');
    await page.context().clearCookies();
    await go('#/', 'Sign in');
    other.close();
}

//  Dark and on a phone: readable, and nothing beside the screen.
async function phone() {
    const id = await page.locator('.name a', { hasText: EVIL }).last().evaluate((link) => link.hash.split('/').pop());
    await page.setViewportSize({ width: 375, height: 740 });
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    for (const [hash, heading, ready] of [['#/', 'Jobs', '.name'], [`#/jobs/${id}`, NAME, '.good'], ['#/whole', 'The whole', 'figure svg.chart'], ['#/new', 'New', '.button']]) {
        await go(hash, heading);
        await page.locator(ready).first().waitFor();
        await browser.check(page, `${hash} on a phone`);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(width <= 375, `${hash} is ${width} wide`);
        await picture(page, `phone-${heading.replace(/\W/g, '')}`);
    }
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(paper === 'rgb(13, 17, 23)', `dark is ${paper}`);
}

try {
    page = await browser.page({ acceptDownloads: true });
    await page.goto(place.address);
    await says('h1', 'Jobs');
    for (const step of [modules, correct, sendAndFollow, result, tampered, mend, folder, drop, longList, realList, cutOff, keyboard, phone, signIn]) {
        await step();
        console.log(`${step.name} is good, after ${Math.round(performance.now())} ms`);
        if (process.env.DMH_SCREENSHOTS) (await import('node:fs')).appendFileSync(process.env.DMH_SCREENSHOTS + '/steps', `${step.name} ${Math.round(performance.now())}\n`);
    }
    expect(!browser.wrong.length, browser.wrong.join('\n'));
    console.log('all good');
} catch (error) {
    await picture(page, 'failed');
    console.log(`at ${page.url()}: ${await page.locator('body').innerText().catch(() => '')}`);
    console.log(error.stack, browser.wrong.join('\n'));
    console.log('no worker wanted any more');
    process.exitCode = 1;
} finally {
    await browser.close();
    place.close();
}
