import type { Fields } from '../fields.ts';
import type { DecisionContext } from '../ids.ts';
import type { Segment } from './segment.ts';

/** What an instruction does to a segment. */
export type SegmentTransformation = (segment: Segment, context: DecisionContext) => Segment;

/** Reads the parameters of an instruction and returns what it does. */
export type SegmentInstruction = (parameters: Fields) => SegmentTransformation;
