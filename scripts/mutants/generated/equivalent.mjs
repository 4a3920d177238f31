// The generated mutants that change nothing that could be seen, by name, and why. They must survive.

export const equivalents = new Map([]);
