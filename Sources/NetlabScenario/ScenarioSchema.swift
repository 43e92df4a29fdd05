/// The language as a JSON Schema, for completion and checks in editors.
///
/// The schema knows the form of a file. What the parser checks besides (names that exist, addresses that fit) it does
/// not know.
public enum ScenarioSchema {
    /// JSON Schema, draft 7. `docs/scenario.schema.json` holds the same text.
    public static var json: String {
        var definitions = values
        for mapping in mappings where mapping.what != root.what {
            definitions.append((mapping.name, mapping.schema))
        }
        definitions += alternatives
        let schema = SchemaValue.object(
            [
                ("$schema", .string("http://json-schema.org/draft-07/schema#")),
                ("title", .string("netlab scenario")),
                ("description", .string("docs/scenario-reference.md describes the language.")),
            ] + members(root.schema) + [("definitions", .object(definitions))])
        return schema.text() + "\n"
    }

    /// Each kind of mapping, by what the parser calls it, with its keys.
    static var vocabulary: [String: Set<String>] {
        Dictionary(uniqueKeysWithValues: mappings.map { ($0.what, Set($0.keys.map(\.key))) })
    }

    private static func members(_ value: SchemaValue) -> [(key: String, value: SchemaValue)] {
        if case .object(let entries) = value { entries } else { [] }
    }

    private static var mappings: [SchemaMapping] {
        [root] + nodeMappings + linkMappings + trafficMappings + phaseMappings
    }

    // MARK: Values

    private static func pattern(_ pattern: String) -> SchemaValue {
        .object([("type", .string("string")), ("pattern", .string("\(pattern)|\\$\\{"))])
    }

    private static func quantity(_ units: String) -> SchemaValue { pattern("^[0-9][0-9._]* *(\(units))$") }

    private static let values: [(key: String, value: SchemaValue)] = [
        ("parameter", .object([("type", .string("string")), ("pattern", .string("\\$\\{"))])),
        ("duration", quantity("ns|us|µs|ms|s|min|h")),
        ("size", quantity("B|KiB|MiB|GiB|kB|KB|MB|GB")),
        ("rate", quantity("[kmg]?bit(/s)?")),
        ("eventRate", quantity("/s|pps|/min")),
        ("probability", quantity("%")),
        ("name", pattern("^[A-Za-z][A-Za-z0-9_-]{0,31}$")),
        ("address", pattern("^[0-9.]+$|^[0-9A-Fa-f:.]+$")),
        ("prefix", pattern("^[0-9.]+/[0-9]+$|^[0-9A-Fa-f:.]+/[0-9]+$")),
        ("mac", pattern("^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$")),
        ("end", pattern("^[^/ ]+/[^/ ]+$")),
        ("flags", .named(.boolean)),
        ("sysctls", .named(.any(.scalar, .reference("setting")))),
    ]

    // MARK: The whole

    private static let root = SchemaMapping(
        what: "a scenario", name: "scenario",
        keys: [
            ("title", .text), ("tags", .oneOrMore(.text)), ("takes", .duration), ("params", .named(.scalar)),
            ("nodes", .named(.reference("node"))),
            ("links", .list(of: .any(.list(of: .reference("end")), .reference("link")))),
            ("traffic", .named(.reference("flow"))), ("phases", .list(of: .reference("phase"))),
            ("lesson", .reference("lesson")), ("requires", .reference("requires")),
            ("host", .reference("sysctls")), ("duplicate-address", .boolean),
        ], required: ["title", "phases"])

    private static let phaseMappings: [SchemaMapping] = [
        SchemaMapping(
            what: "a phase", name: "phase",
            keys: [
                ("name", .reference("name")), ("role", .words(["control", "fault", "recovery"])),
                ("set", .reference("patch")), ("at", .list(of: .reference("step"))),
                ("traffic", .oneOrMore(.reference("name"))), ("fresh", .boolean),
                ("expect", .list(of: .any(.text, .reference("expectation")))),
            ], required: ["name"]),
        SchemaMapping(
            what: "a step", name: "step", keys: [("after", .duration), ("set", .reference("patch"))],
            required: ["after", "set"]),
        SchemaMapping(
            what: "an expectation", name: "expectation",
            keys: [("that", .text), ("because", .text), ("kernel", .text)],
            required: ["that"]),
        SchemaMapping(
            what: "a lesson", name: "lesson",
            keys: ["symptom", "look", "cause", "cure"].map { ($0, .text) } + [
                ("hints", .oneOrMore(.text)), ("formerly", .text), ("sources", .oneOrMore(.text)),
            ]),
        SchemaMapping(
            what: "requires", name: "requires",
            keys: [("kernel", .text)]
                + ["programs", "sysctls", "qdiscs", "devices"].map { ($0, .oneOrMore(.text)) }
                + [("cpus", .integer(1...4096)), ("root", .text), ("virtual-time", .text)]),
    ]

    /// Definitions that are one of several mappings, or that are looser than a mapping.
    private static var alternatives: [(key: String, value: SchemaValue)] {
        [
            ("flow", .object([("anyOf", .array(trafficKinds.map { .reference($0) }))])),
            // Parts of nodes, interfaces, links and flows, in which null removes.
            (
                "patch",
                .named(.object([("type", .array([.string("object"), .string("string"), .string("array")]))]))
            ),
            (
                "packets",
                .any(
                    .object([
                        ("type", .string("string")),
                        ("pattern", .string("^(all|first [0-9]+|every [0-9]+)$|\\$\\{")),
                    ]),
                    .list(of: .integer(1...1_000_000_000)))
            ),
        ]
    }
}
