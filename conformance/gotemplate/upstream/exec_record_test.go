package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Compiled into Go's own package by -overlay: executes the inputs of its tests on data without structs and methods, and writes
// template, data and answer to $RECORD. What needs more is counted by reason.

type recordedCase struct {
	Name   string      `json:"name"`
	Files  [][2]string `json:"files"`
	Data   any         `json:"data"`
	Option string      `json:"missingkey,omitempty"`
	Delims []string    `json:"delims,omitempty"`
	Output *string     `json:"output,omitempty"`
	Error  *string     `json:"error,omitempty"`
}

var recordedFunctions = FuncMap{
	"add": add, "dddArg": dddArg, "die": func() bool { panic("die") }, "echo": echo, "makemap": makemap, "mapOfThree": mapOfThree,
	"oneArg": oneArg, "returnInt": returnInt, "twoArgs": twoArgs, "typeOf": typeOf, "valueString": valueString, "zeroArgs": zeroArgs,
	"doPanic": func() string { panic("custom panic string") },
	"err":     func() (string, error) { return "", errors.New("heyo !") },
}

type recorder struct {
	cases    []recordedCase
	excluded map[string]int
}

func TestRecord(t *testing.T) {
	r := &recorder{excluded: map[string]int{}}
	for _, test := range execTests {
		r.addTest(test, nil)
	}
	shared := [][2]string{{"one", multiText1}, {"two", multiText2}}
	for _, test := range multiExecTests {
		r.addTest(test, shared)
	}
	for _, test := range multiParseTests {
		r.add(recordedCase{Name: test.name, Files: [][2]string{{test.name, test.input}}}, nil)
	}
	for _, test := range cmpTests {
		truth := test.truth
		r.addExpected(execTest{test.expr, fmt.Sprintf("{{if %s}}true{{else}}false{{end}}", test.expr), truth, comparisonData(), test.ok}, nil)
	}
	var inside []recordedCase
	text, err := os.ReadFile(os.Getenv("INSIDE"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &inside); err != nil {
		t.Fatal(err)
	}
	for _, each := range inside {
		data := mentioned(insideData(each.Data), each.Files)
		r.add(each, data)
	}
	text, err = json.Marshal(map[string]any{"cases": r.cases, "excluded": r.excluded})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv("RECORD"), text, 0o644); err != nil {
		t.Fatal(err)
	}
}

func comparisonData() any {
	number := 0
	return map[string]any{
		"Uthree": uint(3), "Ufour": uint(4), "NegOne": -1, "Three": 3, "Ptr": &number, "NilPtr": (*int)(nil),
		"NonNilMap": map[string]int{}, "Map": map[string]int(nil), "NilIface": nil,
	}
}

// The data of the cases that stand inside of test functions: plain JSON, or one of these by name.
func insideData(data any) any {
	name, ok := data.(string)
	if !ok || !strings.HasPrefix(name, "$") {
		return data
	}
	switch name {
	case "$interfaces":
		return map[string]any{
			"PlusOne": func(n int) int { return n + 1 }, "Slice": []int{0, 1, 2, 3}, "One": 1, "Two": 2, "Nil": nil, "Zero": 0,
		}
	case "$five":
		return 5
	case "$counts":
		return map[string]int{"x": 99}
	case "$texts":
		return map[string]string{"x": "99"}
	case "$test":
		return standInOf(reflect.ValueOf(tVal))
	case "$call":
		return func() string { return "result" }
	}
	panic(name)
}

var fieldName = regexp.MustCompile(`\.([A-Za-z]\w*)`)
var lost = regexp.MustCompile(`\b(count|stringer|vfunc)\b`)

func (r *recorder) addTest(test execTest, shared [][2]string) { r.addExpected(test, shared) }

// Keeps a case only if the stand-in for its data gives what Go's own test expects.
func (r *recorder) addExpected(test execTest, shared [][2]string) {
	if lost.MatchString(test.input) {
		r.excluded["calls a function of channels, structs or interfaces"]++
		return
	}
	data := standInOf(reflect.ValueOf(test.data))
	if data == nil && test.data != nil {
		r.excluded[fmt.Sprintf("data of type %T", test.data)]++
		return
	}
	if fields, ok := data.(map[string]any); ok && reflect.ValueOf(test.data).Kind() != reflect.Map {
		for _, match := range fieldName.FindAllStringSubmatch(test.input, -1) {
			if _, known := fields[match[1]]; !known && reflect.ValueOf(tVal).MethodByName(match[1]).IsValid() {
				r.excluded["calls a method"]++
				return
			}
		}
	}
	one := recordedCase{Name: test.name, Files: append(append([][2]string{}, shared...), [2]string{test.name, test.input})}
	output, err := one.execute(data)
	if (err == nil) != test.ok || (test.ok && output != test.output) {
		r.excluded["needs a struct, an array or a map of other keys"]++
		return
	}
	data = mentioned(data, one.Files)
	r.add(one, data)
}

// Only the fields that the texts name.
func mentioned(data any, files [][2]string) any {
	fields, ok := data.(map[string]any)
	if !ok {
		return data
	}
	out := map[string]any{}
	for name, field := range fields {
		for _, file := range files {
			if strings.Contains(file[1], name) {
				out[name] = field
			}
		}
	}
	return out
}

func (r *recorder) add(one recordedCase, data any) {
	output, err := one.execute(data)
	if err != nil {
		text := err.Error()
		one.Error = &text
	} else {
		one.Output = &output
	}
	one.Data = encode(reflect.ValueOf(data))
	r.cases = append(r.cases, one)
}

func (one recordedCase) execute(data any) (string, error) {
	set := New("root").Funcs(recordedFunctions)
	if len(one.Delims) == 2 {
		set.Delims(one.Delims[0], one.Delims[1])
	}
	if one.Option != "" {
		set.Option("missingkey=" + one.Option)
	}
	name := ""
	for _, file := range one.Files {
		name = file[0]
		if _, err := set.New(name).Parse(file[1]); err != nil {
			return "", err
		}
	}
	var out strings.Builder
	err := set.ExecuteTemplate(&out, name, data)
	return out.String(), err
}

// The same data with maps for structs; nil for what cannot be said so.
func standInOf(v reflect.Value) any {
	for v.IsValid() && (v.Kind() == reflect.Interface || (v.Kind() == reflect.Pointer && v.Type().Elem().Kind() == reflect.Struct)) {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if !v.IsValid() {
		return nil
	}
	switch v.Kind() {
	case reflect.Struct:
		if name := v.Type().Name(); name != "T" && name != "U" {
			return nil
		}
		out := map[string]any{}
		for i := 0; i < v.NumField(); i++ {
			name := v.Type().Field(i).Name
			if !v.Type().Field(i).IsExported() {
				continue
			}
			if v.Field(i).Kind() == reflect.Interface && v.Field(i).IsNil() && v.Field(i).Type().NumMethod() == 0 {
				out[name] = nil
			} else if plain := standInOf(v.Field(i)); plain != nil {
				out[name] = plain
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	case reflect.Map:
		if v.Type() == reflect.TypeFor[map[any]int]() {
			out := map[string]int{}
			for _, key := range v.MapKeys() {
				out[fmt.Sprint(key.Interface())] = int(v.MapIndex(key).Int())
			}
			return out
		}
		if v.Type().Key().Kind() != reflect.String {
			return nil
		}
	case reflect.Func:
		if _, known := functionName(v); !known {
			return nil
		}
	case reflect.Array, reflect.Chan, reflect.UnsafePointer:
		return nil
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Pointer || v.Type().NumMethod() > 0 {
			return nil
		}
	case reflect.Pointer:
		switch v.Type().Elem().Kind() {
		case reflect.Int, reflect.String:
		case reflect.Slice:
			if v.Type().Elem().NumMethod() > 0 {
				return nil
			}
		default:
			return nil
		}
	}
	if v.Type().PkgPath() != "" {
		return nil
	}
	return v.Interface()
}

func functionName(v reflect.Value) (string, bool) {
	known := map[reflect.Type]string{
		reflect.TypeFor[func(string, string) string](): "BinaryFunc",
		reflect.TypeFor[func(...string) string]():      "VariadicFunc",
		reflect.TypeFor[func(int, ...string) string](): "VariadicFuncInt",
		reflect.TypeFor[func(*int) bool]():             "NilOKFunc",
		reflect.TypeFor[func() (string, error)]():      "ErrFunc",
		reflect.TypeFor[func(int) int]():               "PlusOne",
		reflect.TypeFor[func() string]():               "Result",
	}
	name, ok := known[v.Type()]
	if name == "Result" && v.Pointer() == reflect.ValueOf(tVal.PanicFunc).Pointer() {
		name = "PanicFunc"
	}
	return name, ok
}

// Data as JSON that keeps the types: {"$type": "[]int", "value": ...} for all that JSON does not say itself.
func encode(v reflect.Value) any {
	if !v.IsValid() {
		return nil
	}
	typed := func(value any) any {
		return map[string]any{"$type": strings.ReplaceAll(v.Type().String(), "interface {}", "any"), "value": value}
	}
	switch v.Kind() {
	case reflect.Interface:
		return encode(v.Elem())
	case reflect.Bool:
		return v.Bool()
	case reflect.String:
		return v.String()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return typed(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return typed(strconv.FormatUint(v.Uint(), 10))
	case reflect.Float64:
		return v.Float()
	case reflect.Complex128:
		return typed([]float64{real(v.Complex()), imag(v.Complex())})
	case reflect.Func:
		name, _ := functionName(v)
		return map[string]any{"$type": "func", "value": name}
	case reflect.Slice:
		if v.IsNil() {
			return typed(nil)
		}
		items := []any{}
		for i := 0; i < v.Len(); i++ {
			items = append(items, encode(v.Index(i)))
		}
		return map[string]any{"$type": strings.ReplaceAll(v.Type().String(), "interface {}", "any"), "value": items, "capacity": v.Cap()}
	case reflect.Map:
		if v.IsNil() {
			return typed(nil)
		}
		fields := map[string]any{}
		for _, key := range v.MapKeys() {
			fields[key.String()] = encode(v.MapIndex(key))
		}
		return typed(fields)
	case reflect.Pointer:
		if v.IsNil() {
			return typed(nil)
		}
		return typed(encode(v.Elem()))
	}
	panic(v.Type().String())
}
