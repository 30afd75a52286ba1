// Writes the schema table of packages/objects: every built-in type that Slipway serves, as data.
// See README.md for the command. Structure and protobuf numbers come from the Go types, the rest from the OpenAPI definitions.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	extensionsopenapi "k8s.io/apiextensions-apiserver/pkg/generated/openapi"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	aggregator "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	"k8s.io/kube-openapi/pkg/common"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kubernetes/pkg/generated/openapi"
)

type field struct {
	Type     string   `json:"t"`
	Number   int      `json:"n,omitempty"`
	Inline   int      `json:"i,omitempty"` // the number of the embedded struct that protobuf nests the field in
	Required bool     `json:"r,omitempty"`
	Empty    bool     `json:"z,omitempty"` // written even when empty: no omitempty
	Value    bool     `json:"v,omitempty"` // a struct that is no pointer: never absent in Go
	Plain    bool     `json:"s,omitempty"` // a boolean or number that is no pointer: its zero is no value
	Default  any      `json:"d,omitempty"`
	Enum     []any    `json:"e,omitempty"`
	ListType string   `json:"l,omitempty"`
	Keys     []string `json:"k,omitempty"`
	MapType  string   `json:"m,omitempty"`
	Strategy string   `json:"ps,omitempty"`
	MergeKey string   `json:"pk,omitempty"`
}

type typeInfo struct {
	Fields  map[string]*field `json:"f"`
	MapType string            `json:"m,omitempty"`
}

var groups = map[string]bool{"": true, "apps": true, "batch": true, "autoscaling": true, "policy": true, "networking.k8s.io": true, "rbac.authorization.k8s.io": true,
	"discovery.k8s.io": true, "coordination.k8s.io": true, "events.k8s.io": true, "scheduling.k8s.io": true, "storage.k8s.io": true, "apiextensions.k8s.io": true,
	"authentication.k8s.io": true, "authorization.k8s.io": true, "admissionregistration.k8s.io": true, "apiregistration.k8s.io": true, "node.k8s.io": true,
	"certificates.k8s.io": true, "flowcontrol.apiserver.k8s.io": true, "resource.k8s.io": true}

var definitions map[string]common.OpenAPIDefinition
var types = map[string]*typeInfo{}

func main() {
	s := runtime.NewScheme()
	must(scheme.AddToScheme(s))
	must(apiextensions.AddToScheme(s))
	must(aggregator.AddToScheme(s))
	ref := func(path string) spec.Ref { return spec.MustCreateRef(path) }
	definitions = openapi.GetOpenAPIDefinitions(ref)
	for name, definition := range extensionsopenapi.GetOpenAPIDefinitions(ref) {
		definitions[name] = definition
	}
	kinds := map[string]string{}
	for gvk, t := range s.AllKnownTypes() {
		if !served(gvk) {
			continue
		}
		kinds[gvk.GroupVersion().String()+" "+gvk.Kind] = nameOf(t)
		walk(t)
	}
	out, err := json.Marshal(map[string]any{"kinds": kinds, "types": types})
	must(err)
	must(os.WriteFile(os.Args[1], append(out, '\n'), 0o644))
	fmt.Println(len(kinds), "kinds,", len(types), "types,", len(out), "bytes")
}

func served(gvk schema.GroupVersionKind) bool {
	stable := gvk.Version == "v1" || gvk.Version == "v2"
	return groups[gvk.Group] && stable && (gvk.Kind != "WatchEvent") && !strings.HasSuffix(gvk.Kind, "Options") && !strings.HasSuffix(gvk.Kind, "List") || gvk.Group == "" && gvk.Kind == "List"
}

// nameOf shortens a Go type to "apps/v1.Deployment" or "meta/v1.ObjectMeta".
func nameOf(t reflect.Type) string {
	path := t.PkgPath()
	for _, prefix := range []string{"k8s.io/api/", "k8s.io/apimachinery/pkg/apis/", "k8s.io/apimachinery/pkg/", "k8s.io/apiextensions-apiserver/pkg/apis/", "k8s.io/kube-aggregator/pkg/apis/"} {
		path = strings.TrimPrefix(path, prefix)
	}
	return path + "." + t.Name()
}

func definitionOf(t reflect.Type) *spec.Schema {
	if named, ok := reflect.New(t).Interface().(interface{ OpenAPIModelName() string }); ok {
		if definition, found := definitions[named.OpenAPIModelName()]; found {
			return &definition.Schema
		}
	}
	if definition, found := definitions[t.PkgPath()+"."+t.Name()]; found {
		return &definition.Schema
	}
	return nil
}

var special = map[string]string{
	"api/resource.Quantity": "quantity", "meta/v1.Time": "time", "meta/v1.MicroTime": "microtime", "meta/v1.Duration": "duration", "util/intstr.IntOrString": "intstr",
	"runtime.RawExtension": "any", "meta/v1.FieldsV1": "any", "apiextensions/v1.JSON": "any", "apiextensions/v1.JSONSchemaPropsOrBool": "any", "apiextensions/v1.JSONSchemaPropsOrArray": "any",
	"apiextensions/v1.JSONSchemaPropsOrStringArray": "any", "runtime.Object": "any",
}

func typeOf(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		return typeOf(t.Elem())
	}
	if name, ok := special[nameOf(t)]; ok {
		return name
	}
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "bool"
	case reflect.Int32:
		return "int32"
	case reflect.Int64, reflect.Int:
		return "int64"
	case reflect.Float64:
		return "float64"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[]" + typeOf(t.Elem())
	case reflect.Map:
		return "{}" + typeOf(t.Elem())
	case reflect.Struct:
		walk(t)
		return nameOf(t)
	case reflect.Interface:
		return "any"
	}
	panic("unknown type " + t.String())
}

func walk(t reflect.Type) {
	name := nameOf(t)
	if types[name] != nil {
		return
	}
	info := &typeInfo{Fields: map[string]*field{}}
	types[name] = info
	definition := definitionOf(t)
	if definition == nil {
		fmt.Fprintln(os.Stderr, "no definition of", name)
		definition = &spec.Schema{}
	}
	info.MapType, _ = definition.Extensions.GetString("x-kubernetes-map-type")
	addFields(info, t, definition, 0)
}

func addFields(info *typeInfo, t reflect.Type, definition *spec.Schema, inline int) {
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		parts := strings.Split(f.Tag.Get("json"), ",")
		if f.Anonymous && (parts[0] == "" || len(parts) > 1 && parts[1] == "inline") {
			inlined := definitionOf(deref(f.Type))
			if inlined == nil {
				inlined = definition
			}
			addFields(info, deref(f.Type), inlined, protobufNumber(f))
			continue
		}
		if parts[0] == "-" || parts[0] == "" {
			continue
		}
		described := describe(f, definition.Properties[parts[0]], has(definition.Required, parts[0]))
		described.Inline = inline
		info.Fields[parts[0]] = described
	}
}

func protobufNumber(f reflect.StructField) int {
	numbers := strings.Split(f.Tag.Get("protobuf"), ",")
	if len(numbers) < 2 {
		return 0
	}
	number, _ := strconv.Atoi(numbers[1])
	return number
}

func deref(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

func describe(f reflect.StructField, property spec.Schema, required bool) *field {
	d := &field{Type: typeOf(f.Type), Required: required, Default: property.Default, Enum: property.Enum}
	d.Empty = !strings.Contains(f.Tag.Get("json"), "omitempty")
	d.Value = f.Type.Kind() == reflect.Struct && types[d.Type] != nil
	switch f.Type.Kind() {
	case reflect.Bool, reflect.Int32, reflect.Int64, reflect.Float64:
		d.Plain = !d.Empty
	}
	d.Strategy, d.MergeKey = f.Tag.Get("patchStrategy"), f.Tag.Get("patchMergeKey")
	d.ListType, _ = property.Extensions.GetString("x-kubernetes-list-type")
	d.MapType, _ = property.Extensions.GetString("x-kubernetes-map-type")
	keys, _ := property.Extensions.GetStringSlice("x-kubernetes-list-map-keys")
	d.Keys = keys
	d.Number = protobufNumber(f)
	if m, ok := d.Default.(map[string]any); ok && len(m) == 0 {
		d.Default = nil
	}
	if d.Default == "" || d.Default == 0 || d.Default == false || d.Default == 0.0 {
		d.Default = nil
	}
	sort.Slice(d.Enum, func(a, b int) bool { return fmt.Sprint(d.Enum[a]) < fmt.Sprint(d.Enum[b]) })
	return d
}

func has(list []string, item string) bool {
	for _, each := range list {
		if each == item {
			return true
		}
	}
	return false
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
