/** The page as an application that vite has built, on a server of its own. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

// With these a page gets memory that threads can share, and TensorFlow.js takes its build for that.
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

// TensorFlow.js sends the text of a function to its threads, and its README asks for a minifier that leaves `typeof` alone.
// Vite's does not: every thread ends with a ReferenceError, and the backend waits for them for ever.
const safeForThreads = { compress: false, mangle: true } as const;

/**
 * The files of the application by their paths, and the modules that went into it.
 *
 * @param isolated whether it is for a page with threads; else it is built as vite builds by itself
 */
export async function bundle(isolated: boolean) {
  const built = await build({
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'error',
    build: {
      write: false,
      rolldownOptions: { output: isolated ? { minify: safeForThreads } : {} },
    },
  });
  if (!('output' in built)) throw new Error('Expected one bundle of vite');
  const files = new Map<string, string | Uint8Array>();
  const modules: string[] = [];
  for (const part of built.output) {
    files.set(`/${part.fileName}`, part.type === 'chunk' ? part.code : part.source);
    if (part.type === 'chunk') modules.push(...part.moduleIds);
  }
  return { files, modules };
}

const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'));

/** Serves them, to a page that is isolated from other origins or not. */
export async function serve(files: ReadonlyMap<string, string | Uint8Array>, isolated: boolean) {
  const server = createServer(({ url = '' }, response) => {
    const binary = /^\/tfjs\/([\w-]+\.wasm)$/.exec(url);
    const body = binary ? readFileSync(join(wasm, 'dist', binary[1]!)) : files.get(url);
    response.writeHead(body === undefined ? 404 : 200, {
      'Content-Type': types[extname(url)] ?? 'text/plain',
      ...(isolated ? isolation : {}),
    });
    response.end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html` };
}
