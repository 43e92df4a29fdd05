import Glibc

/// The packet filter of one namespace, changed by the real iptables or ip6tables program.
///
/// The arguments are those of the manual page, handed over as one vector without a shell.
public struct Iptables: Sendable {
    /// Which program: they filter different packets.
    public enum Family: Sendable, Hashable {
        case ipv4
        case ipv6

        var program: String { self == .ipv4 ? "iptables" : "ip6tables" }
    }

    /// Whose tables the rules go to; both may exist side by side.
    public enum Backend: String, Sendable, Hashable {
        /// x_tables.
        case legacy
        /// nf_tables, by iptables-nft.
        case nft = "nf_tables"
    }

    public let family: Family
    public let backend: Backend
    /// The program's path.
    public let program: String
    /// As the program tells it: `1.8.9`.
    public let version: String
    public let namespace: NetworkNamespace
    /// The lock of legacy iptables, where /run/xtables.lock cannot be written; `nil` leaves the default.
    public var lockFile: String?
    /// How long to wait for a concurrent iptables (`-w`), and for the program itself.
    public var timeout: Duration = .seconds(10)

    /// Finds the program and asks it for its version and backend.
    ///
    /// - Parameters:
    ///   - family: IPv4 or IPv6 packets.
    ///   - backend: `nil` takes the one that the plain name stands for on this machine.
    ///   - namespace: whose rules.
    /// - Throws: `ChildProcessError.notFound` if the package iptables is missing.
    public static func find(
        _ family: Family, backend: Backend? = nil, in namespace: NetworkNamespace
    ) async throws(ChildProcessError) -> Iptables {
        let plain = family.program
        let suffix = backend.map { $0 == .legacy ? "-legacy" : "-nft" }
        // Where there is only one backend its program may bear the plain name alone.
        let name = suffix.map { plain + $0 }.flatMap { Program.find($0) == nil ? nil : $0 } ?? plain
        let outcome: ChildProcess.Outcome
        do throws(ChildProcessError) {
            outcome = try await ChildProcess.runChecked(
                ChildCommand(name, ["--version"], timeout: .seconds(10)))
        } catch {
            // Where the kernel has no nf_tables, iptables-nft does not even tell its version.
            guard backend == nil, Program.find("\(plain)-legacy") != nil else { throw error }
            return try await find(family, backend: .legacy, in: namespace)
        }
        let words = outcome.standardOutput.text.split(whereSeparator: \.isWhitespace)
        let version = words.dropFirst().first.map { $0.hasPrefix("v") ? String($0.dropFirst()) : String($0) }
        // Before 1.8 there was only legacy, and the version did not say so.
        let actual: Backend = outcome.standardOutput.text.contains("(nf_tables)") ? .nft : .legacy
        if let backend, backend != actual {
            throw .notFound(program: plain + (suffix ?? ""), searched: Program.searchPath)
        }
        return Iptables(
            family: family, backend: actual, program: Program.find(name) ?? name, version: version ?? "",
            namespace: namespace)
    }

    /// Runs the program with one vector of arguments, as in the manual page.
    ///
    /// - Parameter arguments: `["-t", "filter", "-A", "INPUT", "-p", "tcp", "-j", "DROP"]`.
    /// - Throws: `ChildProcessError.failed` with the program's own words.
    @discardableResult
    public func run(_ arguments: [String]) async throws(ChildProcessError) -> String {
        let wait = ["-w", String(max(1, timeout.components.seconds))]
        return try await ChildProcess.runChecked(command(program, wait + arguments)).standardOutput.text
    }

    /// Appends a rule.
    ///
    /// - Parameters:
    ///   - rule: matches and target, without table and chain.
    ///   - comment: found again by `ruleCounters()`; at most 255 bytes.
    /// Equivalent to: `iptables -t TABLE -A CHAIN RULE -m comment --comment COMMENT`.
    public func add(
        _ rule: [String], to chain: String, table: String = "filter", comment: String? = nil
    ) async throws(ChildProcessError) {
        try await run(["-t", table, "-A", chain] + rule + Self.commentMatch(comment))
    }

    /// Inserts a rule at a position, 1 being the first.
    public func insert(
        _ rule: [String], into chain: String, at position: Int = 1, table: String = "filter",
        comment: String? = nil
    ) async throws(ChildProcessError) {
        try await run(["-t", table, "-I", chain, String(position)] + rule + Self.commentMatch(comment))
    }

    /// Deletes the first rule that equals this one; fails if there is none.
    public func delete(
        _ rule: [String], from chain: String, table: String = "filter", comment: String? = nil
    ) async throws(ChildProcessError) {
        try await run(["-t", table, "-D", chain] + rule + Self.commentMatch(comment))
    }

    /// The counters of all rules that bear a comment, in all tables: several rules of one comment add up.
    ///
    /// Equivalent to: `iptables-save -c`.
    public func ruleCounters() async throws(ChildProcessError) -> [String: PacketCount] {
        IptablesSave.counters(in: try await save())
    }

    /// All rules with counters, as iptables-restore takes them again.
    public func save() async throws(ChildProcessError) -> String {
        try await ChildProcess.runChecked(command("\(program)-save", ["-c"])).standardOutput.text
    }

    private func command(_ program: String, _ arguments: [String]) -> ChildCommand {
        var command = ChildCommand(program, arguments, in: namespace, timeout: timeout)
        // Messages are read by people and by tests: in one language.
        command.environment["LC_ALL"] = "C"
        if let lockFile { command.environment["XTABLES_LOCKFILE"] = lockFile }
        command.outputLimit = 16 << 20
        return command
    }

    private static func commentMatch(_ comment: String?) -> [String] {
        comment.map { ["-m", "comment", "--comment", $0] } ?? []
    }
}

/// The language of iptables-save(8), as far as rules with counters need it.
public enum IptablesSave {
    /// A line `[12:720] -A INPUT … -m comment --comment "name" -j DROP`.
    public struct Rule: Hashable, Sendable {
        public var table: String
        public var chain: String
        /// The words after the chain, unquoted.
        public var words: [String]
        /// `nil` where the text was saved without `-c`.
        public var count: PacketCount?

        /// The argument of the first `--comment`.
        public var comment: String? {
            guard let index = words.firstIndex(of: "--comment"), index + 1 < words.count else { return nil }
            return words[index + 1]
        }
    }

    /// The rules of a saved text; chains, comments and unknown lines are skipped.
    public static func rules(in text: String) -> [Rule] {
        var rules: [Rule] = []
        var table = ""
        for line in text.split(whereSeparator: \.isNewline) {
            if line.first == "*" {
                table = String(line.dropFirst())
                continue
            }
            var words = split(line)
            let count = words.first.flatMap(count)
            if count != nil { words.removeFirst() }
            guard words.count >= 2, words[0] == "-A" else { continue }
            rules.append(Rule(table: table, chain: words[1], words: Array(words.dropFirst(2)), count: count))
        }
        return rules
    }

    /// The counters of all rules that bear a comment: several rules of one comment add up.
    public static func counters(in text: String) -> [String: PacketCount] {
        var result: [String: PacketCount] = [:]
        for rule in rules(in: text) {
            guard let comment = rule.comment, let count = rule.count else { continue }
            let before = result[comment] ?? PacketCount(packets: 0, bytes: 0)
            result[comment] = PacketCount(
                packets: before.packets + count.packets, bytes: before.bytes + count.bytes)
        }
        return result
    }

    private static func count(_ word: String) -> PacketCount? {
        guard word.first == "[", word.last == "]" else { return nil }
        let numbers = word.dropFirst().dropLast().split(separator: ":").map { UInt64($0) }
        guard numbers.count == 2, let packets = numbers[0], let bytes = numbers[1] else { return nil }
        return PacketCount(packets: packets, bytes: bytes)
    }

    /// Words are separated by blanks; double quotes hold one together, a backslash takes the next character as it is.
    private static func split(_ line: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        var isWord = false
        var isQuoted = false
        var isEscaped = false
        for character in line {
            if isEscaped {
                word.append(character)
                isEscaped = false
            } else if character == "\\", isQuoted {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
                isWord = true
            } else if character == " ", !isQuoted {
                if isWord { words.append(word) }
                word = ""
                isWord = false
            } else {
                word.append(character)
                isWord = true
            }
        }
        if isWord { words.append(word) }
        return words
    }
}
