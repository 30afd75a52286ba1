package parse

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
)

// Compiled into Go's own package by -overlay: writes the inputs of its tests, and what the package makes of them, to $RECORD.

var recordedTypes = map[itemType]string{
	itemError: "error", itemBool: "bool", itemChar: "char", itemCharConstant: "charConstant", itemComment: "comment",
	itemComplex: "complex", itemAssign: "assign", itemDeclare: "declare", itemEOF: "eof", itemField: "field",
	itemIdentifier: "identifier", itemLeftDelim: "leftDelim", itemLeftParen: "leftParen", itemNumber: "number",
	itemPipe: "pipe", itemRawString: "rawString", itemRightDelim: "rightDelim", itemRightParen: "rightParen",
	itemSpace: "space", itemString: "string", itemText: "text", itemVariable: "variable",
	itemDot: ".", itemBlock: "block", itemBreak: "break", itemContinue: "continue", itemDefine: "define", itemElse: "else",
	itemEnd: "end", itemIf: "if", itemNil: "nil", itemRange: "range", itemTemplate: "template", itemWith: "with",
}

func TestRecord(t *testing.T) {
	// The tests lower the limit of nesting to have short cases; the limit itself is a case of ours.
	maxStackDepth = 10000
	out := map[string]any{"lex": recordLex(), "parse": recordParse(t), "numbers": recordNumbers()}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv("RECORD"), text, 0o644); err != nil {
		t.Fatal(err)
	}
}

func recordLex() []any {
	var out []any
	add := func(tests []lexTest, left, right string) {
		for _, test := range tests {
			var items [][]any
			for _, item := range collect(&test, left, right) {
				items = append(items, []any{recordedTypes[item.typ], int(item.pos), item.line, item.val})
			}
			out = append(out, map[string]any{"name": test.name, "input": test.input, "left": left, "right": right, "items": items})
		}
	}
	add(lexTests, "", "")
	add(lexPosTests, "", "")
	add(lexDelimTests, "$$", "@@")
	add([]lexTest{{name: "letters in delimiters", input: "{{hub .host hub}}"}}, "{{hub", "hub}}")
	add([]lexTest{{name: "markers in delimiters", input: "{{- .x -}} {{- - .x - -}}"}}, "{{- ", " -}}")
	return out
}

func recordParse(t *testing.T) []any {
	var out []any
	add := func(test parseTest, functions map[string]any) {
		row := map[string]any{"name": test.name, "input": test.input}
		var names []string
		for name := range functions {
			names = append(names, name)
		}
		row["functions"] = names
		trees := map[string]*Tree{}
		tree, err := New(test.name).Parse(test.input, "", "", trees, functions)
		if (err == nil) != (test.ok || strings.HasSuffix(test.name, "exceeds limit")) {
			t.Errorf("%s: %v", test.name, err)
		}
		if err != nil {
			row["error"] = err.Error()
		} else {
			texts := map[string]string{}
			for name, each := range trees {
				texts[name] = each.Root.String()
			}
			row["trees"] = texts
			row["empty"] = IsEmptyTree(tree.Root)
		}
		out = append(out, row)
	}
	for _, test := range parseTests {
		add(test, builtins)
	}
	for _, test := range errorTests {
		add(test, nil)
	}
	for _, test := range isEmptyTests {
		add(parseTest{test.name, test.input, true, ""}, nil)
	}
	add(parseTest{"block", `a{{block "inner" .}}bar{{.}}baz{{end}}b`, true, ""}, nil)
	add(parseTest{"break is a function", `{{range .X}}{{break 20}}{{end}}`, true, ""}, map[string]any{"break": 1})
	add(parseTest{"break is no function", `{{range .X}}{{break 20}}{{end}}`, false, ""}, nil)
	add(parseTest{"unknown functions allowed", `{{fn 1 2}}`, true, ""}, map[string]any{"fn": 1})
	return out
}

func recordNumbers() []any {
	var out []any
	for _, test := range numberTests {
		kind, typ := "number", itemNumber
		if test.text[0] == '\'' {
			kind, typ = "charConstant", itemCharConstant
		} else if test.isComplex || (len(test.text) > 1 && test.text[len(test.text)-1] == 'i') {
			kind, typ = "complex", itemComplex
		}
		row := map[string]any{"text": test.text, "kind": kind}
		var tree *Tree
		number, err := tree.newNumber(0, test.text, typ)
		if err != nil {
			row["error"] = err.Error()
			out = append(out, row)
			continue
		}
		if number.IsInt {
			row["int"] = strconv.FormatInt(number.Int64, 10)
		}
		if number.IsUint {
			row["uint"] = strconv.FormatUint(number.Uint64, 10)
		}
		if number.IsFloat {
			row["float"] = number.Float64
		}
		if number.IsComplex {
			row["complex"] = []float64{real(number.Complex128), imag(number.Complex128)}
		}
		out = append(out, row)
	}
	return out
}
