/**
 * Expands `$(NAME)` in commands, arguments and values: k8s.io/kubernetes/third_party/forked/golang/expansion. `$$` escapes; what is not known stays as it is
 * written.
 */
export function expand(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, escaped: string, name: string | undefined) => {
    if (escaped === '$') return '$'
    return name !== undefined && Object.hasOwn(variables, name) ? (variables[name] ?? '') : whole
  })
}
