// The command that proves an installation must not overlook what it looks for.
const doctor = ['test/cli/self-test.test.ts'];

export const mutants = [
  [
    'doctor: overlooks a wrong element',
    'src/cli/doctor/self-test.ts',
    'if (!Object.is(a[i], b[i]))',
    'if (i === -1)',
    doctor,
  ],
  [
    'doctor: forgives a wrong result',
    'src/cli/doctor.ts',
    'if (failures.length > 0 || !agree',
    'if (!agree',
    doctor,
  ],
  ['doctor: digests nothing', 'src/cli/doctor/self-test.ts', 'hashes[i]!.update(digest);', '', doctor],
];
