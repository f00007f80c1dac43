import type { ApprovalRequest, ReviewStatus } from '../domain/approval.ts';
import { NotFound, StaleVersion } from '../domain/errors.ts';
import type { Db, Tx } from './database.ts';
import type { ApprovalRequestsTable } from './tables.ts';

/** @throws NotFound */
export async function getApproval(db: Db, id: string): Promise<ApprovalRequest> {
  const request = await findApproval(db, id);
  if (!request) throw new NotFound('approval request', id);
  return request;
}

export async function findApproval(db: Db, id: string): Promise<ApprovalRequest | undefined> {
  const row = await db.selectFrom('approval_requests').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toApproval(row);
}

/** A request that the transaction holds until it ends; undefined when it is gone. */
export async function findApprovalForUpdate(tx: Tx, id: string): Promise<ApprovalRequest | undefined> {
  await tx
    .updateTable('approval_requests')
    .set((set) => ({ id: set.ref('id') }))
    .where('id', '=', id)
    .execute();
  return findApproval(tx, id);
}

/** Which requests to read; what is absent is not asked for. */
export interface ApprovalQuery {
  readonly resourceId?: string | undefined;
  readonly environmentId?: string | undefined;
  /** Only those that wait. */
  readonly isOpen?: boolean | undefined;
}

/** The newest first. */
export async function listApprovals(db: Db, query: ApprovalQuery = {}): Promise<readonly ApprovalRequest[]> {
  let rows = db.selectFrom('approval_requests').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc');
  if (query.resourceId !== undefined) rows = rows.where('resource_id', '=', query.resourceId);
  if (query.environmentId !== undefined) rows = rows.where('environment_id', '=', query.environmentId);
  if (query.isOpen) rows = rows.where('status', 'in', ['pending', 'scheduled']);
  return (await rows.execute()).map(toApproval);
}

/** @param reviewStatus as it is by the settings of the environment, to be found by */
export async function insertApproval(tx: Tx, request: ApprovalRequest, reviewStatus: ReviewStatus): Promise<void> {
  await tx.insertInto('approval_requests').values(toRow(request, reviewStatus)).execute();
}

/** Stores a request over its previous version. @throws StaleVersion when somebody else was faster */
export async function saveApproval(tx: Tx, request: ApprovalRequest, reviewStatus: ReviewStatus): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('approval_requests')
    .set(toRow(request, reviewStatus))
    .where('id', '=', request.id)
    .where('version', '=', request.version - 1)
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) throw new StaleVersion();
}

export async function deleteApproval(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('approval_requests').where('id', '=', id).execute();
}

function toRow(request: ApprovalRequest, reviewStatus: ReviewStatus): ApprovalRequestsTable {
  const { id, projectId, environmentId, resourceKind, resourceId, status, version, createdAt, ...document } = request;
  return {
    id,
    project_id: projectId,
    environment_id: environmentId ?? null,
    resource_kind: resourceKind,
    resource_id: resourceId,
    requestor_id: request.requestor.kind === 'member' ? request.requestor.id : null,
    status,
    review_status: reviewStatus,
    version,
    created_at: createdAt,
    document: JSON.stringify(document),
  };
}

function toApproval(row: ApprovalRequestsTable): ApprovalRequest {
  return {
    id: row.id,
    projectId: row.project_id,
    ...(row.environment_id !== null && { environmentId: row.environment_id }),
    resourceKind: row.resource_kind,
    resourceId: row.resource_id,
    status: row.status as ApprovalRequest['status'],
    version: row.version,
    createdAt: row.created_at,
    ...(JSON.parse(row.document) as Omit<
      ApprovalRequest,
      'id' | 'projectId' | 'environmentId' | 'resourceKind' | 'resourceId' | 'status' | 'version' | 'createdAt'
    >),
  };
}
