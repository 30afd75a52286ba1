// Prints the built-in resources of a real API server: node resources.mjs SERVER TOKEN. Its certificate is not checked: it is a local one.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
const [, , server, token] = process.argv
const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

const resources = []
for (const root of ['api', 'apis']) {
  const response = await fetch(`${server}/${root}`, { headers: { accept, authorization: `Bearer ${token}` } })
  for (const item of (await response.json()).items) {
    const group = item.metadata.name ?? ''
    for (const { version, resources: found } of item.versions) {
      if (/alpha|beta/.test(version)) continue
      resources.push(...found.map((resource) => describe(group, version, resource)))
    }
  }
}
console.log(JSON.stringify(resources))

function describe(group, version, of) {
  return {
    group,
    version,
    kind: of.responseKind.kind,
    plural: of.resource,
    singular: of.singularResource,
    namespaced: of.scope === 'Namespaced',
    verbs: of.verbs,
    ...(of.shortNames ? { shortNames: of.shortNames } : {}),
    ...(of.categories ? { categories: of.categories } : {}),
    ...(of.subresources ? { subresources: of.subresources.map((sub) => subresource(sub, { group, version })) } : {}),
  }
}

function subresource(sub, parent) {
  const { kind, group, version } = sub.responseKind
  return {
    name: sub.subresource,
    kind,
    group: group || parent.group,
    version: version || parent.version,
    verbs: sub.verbs,
  }
}
