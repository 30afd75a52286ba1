import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import { toExpressionData } from './data.ts'
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
  return toExpressionData(known(values), () => new KnownMap()) as data.Dictionary
}

/** Without the texts that hold what is not known: asking for one is asking for what is missing. */
function known(values: { readonly [key: string]: Data }): { readonly [key: string]: Data } {
  const entries = Object.entries(values).filter(([, value]) => typeof value !== 'string' || !value.includes(UNKNOWN))
  return Object.fromEntries(entries.map(([key, value]) => [key, isMap(value) ? known(value) : value]))
}

function isMap(value: Data): value is { readonly [key: string]: Data } {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
