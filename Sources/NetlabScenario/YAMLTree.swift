import NetlabModel

/// A YAML document as this project reads it: texts, mappings in the author's order, sequences; each with
/// its place in the file. No text has been taken for a number or a truth value yet.
struct YAMLTree {
    struct Entry {
        var key: String
        var keyPosition: SourcePosition
        var value: YAMLTree
    }

    struct Scalar {
        var text: String
        /// Written without quotes and not as a block.
        var isPlain: Bool
        /// Where each character of `text` stands in the source line.
        var origin: Origin

        /// Nothing, `~` or `null` without quotes.
        var isNull: Bool { isPlain && (text.isEmpty || text == "~" || text == "null") }
    }

    /// The way from a character of a scalar back to its column.
    enum Origin {
        /// Not character by character: escapes, several lines.
        case unknown
        /// The text stands in the line as it is, from this column on.
        case straight(Int)
        /// One column for each Unicode scalar, and one for the end.
        case mapped([Int])
    }

    enum Content {
        case scalar(Scalar)
        case mapping([Entry])
        case sequence([YAMLTree])
    }

    var position: SourcePosition
    var content: Content

    /// A mapping that the author did not write, made from a short form.
    static func mapping(_ entries: [Entry], at position: SourcePosition) -> YAMLTree {
        YAMLTree(position: position, content: .mapping(entries))
    }

    var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    var items: [YAMLTree]? {
        if case .sequence(let items) = content { items } else { nil }
    }

    var scalar: Scalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    /// The text of a scalar that is not null.
    var text: String? {
        guard let scalar, !scalar.isNull else { return nil }
        return scalar.text
    }

    var isNull: Bool { scalar?.isNull ?? false }

    subscript(key: String) -> YAMLTree? { entries?.first { $0.key == key }?.value }

    /// `a mapping`, `a list`, `a text`, for messages.
    var kindText: String {
        switch content {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar(let scalar): scalar.isNull ? "nothing" : "\"\(scalar.text.shortened)\""
        }
    }

    /// The place of a character of a scalar, counted in Unicode scalars from 0; the start if it is not known.
    func position(at offset: Int) -> SourcePosition {
        guard let scalar else { return position }
        switch scalar.origin {
        case .unknown: return position
        case .straight(let column): return SourcePosition(line: position.line, column: column + offset)
        case .mapped(let columns):
            guard let last = columns.last else { return position }
            return SourcePosition(
                line: position.line, column: columns.indices.contains(offset) ? columns[offset] : last)
        }
    }

    /// This tree changed by a patch: mappings are merged, `null` removes, everything else replaces.
    ///
    /// - Parameter onMissing: called with each `null` that has nothing to remove.
    func patched(by patch: YAMLTree, onMissing: (Entry) -> Void) -> YAMLTree {
        guard let mine = entries, let changes = patch.entries else { return patch }
        var result = mine
        for change in changes {
            let index = result.firstIndex { $0.key == change.key }
            if change.value.isNull {
                if let index { result.remove(at: index) } else { onMissing(change) }
            } else if let index {
                result[index].value = result[index].value.patched(by: change.value, onMissing: onMissing)
                if change.value.entries == nil { result[index].keyPosition = change.keyPosition }
            } else {
                // Laid over nothing, so that a removal further down is told and does not stay as a null.
                var added = change
                if change.value.entries != nil {
                    added.value = YAMLTree.mapping([], at: change.value.position)
                        .patched(by: change.value, onMissing: onMissing)
                }
                result.append(added)
            }
        }
        return .mapping(result, at: position)
    }
}

extension String {
    /// At most 60 characters, for messages.
    var shortened: String {
        unicodeScalars.count <= 60
            ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(57))) + "..."
    }
}
