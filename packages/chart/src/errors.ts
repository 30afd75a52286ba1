import type { Chart } from './chart.ts'
import { CodedError, type CodedErrorOptions } from '@slipway/diag'

/**
 * Why a chart could not be loaded or rendered.
 *
 * - `CHART_LOAD`: files are missing, unreadable, or not those of a chart.
 * - `CHART_ARCHIVE`: a packaged chart is damaged, too large, or names files outside of itself.
 * - `CHART_METADATA`: Chart.yaml, Chart.lock or requirements.yaml say something that they must not.
 * - `CHART_VALUES`: a values file or a `--set` argument cannot be read, or does not fit the chart.
 * - `CHART_SCHEMA`: the values do not meet a chart's values.schema.json.
 * - `CHART_KUBE_VERSION`: the chart does not accept the version of Kubernetes.
 * - `CHART_TEMPLATE`: a template does not parse, or its execution failed.
 * - `CHART_MANIFEST`: a template printed what is no YAML object.
 * - `CHART_LIMIT`: a limit of the rendering was reached.
 */
export type ChartErrorCode =
  | 'CHART_LOAD'
  | 'CHART_ARCHIVE'
  | 'CHART_METADATA'
  | 'CHART_VALUES'
  | 'CHART_SCHEMA'
  | 'CHART_KUBE_VERSION'
  | 'CHART_TEMPLATE'
  | 'CHART_MANIFEST'
  | 'CHART_LIMIT'

/** What {@link ChartError} takes besides code and message. */
export interface ChartErrorOptions extends CodedErrorOptions {
  readonly document?: PrintedDocument
}

/** A document that a template printed: the template's name, and where the document starts in what it printed. */
export interface PrintedDocument {
  readonly source: string
  readonly offset: number
}

/** A chart that does not load or render; the message is Helm's, byte for byte, without its leading `Error: `. */
export class ChartError extends CodedError<ChartErrorCode> {
  /** The document that the error is about (`CHART_MANIFEST`). */
  readonly document: PrintedDocument | undefined
  /** The chart as it was rendered, aliases and conditions applied: its templates tell their files. */
  chart: Chart | undefined

  constructor(code: ChartErrorCode, message: string, options: ChartErrorOptions = {}) {
    super(code, message, options)
    this.document = options.document
  }
}

/** A shorthand for an error that another one caused: its text behind a prefix. */
export function wrapped(
  code: ChartErrorCode,
  prefix: string,
  cause: unknown,
  options: ChartErrorOptions = {},
): ChartError {
  const text = cause instanceof Error ? cause.message : String(cause)
  return new ChartError(code, `${prefix}: ${text}`, { ...options, cause })
}
