import NetlabModel

/// A phase as it stands in the file, before its state is known.
struct PhaseDraft {
    struct Step {
        var at: Duration
        var set: YAMLTree
    }

    struct Claim {
        var tree: YAMLTree
        var because: String?
        var kernel: KernelRange?
    }

    var name: String
    var role: PhaseRole
    var position: SourcePosition
    var set: YAMLTree?
    var steps: [Step] = []
    /// The flows that run; nil: all.
    var traffic: [String]?
    var isFresh = false
    var claims: [Claim] = []

    private static let roles = Dictionary(
        uniqueKeysWithValues: PhaseRole.allCases.map { ($0.rawValue, $0) })

    /// Reads `phases:`.
    static func all(in root: NodeReader, flows: [String]) -> [PhaseDraft] {
        let complaints = root.complaints
        guard let tree = root.required("phases", hint: "write phases: with control, fault and recovery")
        else {
            return []
        }
        guard let items = tree.items, !items.isEmpty else {
            complaints.error(
                "phases wants a list, and here is \(tree.items == nil ? tree.kindText : "an empty one")",
                at: tree.position, hint: "write - name: control")
            return []
        }
        var drafts: [PhaseDraft] = []
        for (index, item) in items.enumerated() {
            guard let draft = PhaseDraft(item, isFirst: index == 0, flows: flows, complaints) else {
                continue
            }
            if drafts.contains(where: { $0.name == draft.name }) {
                complaints.error(
                    "two phases are called \(draft.name)", at: item["name"]?.position ?? item.position)
            }
            drafts.append(draft)
        }
        return drafts
    }

    private init?(_ tree: YAMLTree, isFirst: Bool, flows: [String], _ complaints: Complaints) {
        guard let reader = NodeReader(tree, "a phase", complaints, hint: "write - name: control") else {
            return nil
        }
        position = tree.position
        name = ""
        role = isFirst ? .control : .fault
        if let nameTree = reader.required("name"), let text = complaints.text(nameTree, "name"),
            Name.check(text, "phase", at: nameTree.position, complaints)
        {
            name = text
            role = Self.role(of: text) ?? role
        }
        role = reader.word("role", Self.roles) ?? role
        set = reader.value("set")
        if let at = reader.value("at") { steps = Self.steps(at, complaints) }
        if let running = reader.value("traffic") {
            let items = running.items ?? [running]
            let names = items.compactMap { complaints.name($0, "flow", among: flows) }
            if names.count == items.count { traffic = names }
        }
        isFresh = reader.boolean("fresh") ?? false
        if let expect = reader.value("expect") { claims = Self.claims(expect, complaints) }
        reader.finish(synonyms: [
            "expects": "expect", "assert": "expect", "change": "set", "flows": "traffic",
        ])
        if name.isEmpty { return nil }
    }

    private static func role(of name: String) -> PhaseRole? {
        let words: [(PhaseRole, [String])] = [
            (.control, ["control", "baseline"]), (.fault, ["fault"]),
            (.recovery, ["recovery", "remedy", "cure", "fix"]),
        ]
        return words.first { $0.1.contains { name.hasPrefix($0) } }?.0
    }

    private static func steps(_ tree: YAMLTree, _ complaints: Complaints) -> [Step] {
        guard let items = tree.items else {
            complaints.error(
                "at wants a list of steps, and here is \(tree.kindText)", at: tree.position,
                hint: "write at: [{ after: 1 s, set: { server/eth0: { up: false } } }]")
            return []
        }
        var steps: [Step] = []
        for item in items {
            guard let reader = NodeReader(item, "a step", complaints) else { continue }
            let after = reader.required("after").flatMap {
                complaints.quantity($0, "after", UnitText.duration)
            }
            let set = reader.required("set")
            reader.finish()
            guard let after, let set else { continue }
            if let last = steps.last, after <= last.at {
                complaints.error(
                    "this step is not later than the one before it", at: reader.keyPosition("after"),
                    hint: "steps stand in order of time")
            }
            steps.append(Step(at: after, set: set))
        }
        return steps
    }

    private static func claims(_ tree: YAMLTree, _ complaints: Complaints) -> [Claim] {
        guard let items = tree.items else {
            complaints.error(
                "expect wants a list, and here is \(tree.kindText)", at: tree.position,
                hint: "write expect: [web.succeeded == 10]")
            return []
        }
        return items.compactMap { item in
            if item.entries == nil { return Claim(tree: item, because: nil) }
            guard let reader = NodeReader(item, "an expectation", complaints) else { return nil }
            let that = reader.required(
                "that", hint: "write that: web.succeeded == 10; a text with \": \" in it needs quotes")
            let because = reader.text("because")
            let kernel = reader.value("kernel").flatMap { LessonDecoder.kernelRange($0, complaints) }
            reader.finish()
            return that.map { Claim(tree: $0, because: because, kernel: kernel) }
        }
    }

    // MARK: Patch text

    /// What `set:` changes, one line for each value: `server/eth0 mtu 100`.
    var patchText: [String] {
        var lines: [String] = []
        for entry in set?.entries ?? [] { Self.describe(entry.value, [entry.key], &lines) }
        for step in steps {
            var stepLines: [String] = []
            for entry in step.set.entries ?? [] { Self.describe(entry.value, [entry.key], &stepLines) }
            lines += stepLines.map { "after \(step.at.text): \($0)" }
        }
        return lines
    }

    private static func describe(_ tree: YAMLTree, _ path: [String], _ lines: inout [String]) {
        switch tree.content {
        case .mapping(let entries):
            // A sysctl with the kernels that it is for.
            let isSetting = path.dropLast().last == "host" || path.dropLast().last == "sysctl"
            if isSetting, let value = entries.first(where: { $0.key == "value" })?.value {
                return describe(value, path, &lines)
            }
            for entry in entries { describe(entry.value, path + [entry.key], &lines) }
        case .sequence, .scalar:
            let value = tree.isNull ? "removed" : flat(tree)
            lines.append((path + [value]).joined(separator: " "))
        }
    }

    private static func flat(_ tree: YAMLTree) -> String {
        switch tree.content {
        case .scalar(let scalar): scalar.text.split { $0.isNewline }.joined(separator: " ")
        case .sequence(let items): "[\(items.map(flat).joined(separator: ", "))]"
        case .mapping(let entries):
            "{ \(entries.map { "\($0.key): \(flat($0.value))" }.joined(separator: ", ")) }"
        }
    }
}
