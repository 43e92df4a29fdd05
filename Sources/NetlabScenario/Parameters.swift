import NetlabModel

/// The parameters of a file, and their places in its texts.
struct Parameters {
    private var values: [String: String] = [:]
    private var positions: [String: SourcePosition] = [:]
    private var used: Set<String> = []
    /// Parameters with mistakes of their own, and whether a name was used that nobody gave.
    private var broken: Set<String> = []
    private var hasUnknown = false

    /// Reads `params:` and lays the values from the command line over it.
    init(_ tree: YAMLTree?, overrides: [String: String], _ complaints: Complaints) {
        let start = tree?.position ?? SourcePosition(line: 1, column: 1)
        if let tree {
            guard let entries = tree.entries else {
                complaints.error(
                    "params wants names with values, and here is \(tree.kindText)", at: tree.position,
                    hint: "write params: { mtu: 100 }")
                return
            }
            for entry in entries {
                guard Name.isWord(entry.key) else {
                    complaints.error(
                        "\"\(entry.key.shortened)\" is not a name of a parameter", at: entry.keyPosition,
                        hint: "a name has letters, digits, - and _, and begins with a letter")
                    continue
                }
                guard let text = entry.value.text else {
                    complaints.error(
                        "the parameter \(entry.key) wants a number or a text, and here is \(entry.value.kindText)",
                        at: entry.value.position)
                    broken.insert(entry.key)
                    continue
                }
                if text.contains("${") {
                    complaints.error(
                        "a parameter cannot be made of another one", at: entry.value.position,
                        hint: "write its value out")
                    broken.insert(entry.key)
                    continue
                }
                values[entry.key] = text
                positions[entry.key] = entry.keyPosition
            }
        }
        for (name, value) in overrides.sorted(by: { $0.key < $1.key }) {
            if values[name] == nil {
                complaints.error(
                    "there is no parameter \"\(name.shortened)\" to set", at: start,
                    hint: NearestWord.hint(for: name, among: values.keys)
                        ?? (values.isEmpty ? "the file has no params" : nil))
            } else {
                values[name] = value
            }
        }
    }

    /// The value of each parameter, defaults included.
    var all: [String: String] { values }

    /// The tree with `${name}` replaced by values, `$${` by `${`.
    mutating func fill(_ tree: YAMLTree, _ complaints: Complaints) -> YAMLTree {
        var result = tree
        switch tree.content {
        case .mapping(let entries):
            result.content = .mapping(
                entries.map {
                    .init(
                        key: $0.key, keyPosition: $0.keyPosition, value: fill($0.value, complaints))
                })
        case .sequence(let items): result.content = .sequence(items.map { fill($0, complaints) })
        case .scalar(let scalar):
            // Nearly no value has one, and a search for two characters goes by grapheme.
            if scalar.text.utf8.contains(UInt8(ascii: "$")) {
                result.content = .scalar(fill(scalar, tree, complaints))
            }
        }
        return result
    }

    private mutating func fill(
        _ scalar: YAMLTree.Scalar, _ tree: YAMLTree, _ complaints: Complaints
    ) -> YAMLTree.Scalar {
        let source = Array(scalar.text.unicodeScalars)
        var text = String.UnicodeScalarView()
        var columns: [Int] = []
        var index = 0
        func take(_ scalar: Unicode.Scalar, from offset: Int) {
            text.append(scalar)
            columns.append(tree.position(at: offset).column)
        }
        while index < source.count {
            guard source[index] == "$" else {
                take(source[index], from: index)
                index += 1
                continue
            }
            if source[index...].starts(with: "$${".unicodeScalars) {
                take("$", from: index)
                take("{", from: index + 2)
                index += 3
                continue
            }
            guard index + 1 < source.count, source[index + 1] == "{" else {
                take("$", from: index)
                index += 1
                continue
            }
            guard let end = source[index...].firstIndex(of: "}") else {
                complaints.error(
                    "\"${\" without its \"}\"", at: tree.position(at: index),
                    hint: "write $${ for the text ${")
                take("1", from: index)
                break
            }
            let name = String(String.UnicodeScalarView(source[(index + 2)..<end]))
            if let value = values[name] {
                used.insert(name)
                for scalar in value.unicodeScalars { take(scalar, from: index) }
            } else {
                if !broken.contains(name) {
                    hasUnknown = true
                    complaints.error(
                        "there is no parameter \"\(name.shortened)\"", at: tree.position(at: index),
                        hint: NearestWord.hint(for: name, among: values.keys)
                            ?? "give it a value under params:")
                }
                // Something that any reader accepts as a text, so that one mistake is told once.
                for scalar in "1".unicodeScalars { take(scalar, from: index) }
            }
            index = end + 1
        }
        columns.append(tree.position(at: source.count).column)
        let origin: YAMLTree.Origin
        if case .unknown = scalar.origin { origin = .unknown } else { origin = .mapped(columns) }
        return .init(text: String(text), isPlain: scalar.isPlain, origin: origin)
    }

    /// A parameter that nothing uses does nothing: whoever sets it should know.
    func complainAboutUnused(_ complaints: Complaints) {
        guard !hasUnknown else { return }
        for (name, position) in positions where !used.contains(name) {
            complaints.warning("nothing uses the parameter \(name)", at: position)
        }
    }
}
