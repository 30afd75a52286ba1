import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import type { Data } from './types.ts'

/** The values of contexts (`github`, `env`, `matrix`, ...) as far as they are known without running anything. */
export type Contexts = Readonly<Record<string, Data>>

/** Stands in a resolved text where an expression has no value that can be known beforehand. */
export const UNKNOWN = '\u0000'

const CONTEXTS = [
  'github',
  'env',
  'vars',
  'job',
  'jobs',
  'steps',
  'runner',
  'secrets',
  'strategy',
  'matrix',
  'needs',
  'inputs',
]

class UnknownValue extends Error {}

/** A context whose missing members are unknown, where GitHub's would be null. */
class KnownMap extends data.Dictionary {
  override get(key: string): data.ExpressionData {
    const value = super.get(key)
    if (value === undefined) throw new UnknownValue(key)
    return value
  }
}

/**
 * Resolves each `${{ ... }}` of a text by GitHub's own rules; what depends on secrets, on outputs of steps or on anything else that only a run can know
 * becomes {@link UNKNOWN}, and so does what is no valid expression.
 */
export function resolveText(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => evaluate(expression, contexts) ?? UNKNOWN)
}

function evaluate(expression: string, contexts: Contexts): string | undefined {
  try {
    const { tokens } = new Lexer(expression.trim()).lex()
    const parsed = new Parser(tokens, CONTEXTS, []).parse()
    return new Evaluator(parsed, toMap(contexts)).evaluate().coerceString()
  } catch {
    // A fault in an expression is GitHub's to report; here it only means that the value is not known.
    return undefined
  }
}

function toMap(values: { readonly [key: string]: Data }): data.Dictionary {
  const map = new KnownMap()
  for (const [key, value] of Object.entries(values)) map.add(key, toData(value))
  return map
}

function toData(value: Data): data.ExpressionData {
  if (value === null) return new data.Null()
  if (typeof value === 'string') return value.includes(UNKNOWN) ? new KnownMap() : new data.StringData(value)
  if (typeof value === 'number') return new data.NumberData(value)
  if (typeof value === 'boolean') return new data.BooleanData(value)
  if (isList(value)) return new data.Array(...value.map(toData))
  return toMap(value)
}

function isList(value: Data): value is readonly Data[] {
  return Array.isArray(value)
}
