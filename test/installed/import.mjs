// Importing reads, starts and asks for nothing: scripts/installed.sh looks at what Deno was asked for.
import 'lanestep';
