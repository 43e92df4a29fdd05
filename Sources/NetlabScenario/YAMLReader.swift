import NetlabModel
import Yams

/// Turns the text of a file into a `YAMLTree`, with bounds on everything that could grow.
struct YAMLReader {
    /// Bytes; the longest scenario of the catalogue has a tenth of it.
    static let sizeLimit = 128 * 1024
    /// Nodes after aliases are followed.
    static let nodeLimit = 20_000
    static let depthLimit = 64

    private let complaints: Complaints
    private var nodes = 0

    private init(_ complaints: Complaints) { self.complaints = complaints }

    /// Reads one document.
    ///
    /// - Returns: nil if there is none, with the reason among the complaints.
    static func read(_ text: String, _ complaints: Complaints) -> YAMLTree? {
        let start = SourcePosition(line: 1, column: 1)
        guard text.utf8.count <= sizeLimit else {
            complaints.error("the file has more than \(sizeLimit / 1024) KiB", at: start)
            return nil
        }
        if let danger = YAMLDanger.first(in: text) {
            complaints.error(danger.message, at: danger.position, hint: danger.hint)
            return nil
        }
        do {
            // The basic resolver guesses no types: 1:30, 0100, on and yes stay the texts they are.
            // The library would ask the environment for the encoding, each time.
            guard let node = try Yams.compose(yaml: text, .basic, .default, .utf8) else {
                complaints.error("the file is empty", at: start, hint: "start with: title: …")
                return nil
            }
            var reader = YAMLReader(complaints)
            return reader.tree(node, depth: 0)
        } catch let error as YamlError {
            report(error, text, complaints)
            return nil
        } catch {
            complaints.error("not YAML: \(error)", at: start)
            return nil
        }
    }

    private mutating func tree(_ node: Yams.Node, depth: Int) -> YAMLTree? {
        let position =
            node.mark.map { SourcePosition(line: $0.line, column: $0.column) }
            ?? SourcePosition(line: 1, column: 1)
        nodes += 1
        guard nodes <= Self.nodeLimit else {
            // Said once: every caller further up returns at once.
            if nodes == Self.nodeLimit + 1 {
                complaints.error("the file has more than \(Self.nodeLimit) values", at: position)
            }
            return nil
        }
        guard depth <= Self.depthLimit else {
            complaints.error("the file is nested more than \(Self.depthLimit) deep", at: position)
            return nil
        }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            return YAMLTree(
                position: position,
                content: .scalar(
                    .init(text: scalar.string, isPlain: isPlain, origin: origin(of: scalar, at: position))))
        case .sequence(let sequence):
            var items: [YAMLTree] = []
            for item in sequence {
                guard let item = tree(item, depth: depth + 1) else { return nil }
                items.append(item)
            }
            return YAMLTree(position: position, content: .sequence(items))
        case .mapping(let mapping):
            return tree(mapping, at: position, depth: depth)
        case .alias:
            complaints.error("an alias that cannot be followed", at: position)
            return nil
        }
    }

    private mutating func tree(
        _ mapping: Yams.Node.Mapping, at position: SourcePosition, depth: Int
    ) -> YAMLTree? {
        var entries: [YAMLTree.Entry] = []
        for (key, value) in mapping {
            guard let keyTree = tree(key, depth: depth + 1), let valueTree = tree(value, depth: depth + 1)
            else { return nil }
            guard let name = keyTree.scalar else {
                complaints.error("a key is a word, not \(keyTree.kindText)", at: keyTree.position)
                continue
            }
            if name.text == "<<", name.isPlain {
                complaints.error(
                    "merge keys (<<) are not part of the language", at: keyTree.position,
                    hint: "write the keys out, or use a parameter")
                continue
            }
            if name.text.utf8.contains(UInt8(ascii: "$")), name.text.contains("${") {
                complaints.error(
                    "a parameter cannot stand in a key", at: keyTree.position,
                    hint: "parameters are filled into values")
                continue
            }
            entries.append(.init(key: name.text, keyPosition: keyTree.position, value: valueTree))
        }
        return .mapping(entries, at: position)
    }

    /// Compares the text with what stands at its place in the file.
    private func origin(of scalar: Yams.Node.Scalar, at position: SourcePosition) -> YAMLTree.Origin {
        var column = position.column
        switch scalar.style {
        case .literal, .folded: return .unknown
        case .singleQuoted, .doubleQuoted: column += 1
        case .plain, .any: break
        }
        let isThere = complaints.hasText(
            scalar.string, at: SourcePosition(line: position.line, column: column))
        return isThere ? .straight(column) : .unknown
    }

    private static func report(_ error: YamlError, _ text: String, _ complaints: Complaints) {
        let start = SourcePosition(line: 1, column: 1)
        func place(_ mark: Mark) -> SourcePosition {
            SourcePosition(line: max(mark.line, 1), column: max(mark.column, 1))
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            if problem.hasPrefix("but found another document") {
                complaints.error(
                    "a file holds one scenario, and here a second document begins", at: place(mark))
            } else {
                complaints.error(
                    "not YAML: \(problem)", at: place(mark),
                    hint: hint(problem, complaints.shortLine(mark.line) ?? ""))
            }
        case .duplicatedKeysInMapping(let keys, let context):
            complaints.error(
                "the key \(keys.map { "\"\($0)\"" }.joined(separator: ", ")) stands twice in one mapping",
                at: place(context.mark))
        case .reader(let problem, let offset, _, _):
            let before = text.prefix(offset ?? 0)
            let line = before.count { $0.isNewline } + 1
            let column = before.reversed().prefix { !$0.isNewline }.count + 1
            complaints.error("not YAML: \(problem)", at: SourcePosition(line: line, column: column))
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            complaints.error("not YAML: \(error)", at: start)
        }
    }

    private static func hint(_ problem: String, _ line: Substring) -> String? {
        if line.contains("${") {
            return "inside [ ] and { } a parameter needs quotes: \"${name}\""
        }
        if problem.contains("cannot start any token") {
            return line.contains("\t")
                ? "indent with blanks, not with tabs" : "put the text in quotes"
        }
        if problem.contains("mapping values are not allowed") {
            return "a text with \": \" in it needs quotes"
        }
        return nil
    }
}
