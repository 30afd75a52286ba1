import { isIP } from 'node:net'

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`
const UNDERSCORED = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'

/** A name rule: the faults of a name, in the words of `k8s.io/apimachinery/pkg/util/validation`. */
export type NameRule = (name: string) => readonly string[]

interface Form {
  readonly pattern: string
  readonly limit?: number
  readonly text: string
  readonly examples: readonly string[]
}

function rule({ pattern, limit = Number.POSITIVE_INFINITY, text, examples }: Form): NameRule {
  const whole = new RegExp(`^(?:${pattern})$`)
  const shown = examples.map((example) => `'${example}'`).join(',  or ')
  const message = `${text} (e.g. ${shown}, regex used for validation is '${pattern}')`
  return (name) => [
    ...(name.length > limit ? [`must be no more than ${limit} characters`] : []),
    ...(whole.test(name) ? [] : [message]),
  ]
}

/** Most kinds: a DNS subdomain. */
export const dns1123Subdomain = rule({
  pattern: SUBDOMAIN,
  limit: 253,
  text: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  examples: ['example.com'],
})

/** Search domains of a pod: a DNS subdomain with underscores. */
export const underscoredSubdomain = rule({
  pattern: `${UNDERSCORED}(\\.${UNDERSCORED})*`,
  limit: 253,
  text: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  examples: ['example.com'],
})

/** Hosts of Ingress rules with a star. */
export const wildcardSubdomain = rule({
  pattern: `\\*\\.${SUBDOMAIN}`,
  limit: 253,
  text: "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  examples: ['*.example.com'],
})

const label = rule({
  pattern: LABEL,
  limit: 63,
  text: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  examples: ['my-name', '123-abc'],
})
const subdomain = new RegExp(`^${SUBDOMAIN}$`)

/** Namespaces, Services, StatefulSets, container names: a DNS label. What is only wrong for its dots is told so. */
export const dns1123Label: NameRule = (name) =>
  name.includes('.') && subdomain.test(name)
    ? [...label(name).filter((fault) => fault.startsWith('must be')), 'must not contain dots']
    : label(name)

/** RBAC objects: anything that can stand in a path. */
export const pathSegment: NameRule = (name) => {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`)
}

/** IPAddresses: an address as Go writes it, so that each has one name. */
export const ipAddress: NameRule = (name) => {
  if (isIP(name) === 0) return [`ParseAddr(${JSON.stringify(name)}): unable to parse IP`]
  return canonicalAddress(name) === name ? [] : ['must be a canonical format IP address']
}

function canonicalAddress(address: string): string {
  if (isIP(address) === 4 || /^::ffff:[\d.]+$/.test(address)) return address
  const [plain = '', ...zone] = address.split('%')
  return [new URL(`http://[${plain}]`).hostname.slice(1, -1), ...zone].join('%')
}

const KEY_TEXT =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for " +
  "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

/** Keys of labels and annotations: `prefix/name`. */
export const qualifiedName: NameRule = (key) => {
  const parts = key.split('/')
  if (parts.length > 2)
    return [`a valid label key ${KEY_TEXT} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]
  const name = parts.at(-1) ?? ''
  const prefix = parts.length === 2 ? (parts[0] ?? '') : undefined
  return [
    ...(prefix === '' ? ['prefix part must be non-empty'] : []),
    ...(prefix === undefined || prefix === '' ? [] : dns1123Subdomain(prefix).map((fault) => `prefix part ${fault}`)),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...(name.length > 63 ? ['name part must be no more than 63 bytes'] : []),
    ...(/^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(name) ? [] : [`name part ${KEY_TEXT}`]),
  ]
}

/** Values of labels. */
export const labelValue: NameRule = (value) => [
  ...(value.length > 63 ? ['must be no more than 63 bytes'] : []),
  ...(/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value)
    ? []
    : [
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or " +
          "'12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      ]),
]

/** Names of ports: IANA service names, in lower case. */
export const portName: NameRule = (name) => [
  ...(name.length > 15 ? ['must be no more than 15 characters'] : []),
  ...(/^[-a-z0-9]+$/.test(name) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(name) ? [] : ['must contain at least one letter (a-z)']),
  ...(name.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(/^-|-$/.test(name) ? ['must not begin or end with a hyphen'] : []),
]

/** Names of environment variables: what the kernel takes. */
export const variableName: NameRule = (name) => [
  ...(name === '' ? ['environment variable name must be non-empty'] : []),
  ...(/[^ -~]|=/.test(name)
    ? ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
    : []),
]

const configForm = rule({
  pattern: '[-._a-zA-Z0-9]+',
  limit: 253,
  text: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  examples: ['key.name', 'KEY_NAME', 'key-name'],
})

/** Keys of ConfigMaps and Secrets: they become file names, and none may walk. */
export const configKey: NameRule = (key) => [
  ...configForm(key),
  ...(key === '.' || key === '..' ? [`must not be '${key}'`] : []),
  ...(key.startsWith('..') && key !== '..' ? ["must not start with '..'"] : []),
]

/** Percentages of rolling updates and budgets. */
export const percentage = rule({
  pattern: '[0-9]+%',
  text: "a valid percent string must be a numeric string followed by an ending '%'",
  examples: ['1%', '93%'],
})

/** Names of HTTP headers in probes. */
export const headerName = rule({
  pattern: '[-A-Za-z0-9]+',
  text: "a valid HTTP header must consist of alphanumeric characters or '-'",
  examples: ['X-Header-Name'],
})
