/** `using optimizer = new Adam(…)`: what has `dispose()` is disposed of at the end of its block. */

/** What TypeScript wants to see for `using`, where it knows of `Symbol.dispose`; nothing where it does not. */
export type Disposing = SymbolConstructor extends { readonly dispose: infer S extends symbol }
  ? { readonly [K in S]: () => void }
  : Record<never, never>;

/** Gives a class `[Symbol.dispose]`, where the runtime has such a symbol. */
export function disposing(Class: { readonly prototype: { dispose(): void } }): void {
  const { dispose } = Symbol as { readonly dispose?: symbol };
  if (dispose === undefined) return;
  Object.defineProperty(Class.prototype, dispose, {
    configurable: true,
    writable: true,
    value(this: { dispose(): void }): void {
      this.dispose();
    },
  });
}
