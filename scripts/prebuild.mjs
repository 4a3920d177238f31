// Lays the built addon where a packed release has it: prebuilds/<platform>-<arch>/lanestep.node. `npm pack` runs this, and
// packs nothing without an addon; a release gathers the folders of all platforms first.
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const musl =
  process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime ? '-musl' : '';
const folder = join(root, `prebuilds/${process.platform}-${process.arch}${musl}`);
mkdirSync(folder, { recursive: true });
copyFileSync(join(root, 'build/Release/lanestep.node'), join(folder, 'lanestep.node'));
