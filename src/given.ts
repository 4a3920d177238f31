/**
 * The one way in which the objects of a caller are read: options, groups, records of parameters and of gradients.
 *
 * What `object.key` gives is what counts: own properties, inherited ones, getters of a class. Methods of a class are not meant as
 * options, unless one has an option's name. So nothing that was given is passed over in silence: it is taken, or refused by name.
 */

/** Whether a value is an object, and neither an array nor a view of memory. */
export function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** Whether it is an object literal, or one without a prototype: what has no keys may be an empty record then. */
export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

// What all objects of a realm inherit from: nobody gives options by it.
const isRoot = (value: object): boolean =>
  Object.getPrototypeOf(value) === null && Object.hasOwn(value, 'hasOwnProperty');

/**
 * The keys under which a caller gave something, own ones first. Calls no getter.
 *
 * @param wanted whether something is looked for by this name; it is found then even if it is a method, or not enumerable
 */
export function keysOf(given: object, wanted: (key: string) => boolean = () => false): PropertyKey[] {
  const keys = new Set<PropertyKey>();
  for (let at = given; at !== null && (at === given || !isRoot(at)); at = Object.getPrototypeOf(at)) {
    for (const key of Reflect.ownKeys(at)) {
      const property = Object.getOwnPropertyDescriptor(at, key);
      if (property === undefined) continue;
      const { enumerable, get } = property;
      // A symbol of a class (`Symbol.toStringTag`) says something about the class.
      if (typeof key === 'symbol' ? enumerable && at === given : enumerable || get || wanted(key))
        keys.add(key);
    }
  }
  return [...keys];
}

/** Whether an object can be a record or options: a Map, a promise or a Date has its contents elsewhere. */
export function isRecord(
  value: unknown,
  wanted?: (key: string) => boolean,
): value is Record<PropertyKey, unknown> {
  if (!isObject(value)) return false;
  if (isPlain(value) || Object.keys(value).length > 0) return true;
  return Object.prototype.toString.call(value) === '[object Object]' && keysOf(value, wanted).length > 0;
}

/** What a caller gave, each property read once, as an object that has and inherits nothing else. */
export function readGiven(given: object, wanted?: (key: string) => boolean): Record<PropertyKey, unknown> {
  const read: Record<PropertyKey, unknown> = Object.create(null);
  for (const key of keysOf(given, wanted)) read[key] = (given as Record<PropertyKey, unknown>)[key];
  return read;
}
