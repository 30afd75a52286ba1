/**
 * Whose YAML: `sigs` is sigs.k8s.io/yaml over go-yaml v2 (Helm, kustomization.yaml), `kyaml` is go-yaml v3 as kustomize reads resources.
 */
export type Dialect = 'sigs' | 'kyaml'
