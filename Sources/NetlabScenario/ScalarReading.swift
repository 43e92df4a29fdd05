import NetlabModel

/// Typed readings of single values. None of them guesses: what is not exactly of the kind is an error.
extension Complaints {
    func text(_ tree: YAMLTree, _ key: String) -> String? {
        guard let text = tree.text else {
            error("\(key) wants a text, and here is \(tree.kindText)", at: tree.position)
            return nil
        }
        return text
    }

    /// Decimal digits only: neither 0x10 nor 0100 nor 1_000 nor 1e3.
    func integer(_ tree: YAMLTree, _ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = tree.text else {
            error("\(key) wants a whole number, and here is \(tree.kindText)", at: tree.position)
            return nil
        }
        guard let value = Int(text), String(value) == text else {
            var hint = "write plain decimal digits"
            if let (number, unit) = UnitText.split(text), !unit.isEmpty,
                unit.allSatisfy({ $0.isLetter || $0 == "%" || $0 == "/" })
            {
                hint = "\(key) is a bare number: write \(DecimalText.short(number))"
            }
            error("\"\(text.shortened)\" is not a whole number", at: tree.position, hint: hint)
            return nil
        }
        guard range.contains(value) else {
            error(
                "\(key) is \(value), and has to be between \(range.lowerBound) and \(range.upperBound)",
                at: tree.position)
            return nil
        }
        return value
    }

    func boolean(_ tree: YAMLTree, _ key: String) -> Bool? {
        switch tree.text {
        case "true": return true
        case "false": return false
        case .some(let text):
            let hints = [
                "on": "true", "yes": "true", "y": "true", "1": "true", "enabled": "true", "off": "false",
                "no": "false", "n": "false", "0": "false", "disabled": "false",
            ]
            error(
                "\(key) wants true or false, and here is \(tree.kindText)", at: tree.position,
                hint: hints[text.lowercased()].map { "write \($0)" })
            return nil
        case nil:
            error("\(key) wants true or false, and here is \(tree.kindText)", at: tree.position)
            return nil
        }
    }

    func quantity<Value>(
        _ tree: YAMLTree, _ key: String, _ read: (String) throws(UnitError) -> Value
    ) -> Value? {
        guard let text = tree.text else {
            error("\(key) wants a quantity, and here is \(tree.kindText)", at: tree.position)
            return nil
        }
        do {
            return try read(text)
        } catch {
            self.error("\(key): \(error.problem)", at: tree.position, hint: error.hint)
            return nil
        }
    }

    func address(_ tree: YAMLTree, _ key: String) -> IPAddress? {
        guard let text = text(tree, key) else { return nil }
        guard let address = IPAddress(text) else {
            error(
                "\(key): \"\(text.shortened)\" is not an address", at: tree.position,
                hint: IPPrefix(text) == nil ? "write 10.0.0.1 or fd00::1" : "leave the prefix length out")
            return nil
        }
        return address
    }

    /// An address with its prefix length, which is never guessed.
    func prefix(_ tree: YAMLTree) -> IPPrefix? {
        guard let text = text(tree, "address") else { return nil }
        guard let prefix = IPPrefix(text) else {
            error(
                "\"\(text.shortened)\" is not an address with a prefix length", at: tree.position,
                hint: "write 10.0.0.1/24 or fd00::1/64")
            return nil
        }
        guard text.contains("/") else {
            error(
                "\"\(text)\" has no prefix length", at: tree.position,
                hint: prefix.address.isIPv6 ? "write \(text)/64" : "write \(text)/24")
            return nil
        }
        return prefix
    }

    func mac(_ tree: YAMLTree, _ key: String) -> MACAddress? {
        guard let text = text(tree, key) else { return nil }
        guard let mac = MACAddress(text) else {
            error(
                "\(key): \"\(text.shortened)\" is not a link-layer address", at: tree.position,
                hint: "write 02:00:00:00:00:01")
            return nil
        }
        return mac
    }

    /// The name of something that exists.
    ///
    /// - Parameter what: `node`, `flow`, ….
    func name(_ tree: YAMLTree, _ what: String, among known: [String]) -> String? {
        guard let name = text(tree, "a \(what)") else { return nil }
        if known.contains(name) { return name }
        error(
            "there is no \(what) \"\(name.shortened)\"", at: tree.position,
            hint: NearestWord.hintOrList(for: name, among: known))
        return nil
    }

    func word<Value>(_ tree: YAMLTree, _ key: String, _ words: [String: Value]) -> Value? {
        guard let text = text(tree, key) else { return nil }
        if let value = words[text] { return value }
        error(
            "\"\(text.shortened)\" is not a word for \(key)", at: tree.position,
            hint: NearestWord.hintOrList(for: text, among: words.keys))
        return nil
    }

    /// `80` or `4000..4999`.
    func range(_ tree: YAMLTree, _ key: String, in bounds: ClosedRange<Int>) -> ClosedRange<Int>? {
        guard let text = text(tree, key) else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.map { Int($0) }
        if parts.count == 1, let number = numbers[0], bounds.contains(number) { return number...number }
        if parts.count == 3, parts[1].isEmpty, let first = numbers[0], let last = numbers[2], first <= last,
            bounds.contains(first), bounds.contains(last)
        {
            return first...last
        }
        error(
            "\(key): \"\(text.shortened)\" is neither a number nor a range within "
                + "\(bounds.lowerBound)..\(bounds.upperBound)", at: tree.position,
            hint: "write 4000 or 4000..4999")
        return nil
    }
}
