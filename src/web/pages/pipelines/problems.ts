import { ApiError } from '../../api/request.ts';

/** What is wrong with a field, by its path in the request, such as `phases[0].audiences[1].name`. */
export type ProblemAt = (path: string) => string | undefined;

/** The service names the field that it refuses at the beginning of its message: it is shown there. */
export function problemsOf(error: unknown): ProblemAt {
  if (!(error instanceof ApiError)) return () => undefined;
  const { message } = error;
  const [, field, problem] = /^(\S+): (.+)$/s.exec(message) ?? [];
  if (field === undefined) return () => undefined;
  return (path) =>
    field === path || field.startsWith(`${path}[`) || field.startsWith(`${path}.`) ? problem : undefined;
}
