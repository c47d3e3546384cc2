/** Finds this process's control group, in version 1 and 2, and reads its files: its own first, then its parents'. */
import { dirname, join } from 'node:path';
import { type Host, readTrimmed } from '../../base/host/host.js';

/** Where a controller's files may lie, nearest first; in a container the path shown is often outside what is mounted. */
function folders(host: Host, controller: string, pid: string): readonly string[] {
  const lines = (host.read(`/proc/${pid}/cgroup`) ?? '').split('\n');
  const found: string[] = [];
  for (const line of lines) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    const v2 = controllers === '';
    if (!v2 && !controllers.split(',').includes(controller)) continue;
    const bases = v2
      ? ['/sys/fs/cgroup', '/sys/fs/cgroup/unified']
      : [`/sys/fs/cgroup/${controllers}`, `/sys/fs/cgroup/${controller}`];
    for (const base of bases) {
      for (let at = path; ; at = dirname(at)) {
        found.push(join(base, at));
        if (at === '/' || at === '.') break;
      }
    }
  }
  return found;
}

/** The texts of a control-group file, nearest group first; `names` lists its names in version 2 and 1. */
export function cgroupTexts(
  host: Host,
  controller: 'cpu' | 'memory' | 'cpuset',
  names: readonly string[],
  pid = 'self',
): readonly string[] {
  return folders(host, controller, pid).flatMap((folder) =>
    names.flatMap((name) => readTrimmed(host, join(folder, name)) ?? []),
  );
}
