//  browser.mjs: for tests: Debian's Chromium through playwright-core, and a proxy that puts a gateway under a path
//  prefix and can be taken away. What it leaves lies in the folder where it runs.
import http from 'node:http';
import { createRequire } from 'node:module';

const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export function fail(words) {
    throw new Error(words);
}

export function expect(holds, words) {
    if (!holds) fail(words);
}

//  {address, down (), up (), instead (answer), close ()}: the gateway at that port below /clinic/. What `answer` makes of a path is told in
//  the gateway's place; null: nothing.
export async function proxy(port) {
    const sockets = new Set();
    let away = false, answerOf = () => null;
    const server = http.createServer((request, response) => {
        if (!request.url.startsWith('/clinic/')) {
            response.writeHead(404).end();
            return;
        }
        const told = answerOf(new URL(request.url.slice('/clinic'.length), 'http://localhost'));
        if (told) {
            response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(told));
            return;
        }
        const onward = http.request({ host: '127.0.0.1', port, method: request.method, path: request.url.slice('/clinic'.length), headers: request.headers, agent: false }, (answer) => {
            response.writeHead(answer.statusCode, answer.headers);
            response.flushHeaders();
            answer.pipe(response);
        });
        onward.on('error', () => response.destroy());
        response.on('close', () => onward.destroy());
        request.pipe(onward);
    });
    server.on('connection', (socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        if (away) socket.destroy();
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
        address: `http://127.0.0.1:${server.address().port}/clinic/`,
        down() { away = true; for (const socket of sockets) socket.destroy(); },
        up() { away = false; },
        instead(answer) { answerOf = answer; },
        close() { for (const socket of sockets) socket.destroy(); server.close(); },
    };
}

//  A browser with npm's packages of `validators`. `wrong` gathers what its pages complain of.
export async function open(validators, executablePath) {
    process.env.HOME = process.env.TMPDIR = process.cwd();
    const require = createRequire(`${validators}/`), { chromium } = require('playwright-core'), axe = require('axe-core');
    const browser = await chromium.launch({ executablePath, args: ARGS }), wrong = [];
    const page = async (options) => {
        const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
        context.setDefaultTimeout(15000);
        const made = await context.newPage();
        made.on('pageerror', (error) => wrong.push(String(error)));
        made.on('dialog', (dialog) => { wrong.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
        made.on('console', (message) => { if (/Content Security Policy|Trusted/i.test(message.text())) wrong.push(message.text()); });
        return made;
    };
    //  Nothing serious or critical of WCAG, in this state of the page.
    const check = async (made, name) => {
        if (!await made.evaluate('Boolean(window.axe)')) await made.evaluate(axe.source);
        const { violations } = await made.evaluate(async () => window.axe.run(document, { resultTypes: ['violations'], preload: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
        const bad = violations.filter((one) => ['serious', 'critical'].includes(one.impact));
        expect(!bad.length, `${name}: ${bad.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary}`).join('; ')}`).join('\n')}`);
    };
    return { page, check, wrong, close: () => browser.close() };
}

//  Pictures for people, where $DMH_SCREENSHOTS names a folder.
export async function picture(page, name) {
    if (process.env.DMH_SCREENSHOTS) await page.screenshot({ path: `${process.env.DMH_SCREENSHOTS}/${name}.png`, fullPage: true });
}
