import type { Project, ProjectSettings } from '../../../src/domain/project.ts';
import { NOW } from './test-context.ts';

/** The settings of a project whose flags reach mobile SDKs and need follow no convention. */
export function projectSettings(overrides: Partial<ProjectSettings> = {}): ProjectSettings {
  return {
    name: 'Shop',
    tags: [],
    defaultClientSideAvailability: { usingEnvironmentId: false, usingMobileKey: true },
    requireViewAssociationForNewFlags: false,
    requireViewAssociationForNewSegments: false,
    ...overrides,
  };
}

export function aProject(overrides: Partial<Project> = {}): Project {
  return { ...projectSettings(), id: 'project-id', key: 'shop', version: 1, createdAt: NOW, ...overrides };
}
