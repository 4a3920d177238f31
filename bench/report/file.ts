/** Results as text, and back. What comes back is looked at in full: a baseline may be a year old, or edited by hand. */
import { type Check, isRecord, ResultsError, refuse } from './checks.js';

/** What a format calls itself in its files. */
interface Schema {
  readonly name: string;
  readonly version: number;
}

/** How results are written and read. */
export interface FileFormat<Results> {
  /**
   * The results in `text`.
   *
   * @throws ResultsError which names what is wrong and where
   */
  readonly parse: (text: string) => Results;
  /** Results as JSON, with a list of numbers in one line, so that a difference of two files can be read. */
  readonly serialise: (value: Results) => string;
}

/** @param fields looks at everything but the schema's name and version */
export function fileFormat<Results>(schema: Schema, fields: Check): FileFormat<Results> {
  function parse(text: string): Results {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new ResultsError(`Expected JSON: ${(error as Error).message}`, { cause: error });
    }
    if (!isRecord(value)) return refuse('', 'an object', value);
    // Before anything else: of another schema nothing that follows would make sense.
    if (value['schema'] !== schema.name) refuse('schema', `"${schema.name}"`, value['schema']);
    if (!Number.isSafeInteger(value['version'])) refuse('version', 'a whole number', value['version']);
    if (value['version'] !== schema.version) {
      const than = (value['version'] as number) > schema.version ? 'newer' : 'older';
      throw new ResultsError(
        `The file has version ${value['version']} of ${schema.name}, which is ${than} than version ${schema.version}, ` +
          `the only one that this program reads; ${than === 'newer' ? 'update lanestep' : 'run the benchmark again'}`,
      );
    }
    fields(value, '');
    return value as Results;
  }

  function serialise(value: Results): string {
    // A line feed within brackets can stand in no JSON string, so this finds only lists of numbers.
    const text = `${JSON.stringify(value, null, 2).replace(/\[\n[\s\d.,eE+-]*\]/g, numbers => numbers.replace(/\s+/g, ' '))}\n`;
    // What cannot be read again must not be written: JSON turns NaN into null without a word.
    parse(text);
    return text;
  }

  return { parse, serialise };
}
