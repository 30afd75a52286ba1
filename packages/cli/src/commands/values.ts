import {
  loadChart,
  type ValuesEnvironment,
  type ValuesFinding,
  valuesReport,
  withLocalDependencies,
} from '@slipway/chart'
import { nodeEnvironment, nodeUnpack } from '@slipway/chart/node'
import { discover, sourceBranch } from '@slipway/environments'
import { type Diagnostic, formatDiagnostic, type SourceTree, textInTree } from '@slipway/diag'
import type { Repository } from '@slipway/git'
import type { Io } from '../io.ts'
import { formatOf, structured } from '../output/yaml.ts'
import { findPlace } from '../place.ts'
import { chartUses } from '../values-inputs.ts'

/** Flags of `slipway values`. */
export interface ValuesOptions {
  readonly output?: string
}

const WORDS: Readonly<Record<ValuesFinding['kind'], (finding: ValuesFinding) => string>> = {
  dead: ({ key }) => `no template reads ${key}`,
  unknowable: ({ key }) => `only a template that makes up keys as it runs can read ${key}`,
  schema: ({ key }) => `no template reads ${key}, although the schema knows it`,
  shadowed: ({ key }) => `${key} is replaced by a later file in every environment`,
  same: ({ key }) => `${key} says what the chart's defaults say`,
  undefined: ({ key }) => `templates read ${key}, and nothing defines it`,
}

/** Lists the values that do nothing, over all environments; exit code 1 when there are some that no template reads. */
export async function run(options: ValuesOptions, io: Io): Promise<number> {
  const format = formatOf(options.output)
  const { repository } = await findPlace(io)
  try {
    const findings = await findAll(repository)
    const text = findings.map(({ finding, tree }) =>
      formatDiagnostic(diagnosticOf(finding), (file) => textInTree(tree, file)),
    )
    const data = structured(
      findings.map(({ finding }) => finding),
      format,
    )
    io.stdout.write(data ?? text.map((each) => `${each}\n`).join(''))
    return findings.some(({ finding }) => finding.kind === 'dead') ? 1 : 0
  } finally {
    repository.close()
  }
}

interface Found {
  readonly finding: ValuesFinding
  readonly tree: SourceTree
}

interface Charts {
  readonly tree: SourceTree
  readonly environments: ValuesEnvironment[]
}

// Environments that use the same chart are looked at together; each branch has its own copy of the files, of which the first speaks for all.
async function findAll(repository: Repository): Promise<readonly Found[]> {
  const { environments } = await discover(repository)
  const charts = new Map<string, Charts>()
  for (const environment of environments) {
    const tree = await repository.loadTree((await repository.resolve(sourceBranch(environment))).commit)
    for (const { folder, inputs } of environment.applications.flatMap((application) => chartUses(application, tree))) {
      const known = charts.get(folder) ?? { tree, environments: [] }
      known.environments.push({ name: environment.name, values: inputs })
      charts.set(folder, known)
    }
  }
  return [...charts].flatMap(([folder, { tree, environments: named }]) => {
    const load = { unpack: nodeUnpack }
    const chart = withLocalDependencies(loadChart(tree, folder, load), tree, load)
    return valuesReport({ chart, environments: named, environment: nodeEnvironment() }).map((finding) => ({
      finding,
      tree,
    }))
  })
}

function diagnosticOf(finding: ValuesFinding): Diagnostic {
  const where = finding.at === undefined ? ` (${finding.source})` : ''
  const hint = finding.suggestion === undefined ? {} : { hint: `did you mean ${finding.suggestion}?` }
  return {
    code: `VALUES_${finding.kind.toUpperCase()}`,
    severity: finding.kind === 'dead' ? 'warning' : 'info',
    message: `${WORDS[finding.kind](finding)}${where}`,
    ...(finding.at === undefined ? {} : { range: finding.at }),
    ...hint,
  }
}
