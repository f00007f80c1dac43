import { type Config, publicUrl } from './config.ts';
import { createIds } from './ids.ts';
import type { Deps } from './operations/write.ts';

/** What operations stand on, as the operator has set it. */
export function createDeps(
  config: Config,
  given: Pick<Deps, 'database' | 'notifications' | 'clock' | 'tracer' | 'observer'>,
): Deps {
  const { flagsPerProject, auditLogDays, evaluationDays, contextsPerEnvironment, contextDays, allowsPrivateWebhooks } =
    config;
  return {
    ...given,
    ids: createIds(given.clock),
    limits: {
      flagsPerProject,
      auditLogDays,
      evaluationDays,
      contextsPerEnvironment,
      contextDays,
      allowsPrivateWebhooks,
    },
    publicUrl: publicUrl(config),
  };
}
