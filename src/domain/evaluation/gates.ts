import type { Json } from '../json.ts';
import { parseReference } from './attribute-reference.ts';
import { type Context, findAttribute } from './context.ts';
import { once } from './once.ts';
import type { SdkFlag, SdkRule } from './sdk-model.ts';

/** What contexts need for a rule to match them: an attribute that is, begins or ends with one of some values. */
interface Gate {
  readonly contextKind: string;
  readonly path: readonly string[];
  /** The same text for the same kind and path. */
  readonly attribute: string;
  readonly op: (typeof OPERATORS)[number];
  readonly values: readonly Json[];
}

/** In place of the index of a rule. */
export const NO_GATE = -1;

const OPERATORS = ['in', 'startsWith', 'endsWith'] as const;

/** Longer lists are looked through rule by rule: what is kept of gates is made anew with every change of a flag. */
const MAX_VALUES = 100;

/** The gates of the rules of a flag; undefined for rules that must be looked at whatever values contexts have. */
export const gatesOf = once(({ rules }: SdkFlag): readonly (Gate | undefined)[] => rules.map(gateOf));

/** The gate of a rule is its first clause: where it is not true, no other clause is looked at. */
function gateOf({ clauses: [first] }: SdkRule): Gate | undefined {
  const op = OPERATORS.find((known) => known === first?.op);
  const path = first && parseReference(first.attribute);
  if (!op || !path || path[0] === 'kind' || first.negate || first.values.length > MAX_VALUES) return undefined;
  const { contextKind } = first;
  // Clauses pass over what is null, in themselves and in contexts.
  const values = first.values.filter((value) => value !== null);
  return { contextKind, path, attribute: JSON.stringify([contextKind, ...path]), op, values };
}

/** A flag that asks for a value, by its place among all, and the rule. */
interface Asking {
  readonly at: number;
  readonly ruleIndex: number;
}

type AskingByValue = Map<Json, Asking[]>;

/** All gates that are about one attribute. */
interface Attribute {
  readonly contextKind: string;
  readonly path: readonly string[];
  readonly values: AskingByValue;
  /** By their length, so that as many beginnings or ends of a value have to be looked up as there are lengths. */
  readonly beginnings: Map<number, AskingByValue>;
  readonly ends: Map<number, AskingByValue>;
}

/**
 * Finds, among many flags, those of which a context passes a gate. What that takes grows with the attributes that gates ask
 * for and not with the flags, most of which have nothing in their rules for most contexts.
 */
export class Gates {
  readonly #flagCount: number;
  readonly #attributes = new Map<string, Attribute>();

  constructor(flags: readonly SdkFlag[]) {
    this.#flagCount = flags.length;
    for (const [at, flag] of flags.entries()) {
      for (const [ruleIndex, gate] of gatesOf(flag).entries()) if (gate) this.#add(gate, { at, ruleIndex });
    }
  }

  /** At the place of each flag, the index of the first of its rules whose gate a context passes, or `NO_GATE`. */
  passedBy(context: Context): Int32Array {
    const passed = new Int32Array(this.#flagCount).fill(NO_GATE);
    for (const attribute of this.#attributes.values()) {
      const single = context.get(attribute.contextKind);
      const value = single && findAttribute(single, attribute.path);
      if (value === undefined) continue;
      for (const one of Array.isArray(value) ? (value as readonly Json[]) : [value]) pass(attribute, one, passed);
    }
    return passed;
  }

  #add({ contextKind, path, attribute, op, values }: Gate, asking: Asking): void {
    const {
      values: whole,
      beginnings,
      ends,
    } = upsert(this.#attributes, attribute, () => ({
      contextKind,
      path,
      values: new Map(),
      beginnings: new Map(),
      ends: new Map(),
    }));
    for (const value of values) {
      if (op === 'in') append(whole, value, asking);
      else if (typeof value === 'string') {
        append(upsert(op === 'startsWith' ? beginnings : ends, value.length, newMap), value, asking);
      }
    }
  }
}

/** Takes note of the gates that a value passes. */
function pass({ values, beginnings, ends }: Attribute, value: Json, passed: Int32Array): void {
  note(values.get(value), passed);
  if (typeof value !== 'string') return;
  for (const [length, texts] of beginnings) note(texts.get(value.slice(0, length)), passed);
  for (const [length, texts] of ends) note(texts.get(value.slice(Math.max(0, value.length - length))), passed);
}

function note(all: readonly Asking[] | undefined, passed: Int32Array): void {
  if (!all) return;
  for (const { at, ruleIndex } of all) {
    const before = passed[at] as number;
    if (before === NO_GATE || ruleIndex < before) passed[at] = ruleIndex;
  }
}

function append(byValue: AskingByValue, value: Json, asking: Asking): void {
  upsert(byValue, value, newList).push(asking);
}

const newMap = (): AskingByValue => new Map();
const newList = (): Asking[] => [];

/** What a map has under a key, made where there is nothing yet. */
function upsert<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
