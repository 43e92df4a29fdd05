/// The file as a whole, and its parameters.
extension BrokenScenario {
    static let brokenFiles: [BrokenScenario] = [
        BrokenScenario(
            "empty", text: "",
            ["1:1 error: the file is empty | start with: title: …"]),
        BrokenScenario(
            "only a comment",
            text: #"""
                # nothing

                """#,
            ["1:1 error: the file is empty | start with: title: …"]),
        BrokenScenario(
            "a list",
            text: #"""
                - a
                - b

                """#,
            ["1:1 error: a scenario wants keys with values, and here is a list | start with: title: …"]),
        BrokenScenario(
            "a text",
            text: #"""
                hello

                """#,
            [#"1:1 error: a scenario wants keys with values, and here is "hello" | start with: title: …"#]),
        BrokenScenario(
            "two documents",
            text: #"""
                title: a
                ---
                title: b

                """#,
            ["2:1 error: a file holds one scenario, and here a second document begins"]),
        BrokenScenario(
            "tabs",
            text: #"""
                title: a
                nodes:
                	client: {}

                """#,
            [
                "3:1 error: not YAML: found character that cannot start any token | indent with blanks, not with tabs"
            ]),
        BrokenScenario(
            "duplicate key",
            [
                "title: A sound scenario": #"""
                title: a
                title: b
                """#
            ],
            [#"1:1 error: the key "title" stands twice in one mapping"#]),
        BrokenScenario(
            "parameter without quotes in braces", [#"count: "${count}""#: "count: ${count}"],
            [
                #"20:68 error: not YAML: did not find expected ',' or '}' | inside [ ] and { } a parameter needs quotes: "${name}""#
            ]),
        BrokenScenario(
            "unclosed bracket", ["tags: [tcp]": "tags: [tcp"],
            ["3:7 error: not YAML: did not find expected ',' or ']'"]),
        BrokenScenario(
            "colon in a text", ["because: nothing fits": "because: nothing: fits"],
            [
                #"30:25 error: not YAML: mapping values are not allowed in this context | a text with ": " in it needs quotes"#
            ]),
        BrokenScenario(
            "merge key",
            [
                "params: { count: 10 }": #"""
                params: { count: 10 }
                <<: { title: b }
                """#
            ],
            [
                "4:1 error: merge keys (<<) are not part of the language | write the keys out, or use a parameter"
            ]),
        BrokenScenario(
            "key that is a list",
            [
                "tags: [tcp]": #"""
                tags: [tcp]
                ? [a, b]
                : c
                """#
            ],
            ["3:3 error: a key is a word, not a list"]),
        BrokenScenario(
            "undefined alias", ["tags: [tcp]": "tags: *none"],
            ["2:7 error: not YAML: found undefined alias"]),
        BrokenScenario(
            "unknown key at the top", ["traffic:": "trafic:"],
            [#"19:1 error: "trafic" is not a key of a scenario | did you mean "traffic"?"#]),
        BrokenScenario(
            "no title and no phases",
            text: #"""
                nodes: { a: { interfaces: { eth0: 10.0.0.1/24 } } }

                """#,
            [
                "1:1 error: a scenario wants title",
                "1:1 error: a scenario wants phases | write phases: with control, fault and recovery",
                "1:29 warning: a/eth0 is in no link",
            ]),
        BrokenScenario(
            "title without a value", ["title: A sound scenario": "title:"],
            ["1:7 error: title has no value | give it one, or leave the key out"]),
        BrokenScenario(
            "phases is a mapping",
            text: #"""
                title: a
                phases: { name: control }

                """#,
            ["2:9 error: phases wants a list, and here is a mapping | write - name: control"]),
        BrokenScenario(
            "unknown parameter", [#""${count}""#: #""${cuont}""#],
            [#"20:68 error: there is no parameter "cuont" | did you mean "count"?"#]),
        BrokenScenario(
            "open parameter", [#""${count}""#: #""${count""#],
            [
                "3:11 warning: nothing uses the parameter count",
                #"20:68 error: "${" without its "}" | write $${ for the text ${"#,
            ]),
        BrokenScenario(
            "unused parameter", ["{ count: 10 }": "{ count: 10, size: 3 }"],
            ["3:22 warning: nothing uses the parameter size"]),
        BrokenScenario(
            "parameter of a parameter", ["{ count: 10 }": #"{ count: 10, twice: "${count}0" }"#],
            ["3:29 error: a parameter cannot be made of another one | write its value out"]),
        BrokenScenario(
            "parameter is a list", ["{ count: 10 }": "{ count: [10] }"],
            ["3:18 error: the parameter count wants a number or a text, and here is a list"]),
        BrokenScenario(
            "parameter in a key",
            [
                #"""
                client:

                """#: #"""
                client:
                    hosts: { "${count}": 10.0.0.1 }

                """#
            ],
            ["6:14 error: a parameter cannot stand in a key | parameters are filled into values"]),
        BrokenScenario(
            "bad name of a parameter", ["{ count: 10 }": #"{ count: 10, "a b": 1 }"#],
            [
                #"3:22 error: "a b" is not a name of a parameter | a name has letters, digits, - and _, and begins with a letter"#
            ]),
    ]
}
