import type { KubeObject } from '@slipway/objects'

/** `meta/v1.TableColumnDefinition`. */
export interface Column {
  readonly name: string
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  readonly format: string
  readonly description: string
  /** Columns with a priority above 0 show with `-o wide` only. */
  readonly priority: number
}

/** How a kind is printed: its columns, and one row's cells. Times are printed relative to `now` in milliseconds. */
export interface Printer {
  readonly columns: readonly Column[]
  readonly cells: (object: KubeObject, now: number) => readonly Cell[]
  /** `meta/v1.TableRow.conditions`: a finished pod is Completed, which `kubectl get` can hide. */
  readonly completed?: (object: KubeObject) => { readonly reason: string; readonly message: string } | undefined
}

/** A cell: null prints as `<none>`. */
export type Cell = string | number | boolean | null

/** A column; shown always unless `wide`. */
export function column(name: string, options: { type?: Column['type']; format?: string; wide?: boolean } = {}): Column {
  return {
    name,
    type: options.type ?? 'string',
    format: options.format ?? (name === 'Name' ? 'name' : ''),
    description: '',
    priority: options.wide === true ? 1 : 0,
  }
}

/** What a table request asks for: `includeObject` is `None`, `Metadata` (default) or `Object`. */
export interface TableOptions {
  readonly includeObject: string
  readonly now: number
  /** Watches send the columns once only. */
  readonly omitColumns?: boolean
}

/** `meta/v1.Table` of some objects, with the list's metadata. */
export function toTable(
  printer: Printer,
  objects: readonly KubeObject[],
  options: TableOptions & { metadata: object },
): object {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.metadata,
    columnDefinitions: options.omitColumns === true ? null : printer.columns,
    rows: objects.map((object) => row(printer, object, options)),
  }
}

function row(printer: Printer, object: KubeObject, options: TableOptions): object {
  const completed = printer.completed?.(object)
  return {
    cells: printer.cells(object, options.now),
    ...(completed === undefined ? {} : { conditions: [{ type: 'Completed', status: 'True', ...completed }] }),
    ...(options.includeObject === 'None'
      ? {}
      : { object: options.includeObject === 'Object' ? object : partial(object) }),
  }
}

/** `meta/v1.PartialObjectMetadata` of an object. */
export function partial(object: KubeObject): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata }
}
