// @ts-check

/**
 * What Node is given before the program when the service is started: room for young objects from the beginning, so that
 * nothing that a start makes for good is copied again and again; and a way to give back what is garbage afterwards
 * (`src/service/start-garbage.ts`).
 */
export const SERVICE_OPTIONS = ['--min-semi-space-size=16', '--expose-gc'];
