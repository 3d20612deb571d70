//  client.mjs: for tests: a client of HTTP that follows nothing and hides nothing: status, headers and body as they came.
import http from 'node:http';

//  {status, headers, body} of a request to 127.0.0.1; `endless`: a good answer never ends, and its headers are enough.
export function ask(port, method, target, { headers = {}, body = null, endless = false } = {}) {
    return new Promise((resolve, reject) => {
        const request = http.request({ host: '127.0.0.1', port, method, path: target, agent: false, headers: { Host: 'localhost', ...headers, ...(body === null ? {} : { 'Content-Length': Buffer.byteLength(body) }) } }, (response) => {
            const pieces = [];
            const end = () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces) });
            response.on('error', reject);
            if (endless && response.statusCode === 200) {
                end();
                response.destroy();
                return;
            }
            response.on('data', (piece) => pieces.push(piece));
            response.on('end', end);
        });
        request.on('error', (error) => reject(new Error(`${method} ${target.slice(0, 200)}: ${error.message}`)));
        request.end(body);
    });
}

//  The headers and the body of a form.
export async function form(parts) {
    const data = new FormData();
    for (const [name, value, fileName] of parts)
        if (fileName === undefined) data.append(name, value);
        else data.append(name, new Blob([value]), fileName);
    const encoded = new Response(data);
    return { headers: { 'Content-Type': encoded.headers.get('content-type') }, body: Buffer.from(await encoded.arrayBuffer()) };
}
