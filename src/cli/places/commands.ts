import type { Command } from 'commander';
import { withConnection } from '../connection.ts';
import { withExamples, withOutput } from '../output.ts';
import { withProject } from '../project-option.ts';

/** Adds `slipway projects …` and `slipway environments …`. */
export function addPlaceCommands(program: Command): void {
  const projects = program.command('projects').description('read projects');
  const listProjects = withOutput(withConnection(projects.command('list')))
    .description('list projects')
    .action(async (options) => (await import('./list.ts')).listProjects(options));
  withExamples(listProjects, 'slipway projects list --json');
  const environments = program.command('environments').description('read environments');
  const listEnvironments = withOutput(withConnection(withProject(environments.command('list'))))
    .description('list the environments of a project, with the keys of SDKs as far as you may see them')
    .option('--sdk-key <environment>', 'print the SDK key of this environment and nothing else')
    .action(async (options) => (await import('./list.ts')).listEnvironments(options));
  withExamples(
    listEnvironments,
    'slipway environments list --project shop',
    'export SLIPWAY_SDK_KEY=$(slipway environments list --project shop --sdk-key production)',
  );
}
