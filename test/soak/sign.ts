/** What a worker shows at any time, also when it was ended: that it has loaded its modules, and that it is at its files. */
export const Sign = { loaded: 0, filing: 1 } as const;
