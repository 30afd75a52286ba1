import { casesOf } from '../lib/cases.mjs'

const secret = casesOf('Secret')
const config = casesOf('ConfigMap')
const account = casesOf('ServiceAccount')
const namespace = casesOf('Namespace')
const slice = casesOf('EndpointSlice')
const ingressClass = casesOf('IngressClass')
const runtimeClass = casesOf('RuntimeClass')
const typed = (type, data) => ({ type: `kubernetes.io/${type}`, ...(data === undefined ? {} : { data }) })
const base64 = (text) => Buffer.from(text).toString('base64')
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'u' }

export const cases = [
  secret.make('a secret', { data: { a: base64('b') } }),
  secret.make('no certificate', typed('tls')),
  secret.make('no key', typed('tls', { 'tls.crt': base64('x') })),
  secret.make('a certificate', typed('tls', { 'tls.crt': base64('x'), 'tls.key': base64('y') })),
  secret.make('no registry', typed('dockerconfigjson', {})),
  secret.make('a registry that is no JSON', typed('dockerconfigjson', { '.dockerconfigjson': base64('x') })),
  secret.make('a registry that is a list', typed('dockerconfigjson', { '.dockerconfigjson': base64('[]') })),
  secret.make('a registry that is cut', typed('dockerconfigjson', { '.dockerconfigjson': base64('{"a":') })),
  secret.make('an old registry', typed('dockercfg', {})),
  secret.make('no user', typed('basic-auth')),
  secret.make('a user only', typed('basic-auth', { username: base64('x') })),
  secret.make('no private key', typed('ssh-auth')),
  secret.make('an empty private key', typed('ssh-auth', { 'ssh-privatekey': '' })),
  secret.make('no account', typed('service-account-token')),
  secret.make('a bad key', { data: { 'a b': '' } }),
  secret.make('a long key', { data: { ['a'.repeat(254)]: '' } }),
  secret.make('a key of dots', { data: { '..a': '' } }),
  secret.change('another type', {}, { type: 'x' }),
  secret.change('frozen data', { immutable: true, data: { a: '' } }, { data: { a: base64('x') } }),
  secret.change('thawed', { immutable: true }, { immutable: false }),
  secret.change('thawed and changed', { immutable: true }, { immutable: null, data: { a: '' } }),
  config.make('a config', { data: { a: 'b' } }),
  config.make('a bad config key', { data: { 'a b': '' } }),
  config.make('a key in both', { data: { a: '' }, binaryData: { a: '' } }),
  config.make('a bad binary key', { binaryData: { 'a/b': '' } }),
  config.change('frozen config', { immutable: true, data: { a: '' } }, { data: { a: 'x' } }),
  config.change('frozen binaries', { immutable: true }, { binaryData: { a: '' } }),
  config.change('thawed config', { immutable: true }, { immutable: false }),

  config.make('no name', { metadata: { name: '' } }),
  config.make('a bad name', { metadata: { name: 'A_b' } }),
  config.make('a long name', { metadata: { name: 'a'.repeat(254) } }),
  config.make('a bad label', { metadata: { labels: { 'a b': 'c' } } }),
  config.make('a bad label value', { metadata: { labels: { a: 'c d' } } }),
  config.make('a bad annotation', { metadata: { annotations: { 'a/b/c': '' } } }),
  config.make('a finalizer without a domain', { metadata: { finalizers: ['x'] } }),
  config.make('a bad finalizer', { metadata: { finalizers: ['a b/c'] } }),
  config.make('finalizers that exclude one another', { metadata: { finalizers: ['orphan', 'foregroundDeletion'] } }),
  config.make('an owner', { metadata: { ownerReferences: [owner] } }),
  config.make('an owner of nothing', {
    metadata: { ownerReferences: [{ apiVersion: '', kind: '', name: '', uid: '' }] },
  }),
  config.make('an event as owner', { metadata: { ownerReferences: [{ ...owner, kind: 'Event' }] } }),
  config.make('two controllers', {
    metadata: {
      ownerReferences: [
        { ...owner, controller: true },
        { ...owner, name: 'p', controller: true },
      ],
    },
  }),
  config.change('another name', {}, { metadata: { name: 'b' } }),
  config.change('another uid', {}, { metadata: { uid: 'b' } }),
  config.change('a finalizer later', {}, { metadata: { finalizers: ['x'] } }),

  account.make('a bad account', { metadata: { name: 'A_b' } }),
  namespace.make('a bad namespace', { metadata: { name: 'a.b' } }),
  namespace.make('a bad namespace finalizer', { spec: { finalizers: ['x'] } }),

  slice.make('a slice', {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.2.3'] }],
    ports: [{ name: 'a', port: 80 }],
  }),
  slice.make('no address type', { endpoints: [] }),
  slice.make('an unknown address type', { addressType: 'X', endpoints: [] }),
  slice.make('loopback', { addressType: 'IPv4', endpoints: [{ addresses: ['127.0.0.1'] }] }),
  slice.make('no addresses', { addressType: 'IPv4', endpoints: [{ addresses: [] }] }),
  slice.make('an address of the other family', { addressType: 'IPv4', endpoints: [{ addresses: ['2001:db8::1'] }] }),
  slice.make('no address at all', { addressType: 'IPv6', endpoints: [{ addresses: ['x'] }] }),
  slice.make('ports twice', {
    addressType: 'IPv4',
    endpoints: [],
    ports: [
      { name: 'a', port: 1 },
      { name: 'a', port: 2 },
    ],
  }),
  slice.make('a bad port', { addressType: 'IPv4', endpoints: [], ports: [{ name: 'A_b', protocol: 'X' }] }),
  slice.make('a bad host', {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.2.3'], hostname: 'A_b', nodeName: 'A_b' }],
  }),
  slice.change('another address type', { addressType: 'IPv4', endpoints: [] }, { addressType: 'IPv6' }),

  ingressClass.make('a class without a domain', { spec: { controller: 'x' } }),
  ingressClass.make('a class without a controller', { spec: {} }),
  ingressClass.make('parameters of nothing', { spec: { controller: 'a.b/c', parameters: { kind: '', name: '' } } }),
  ingressClass.change('another controller', { spec: { controller: 'a.b/c' } }, { spec: { controller: 'a.b/d' } }),
  runtimeClass.make('no handler', {}),
  runtimeClass.make('a bad handler', { handler: 'A_b' }),
  runtimeClass.make('a bad overhead', { handler: 'a', overhead: { podFixed: { foo: '1' } } }),
  runtimeClass.change('another handler', { handler: 'a' }, { handler: 'b' }),
]
