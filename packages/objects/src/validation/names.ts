import { isIP } from 'node:net'

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`

/** A name rule: the faults of a name, in the words of `k8s.io/apimachinery/pkg/util/validation`. */
export type NameRule = (name: string) => readonly string[]

function rule(options: { pattern: string; limit: number; text: string; examples: readonly string[] }): NameRule {
  const pattern = new RegExp(`^${options.pattern}$`)
  const examples = options.examples.map((example) => `'${example}'`).join(',  or ')
  const message = `${options.text} (e.g. ${examples}, regex used for validation is '${options.pattern}')`
  return (name) => [
    ...(name.length > options.limit ? [`must be no more than ${options.limit} bytes`] : []),
    ...(pattern.test(name) ? [] : [message]),
  ]
}

/** Most kinds: a DNS subdomain. */
export const dns1123Subdomain = rule({
  pattern: SUBDOMAIN,
  limit: 253,
  text: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  examples: ['example.com'],
})

/** Hosts of Ingress rules with a star. */
export const wildcardSubdomain = rule({
  pattern: `\\*\\.${SUBDOMAIN}`,
  limit: 253,
  text: "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  examples: ['*.example.com'],
})

/** Namespaces, StatefulSets' pods, container names: a DNS label. */
export const dns1123Label = rule({
  pattern: LABEL,
  limit: 63,
  text: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  examples: ['my-name', '123-abc'],
})

/** Services: a DNS label that starts with a letter. */
export const dns1035Label = rule({
  pattern: '[a-z]([-a-z0-9]*[a-z0-9])?',
  limit: 63,
  text: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  examples: ['my-name', 'abc-123'],
})

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
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for " +
  "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

/** Keys of labels and annotations: `prefix/name`. */
export const qualifiedName: NameRule = (key) => {
  const parts = key.split('/')
  if (parts.length > 2) {
    return [
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for " +
        "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ]
  }
  const name = parts.at(-1) ?? ''
  const prefix = parts.length === 2 ? (parts[0] ?? '') : undefined
  return [
    ...(prefix === '' ? ['prefix part must be non-empty'] : []),
    ...(prefix === undefined || prefix === '' ? [] : dns1123Subdomain(prefix).map((fault) => `prefix part ${fault}`)),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...(name.length > 63 ? ['name part must be no more than 63 bytes'] : []),
    ...(/^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(name) ? [] : [KEY_TEXT]),
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
