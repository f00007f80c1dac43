/** Whether something works, and since when in Unix milliseconds. */
interface ConnectionStatus {
  readonly state: 'VALID' | 'INTERRUPTED';
  readonly stateSince: number;
}

interface DataStoreStatus extends ConnectionStatus {
  readonly database: string;
}

/** An environment as `GET /status` tells of it (docs/wire/relay-proxy.md, "Status"). */
export interface EnvironmentStatus {
  readonly sdkKey: string;
  readonly envId: string;
  readonly envKey: string;
  readonly envName: string;
  readonly projKey: string;
  readonly projName: string;
  readonly mobileKey: string;
  readonly status: 'connected';
  readonly connectionStatus: ConnectionStatus;
  readonly dataStoreStatus: DataStoreStatus;
}

/** The answer of `GET /status`; environments are told to callers only. */
export interface Status {
  readonly environments?: Readonly<Record<string, EnvironmentStatus>>;
  readonly dataStoreStatus: DataStoreStatus;
  readonly status: 'healthy' | 'degraded';
  readonly version: string;
  readonly clientVersion: string;
}
