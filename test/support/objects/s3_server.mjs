//  s3_server.mjs VALIDATORS FAULTS: a real S3 server (npm's s3rver) in the folder "store" with the bucket "lab", behind a proxy of
//  our own that makes mistakes. s3rver 3.7 takes any signature of version 4, so the proxy has npm's aws4 say what each request's
//  has to be (key and secret: S3RVER), and compares the SHA-256 of each body. Writes its port into "port" when both are up, and
//  a line a request into "requests": method, path with query, range, and what was done with it. FAULTS, JSON: a list of
//  {on: text that "METHOD path range" holds, do, times}, where do is
//    busy      503, SlowDown                                  cut       ends after `bytes` of the answer
//    elsewhere 307 to the server itself                       cut-body  ends after `bytes` of what is sent
//    change    writes `text` over `file` of the store first   broken    200, with the document of an error
//    changed   412, as s3rver compares no ETag              range     says that it is another part
import crypto from 'node:crypto';
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { createRequire } from 'node:module';

const [, , validators, told] = process.argv;
const require = createRequire(`${validators}/`);
const S3rver = require('s3rver');
const aws4 = require('aws4');
const faults = JSON.parse(told || '[]');
const error = (code) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>A message.</Message></Error>`;

//  s3rver makes its tokens by DES, which OpenSSL 3 has no longer.
for (const name of ['createCipheriv', 'createDecipheriv']) {
    const make = crypto[name];
    crypto[name] = (algorithm, key, iv) => algorithm === 'des' ? make('aes-128-cbc', Buffer.concat([key, key]), Buffer.concat([iv, iv])) : make(algorithm, key, iv);
}

mkdirSync('store', { recursive: true });
const { port } = await new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: `${process.cwd()}/store`,
    configureBuckets: [{ name: 'lab' }] }).run();

function refuse(response, status, body, headers = {}) {
    response.writeHead(status, { 'content-type': 'application/xml', connection: 'close', ...headers });
    response.end(body);
}

//  What is wrong with it, a code of S3; null: nothing.
function judge(request, body) {
    const given = request.headers.authorization || '';
    const [, key, region, names, signature] = given.match(/Credential=([^/]*)\/\d+\/([^/]*)\/s3\/aws4_request,\s*SignedHeaders=([^,]*),\s*Signature=(.*)/) || [];
    if (key !== 'S3RVER') return given ? 'InvalidAccessKeyId' : 'AccessDenied';
    const headers = Object.fromEntries(names.split(';').map((name) => [name, request.headers[name]]));
    const again = aws4.sign({ service: 's3', region, method: request.method, path: request.url, host: request.headers.host, headers },
        { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' });
    if (!again.headers.Authorization.endsWith(`Signature=${signature}`)) return 'SignatureDoesNotMatch';
    return crypto.createHash('sha256').update(body).digest('hex') === request.headers['x-amz-content-sha256'] ? null : 'XAmzContentSHA256Mismatch';
}

function forward(request, body, fault, response) {
    const out = ask({ host: '127.0.0.1', port, method: request.method, path: request.url, headers: request.headers, setHost: false }, (answer) => {
        response.writeHead(answer.statusCode, fault.do === 'range' ? { ...answer.headers, 'content-range': 'bytes 7-9/10' } : answer.headers);
        if (fault.do !== 'cut') return void answer.pipe(response);
        let left = fault.bytes;
        if (!left) return void response.destroy();
        answer.on('data', (piece) => {
            response.write(piece.subarray(0, left), () => left || setTimeout(() => response.destroy(), 10));
            left -= Math.min(left, piece.length);
            if (!left) answer.destroy();
        });
    });
    out.on('error', () => response.destroy());
    out.end(body);
}

const proxy = createServer((request, response) => {
    const what = `${request.method} ${request.url}`;
    const whole = `${what} ${request.headers.range || '-'}`;
    const fault = faults.find((each) => each.times > 0 && whole.includes(each.on)) || {};
    if (fault.do) fault.times--;
    appendFileSync('requests', `${whole} ${fault.do || '-'}\n`);
    const pieces = [];
    let bytes = 0;
    request.on('data', (piece) => {
        pieces.push(piece);
        bytes += piece.length;
        if (fault.do === 'cut-body' && bytes >= fault.bytes) request.socket.destroy();
    });
    request.on('error', () => {});
    request.on('end', () => {
        const body = Buffer.concat(pieces);
        const wrong = judge(request, body);
        if (fault.do === 'busy') return refuse(response, 503, error('SlowDown'));
        if (wrong) return refuse(response, wrong === 'XAmzContentSHA256Mismatch' ? 400 : 403, error(wrong));
        if (fault.do === 'changed') return refuse(response, 412, error('PreconditionFailed'));
        if (fault.do === 'broken') return refuse(response, 200, error('InternalError'));
        if (fault.do === 'elsewhere')
            return refuse(response, 307, error('TemporaryRedirect'), { location: `http://127.0.0.1:${port}${request.url}`, 'x-amz-bucket-region': 'eu-north-1' });
        if (fault.do === 'change') writeFileSync(`store/${fault.file}`, fault.text);
        forward(request, body, fault, response);
    });
});
proxy.listen(0, '127.0.0.1', () => {
    writeFileSync('port.new', String(proxy.address().port));
    renameSync('port.new', 'port');
});
