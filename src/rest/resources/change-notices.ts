import { Type } from 'typebox';
import type { Deps } from '../../operations/write.ts';
import { getProject } from '../../store/projects.ts';
import { ProjectParams } from '../../wire/rest/common.ts';
import type { RestApp } from '../app.ts';
import { ChangeNotices } from '../change-notices.ts';

/** The stream of notices that pages read, so that changes made elsewhere appear by themselves. */
export function changeNoticeRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const notices = new ChangeNotices(db, deps.clock);
  app.addHook('preClose', async () => notices.close());

  app.get(
    '/projects/:projectKey/change-notices',
    {
      schema: {
        summary: 'Be told of changes in a project by server-sent events',
        tags: ['Audit log'],
        params: ProjectParams,
        response: { 200: Type.String({ description: 'text/event-stream' }) },
      },
    },
    async ({ params }, reply) => {
      const { id } = await getProject(db, params.projectKey);
      void reply.header('content-type', 'text/event-stream').header('cache-control', 'no-store, no-transform');
      return reply.send(notices.open(id) as never);
    },
  );
}
