// @ts-check

/**
 * What Node is given before the program when the service is started: room for young objects as it was in older Nodes,
 * since by itself Node takes several times as much while a start makes garbage, and keeps it.
 */
export const SERVICE_OPTIONS = ['--max-semi-space-size=16'];
