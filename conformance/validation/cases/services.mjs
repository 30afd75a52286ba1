import { casesOf } from '../lib/cases.mjs'

const port = { port: 80 }
const service = casesOf('Service', { spec: { ports: [port] } })
const ports = (...all) => ({ ports: all })
const ingress = casesOf('Ingress')
const backend = { service: { name: 'a', port: { number: 80 } } }
const path = (member) => ({
  rules: [{ host: 'a.b', http: { paths: [{ path: '/', pathType: 'Prefix', backend, ...member }] } }],
})

export const cases = [
  service.spec('a service', {}),
  service.make('a service of nothing', { spec: {} }),
  service.spec('no external name', { type: 'ExternalName' }),
  service.spec('a bad external name', { type: 'ExternalName', externalName: 'A_b' }),
  service.spec('an external name with an address', {
    type: 'ExternalName',
    externalName: 'a.b',
    clusterIP: '10.96.7.7',
  }),
  service.really('a node port out of range', { spec: { type: 'NodePort', ...ports({ port: 80, nodePort: 80 }) } }),
  service.really('an address that is taken', { spec: { ...ports(port), clusterIP: '10.96.0.1' } }),
  service.spec('a node port of a cluster service', ports({ port: 80, nodePort: 30080 })),
  service.spec('a node port twice', {
    type: 'NodePort',
    ...ports({ name: 'a', port: 80, nodePort: 30080 }, { name: 'b', port: 81, nodePort: 30080 }),
  }),
  service.spec('a port twice', ports({ name: 'a', port: 80 }, { name: 'b', port: 80 })),
  service.spec('names twice', ports({ name: 'a', port: 80 }, { name: 'a', port: 81 })),
  service.spec('ports without names', ports({ port: 80 }, { port: 81 })),
  service.spec('a bad port name', ports({ name: 'A_b', port: 80 })),
  service.spec('a port out of range', ports({ port: 99999 })),
  service.spec('no port', ports({ targetPort: 80 })),
  service.spec('an unknown protocol', ports({ port: 80, protocol: 'X' })),
  service.spec('a bad target', ports({ port: 80, targetPort: 'a--b' }, { name: 'b', port: 81, targetPort: 99999 })),
  service.spec('a bad application protocol', ports({ port: 80, appProtocol: 'a b' })),
  service.spec('a headless node port', { type: 'NodePort', clusterIP: 'None' }),
  service.spec('a headless balancer', { type: 'LoadBalancer', clusterIP: 'None' }),
  service.spec('a bad address', { clusterIP: 'x' }),
  service.spec('an address out of range', { clusterIP: '10.1.2.3' }),
  service.spec('two addresses', { clusterIP: '10.96.7.7', clusterIPs: ['10.96.7.8'] }),
  service.spec('an unknown affinity', { sessionAffinity: 'X' }),
  service.spec('an affinity too long', {
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 99999 } },
  }),
  service.spec('an affinity of none', {
    sessionAffinity: 'None',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 9 } },
  }),
  service.spec('an unknown type', { type: 'X' }),
  service.spec('a bad external address', { externalIPs: ['x', '127.0.0.1'] }),
  service.spec('source ranges of a cluster service', { loadBalancerSourceRanges: ['10.0.0.0/8'] }),
  service.spec('bad source ranges', { type: 'LoadBalancer', loadBalancerSourceRanges: ['x'] }),
  service.spec('a class of a cluster service', { loadBalancerClass: 'a/b' }),
  service.spec('an outer policy of a cluster service', { externalTrafficPolicy: 'Local' }),
  service.spec('an unknown outer policy', { type: 'NodePort', externalTrafficPolicy: 'X' }),
  service.spec('an unknown inner policy', { internalTrafficPolicy: 'X' }),
  service.spec('an unknown distribution', { trafficDistribution: 'X' }),
  service.spec('an unknown family', { ipFamilies: ['X'] }),
  service.spec('families twice', { ipFamilies: ['IPv4', 'IPv4'] }),
  service.spec('an unknown family policy', { ipFamilyPolicy: 'X' }),
  service.spec('two families', { ipFamilyPolicy: 'RequireDualStack' }),
  service.spec('a bad selector', { selector: { 'a b': 'c' } }),
  service.spec('a health port', { healthCheckNodePort: 30001 }),
  service.spec('allocated ports of a cluster service', { allocateLoadBalancerNodePorts: true }),
  service.make('a name with a digit first', { metadata: { name: '1a' }, spec: { ports: [port] } }),
  service.make('a name with a dot', { metadata: { name: 'a.b' }, spec: { ports: [port] } }),
  service.changeSpec(
    'another address',
    { clusterIP: '10.96.7.7' },
    { clusterIP: '10.96.7.8', clusterIPs: ['10.96.7.8'] },
  ),
  service.changeSpec('no address any more', { clusterIP: '10.96.7.7' }, { clusterIP: 'None', clusterIPs: ['None'] }),
  service.changeSpec(
    'an external name later',
    { clusterIP: '10.96.7.7' },
    { type: 'ExternalName', externalName: 'a.b', clusterIP: null, clusterIPs: null },
  ),
  service.changeSpec('a cluster service later', { type: 'NodePort' }, { type: 'ClusterIP' }),
  service.changeSpec(
    'a cluster service with a node port',
    { type: 'NodePort' },
    { type: 'ClusterIP', ports: [{ port: 80, nodePort: 30999 }] },
  ),
  service.changeSpec('a node port later', {}, { type: 'NodePort' }),
  service.changeSpec(
    'other ports',
    { type: 'NodePort' },
    {
      ports: [
        { name: 'a', port: 81 },
        { name: 'b', port: 82 },
      ],
    },
  ),
  service.changeSpec('a balancer that is local', { type: 'LoadBalancer' }, { externalTrafficPolicy: 'Local' }),
  service.changeSpec(
    'another balancer',
    { type: 'LoadBalancer', loadBalancerClass: 'a/b' },
    { loadBalancerClass: 'a/c' },
  ),
  service.changeSpec('headless ports', { clusterIP: 'None' }, { ports: [{ port: 81 }] }),
  service.changeSpec('another selector', { selector: { a: 'b' } }, { selector: { a: 'c' } }),

  ingress.spec('an ingress', path({})),
  ingress.spec('an ingress of nothing', {}),
  ingress.spec('no path type', path({ pathType: null })),
  ingress.spec('an unknown path type', path({ pathType: 'X' })),
  ingress.spec('a relative path', path({ path: 'a' })),
  ingress.spec('a path that walks', path({ path: '/a/../b' })),
  ingress.spec('no backend', path({ backend: {} })),
  ingress.spec('a backend without a port', path({ backend: { service: { name: 'a' } } })),
  ingress.spec('a backend without a name', path({ backend: { service: { name: '', port: { number: 80 } } } })),
  ingress.spec('a bad service', path({ backend: { service: { name: 'A_b', port: { number: 80 } } } })),
  ingress.spec('a port of a bad name', path({ backend: { service: { name: 'a', port: { name: 'a--b' } } } })),
  ingress.spec('a resource of nothing', path({ backend: { resource: { kind: '', name: '' } } })),
  ingress.spec('no paths', { rules: [{ http: { paths: [] } }] }),
  ingress.spec('an address as host', { rules: [{ host: '10.0.0.1' }] }),
  ingress.spec('a bad host', { rules: [{ host: 'A_b' }] }),
  ingress.spec('a bad star', { rules: [{ host: 'a.*.b' }] }),
  ingress.spec('a bad class', { ...path({}), ingressClassName: 'A_b' }),
  ingress.spec('bad hosts of a certificate', { ...path({}), tls: [{ hosts: ['A_b', 'a.*'], secretName: 'A_b' }] }),
  ingress.make('two classes', {
    metadata: { annotations: { 'kubernetes.io/ingress.class': 'x' } },
    spec: { ...path({}), ingressClassName: 'y' },
  }),
]
