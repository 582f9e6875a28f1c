// Checks the store in a folder and ends. In a process of its own: the SQLite driver of Node 20 lets go of a closed file only when
// its statements are collected, and meanwhile the folder could be in use again.
import { checkStore } from '@noinit/store';

const [folder = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify(checkStore(folder)));
