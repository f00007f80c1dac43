import type { Caller } from '../domain/access/actor.ts';
import { canView, seesAllProjects } from '../domain/access/can.ts';
import type { Db } from '../store/database.ts';
import { listProjects } from '../store/projects.ts';

/** Which projects the caller may know of, by key: for what stands in no project and speaks of several. */
export async function projectVisibility(db: Db, caller: Caller): Promise<(projectKey: string) => boolean> {
  if (seesAllProjects(caller)) return () => true;
  const visible = (await listProjects(db)).filter((project) => canView(caller, project));
  const keys = new Set(visible.map(({ key }) => key));
  return (projectKey) => keys.has(projectKey);
}
