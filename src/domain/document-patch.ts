import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';

/** A patch of a document: JSON patch (RFC 6902) or JSON merge patch (RFC 7386). */
export type DocumentPatch =
  | { readonly format: 'json'; readonly operations: unknown }
  | { readonly format: 'merge'; readonly merge: unknown };

/**
 * Applies a patch to a copy of a document.
 * @param knownMembers the top-level members the resource has, present or not
 * @throws InvalidPatch, PreconditionFailed (see `applyJsonPatch`)
 */
export function applyDocumentPatch(document: object, patch: DocumentPatch, knownMembers: readonly string[]): unknown {
  return patch.format === 'json'
    ? applyJsonPatch(document, patch.operations, knownMembers)
    : applyMergePatch(document, patch.merge);
}
