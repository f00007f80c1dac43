import type { FastifyError, FastifyRequest } from 'fastify';
import { InvalidRequest } from '../domain/errors.ts';

/** A file that came in a form. */
export interface Upload {
  readonly text: string;
  readonly fileName: string;
  /** The other members of the form that stand before the file. */
  readonly members: ReadonlyMap<string, string>;
}

/** Reads the one file of a form, as UTF-8 and whole in memory. @throws InvalidRequest when there is none, or no form */
export async function readUpload(request: FastifyRequest): Promise<Upload> {
  try {
    return await readForm(request);
  } catch (error) {
    // Those of limits say their status; the parser of forms just throws.
    if (error instanceof InvalidRequest || (error as FastifyError).statusCode !== undefined) throw error;
    throw new InvalidRequest(`body: expected multipart/form-data, got another body: ${(error as Error).message}`);
  }
}

async function readForm(request: FastifyRequest): Promise<Upload> {
  const file = request.isMultipart() ? await request.file() : undefined;
  if (!file) throw new InvalidRequest('file: expected multipart/form-data with a file');
  const text = (await file.toBuffer()).toString('utf8');
  const parts = Object.values(file.fields).flatMap((part) => part ?? []);
  const members = parts.flatMap((part) =>
    part.type === 'field' ? [[part.fieldname, String(part.value)] as const] : [],
  );
  return { text, fileName: file.filename, members: new Map(members) };
}
