// What the example's command line says and refuses. It asks the package for its optimizers, so this needs dist/.
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const missing = existsSync(new URL('../../dist/index.js', import.meta.url))
  ? ''
  : ' (skipped: dist/ is missing, npm run build makes it)';

describe.skipIf(missing)(`the command line${missing}`, async () => {
  if (missing) return;
  const { catalogue, optimizerNames } = await import('../../examples/language/catalogue.js');
  const { parseOptions, UsageError } = await import('../../examples/language/options.js');
  const { usage } = await import('../../examples/language/usage.js');

  it('means Adam on mini-batches when it says nothing', () => {
    expect(parseOptions([])).toMatchObject({
      optimizer: 'adam',
      lr: catalogue.adam!.lr,
      schedule: 'cosine',
      batch: 'mini-batch',
      batchSize: 256,
      epochs: 4,
      buckets: 131072,
      backend: 'auto',
      threads: undefined,
      race: true,
      report: 'report.html',
      texts: [],
    });
  });

  it.each(optimizerNames)('knows %s and all that it takes', name => {
    for (const hyper of catalogue[name]!.takes) {
      expect(parseOptions(['--optimizer', name, `--${hyper}`, '0.5'])?.hypers).toEqual({ [hyper]: 0.5 });
    }
  });

  it('takes texts as often as they come', () => {
    expect(parseOptions(['--text', 'a b', '--text=c'])?.texts).toEqual(['a b', 'c']);
  });

  it('gives Rprop full batches and no schedule', () => {
    expect(parseOptions(['--optimizer', 'rprop'])).toMatchObject({ batch: 'batch', schedule: 'constant' });
  });

  it('races with plain Adam only', () => {
    const races = (...args: string[]): boolean | undefined => parseOptions(args)?.race;
    expect(races('--lr', '0.01')).toBe(true);
    expect(races('--beta1', '0.8')).toBe(false);
    expect(races('--optimizer', 'radam')).toBe(false);
    expect(races('--quick')).toBe(false);
    expect(races('--no-race')).toBe(false);
  });

  it('asks for help by itself', () => {
    expect(parseOptions(['--help'])).toBeNull();
    for (const name of optimizerNames) expect(usage()).toContain(`  ${name} `);
  });

  it.each([
    [['--optimiser', 'adam'], 'Unknown option --optimiser (did you mean --optimizer?): see --help'],
    [['-x'], 'Unknown option -x: see --help'],
    [['--optimizer', 'adm'], 'Unknown value "adm" for --optimizer (did you mean adam?): expected one of acp'],
    [['--backend', 'cuda'], 'Unknown value "cuda" for --backend: expected one of auto, native, wasm'],
    [['--batch', 'minibatch'], '(did you mean mini-batch?)'],
    [['--schedule', 'cosin'], '(did you mean cosine?)'],
    [['--optimizer', 'sgd', '--beta1', '0.9'], 'SGD has no --beta1; it takes --lr, --weight-decay'],
    [['--lr', 'fast'], 'Expected a number for --lr, got "fast"'],
    [['--lr', ''], 'Expected a number for --lr, got ""'],
    [['--lr', '-1'], "use '--lr=-XYZ'"],
    [['--epochs', '0'], 'Expected a whole number of 1 or more for --epochs, got "0"'],
    [['--batch-size', '2.5'], 'Expected a whole number of 1 or more for --batch-size, got "2.5"'],
    [['--threads', '257'], 'Expected a whole number from 1 to 256 for --threads, got "257"'],
    [['--buckets', '1000'], 'Expected a power of two for --buckets, such as 1024, got "1000"'],
    [['--batch', 'batch', '--batch-size', '8'], '--batch-size is for --batch mini-batch'],
    [['--optimizer', 'rprop', '--schedule', 'cosine'], 'Rprop finds its own step sizes'],
    [['--schedule', 'onecycle', '--warmup', '5'], 'leave out --warmup'],
    [['--compare', '--lr', '1'], '--lr does not go with --compare'],
    [['--compare', '--text', 'x'], '--text does not go with --compare'],
    [['--quick=yes'], "Option '--quick' does not take an argument"],
    [['--text'], "Option '--text <value>' argument missing"],
    [['file'], 'Unexpected argument "file"'],
  ])('refuses %j in one line', (args, message) => {
    const parse = (): unknown => parseOptions(args);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(message);
    expect(parse).not.toThrow('\n');
  });
});
