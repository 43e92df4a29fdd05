/// Which named rule stands where in the chains of one namespace.
///
/// A rule is told apart by its comment, but a kernel need not have the match `comment` (xt_comment). In a namespace whose
/// chains nobody else fills, a rule's place in its chain says as much.
public struct IptablesPlaces: Hashable, Sendable {
    /// A chain of one program's tables.
    public struct Chain: Hashable, Sendable {
        public var family: Iptables.Family
        public var backend: Iptables.Backend
        public var table: String
        public var name: String
    }

    /// The chains hold other rules than were put there.
    public struct Strangers: Error, Hashable, Sendable, CustomStringConvertible {
        public var chain: Chain
        public var known: Int
        public var found: Int
        public var description: String {
            "the chain \(chain.name) of the table \(chain.table) has \(found) rules instead of \(known), and this kernel"
                + " has no xt_comment to tell them by name; run on a kernel that has it"
        }
    }

    /// Names in the order of the chain.
    private var chains: [Chain: [String]] = [:]

    public init() {}

    public var isEmpty: Bool { chains.isEmpty }

    /// Notes a rule that was added.
    ///
    /// - Parameters:
    ///   - arguments: those that the program was given; what adds no rule (`-P`, `-N`) is no place.
    ///   - program: whose tables it went to.
    public mutating func add(_ name: String, _ arguments: [String], to program: Iptables) {
        guard let (chain, index) = place(of: arguments, program) else { return }
        var names = chains[chain, default: []]
        names.insert(name, at: min(index ?? names.count, names.count))
        chains[chain] = names
    }

    /// Forgets a rule.
    ///
    /// - Returns: the arguments that delete it, by its number; nil if it is not known.
    public mutating func remove(_ name: String, _ arguments: [String], from program: Iptables) -> [String]? {
        guard let chain = place(of: arguments, program)?.chain,
            let index = chains[chain]?.firstIndex(of: name)
        else { return nil }
        chains[chain]?.remove(at: index)
        return ["-t", chain.table, "-D", chain.name, String(index + 1)]
    }

    /// The counters of the known rules in what a program saved: several of one name add up.
    ///
    /// - Throws: `Strangers` if a chain has more or fewer rules than are known.
    public func counters(in text: String, of program: Iptables) throws(Strangers) -> [String: PacketCount] {
        var result: [String: PacketCount] = [:]
        let saved = Dictionary(grouping: IptablesSave.rules(in: text)) {
            Chain(family: program.family, backend: program.backend, table: $0.table, name: $0.chain)
        }
        for (chain, names) in chains
        where chain.family == program.family && chain.backend == program.backend {
            let rules = saved[chain, default: []]
            guard rules.count == names.count else {
                throw Strangers(chain: chain, known: names.count, found: rules.count)
            }
            for (name, rule) in zip(names, rules) {
                guard let count = rule.count else { continue }
                let before = result[name] ?? PacketCount(packets: 0, bytes: 0)
                result[name] = PacketCount(
                    packets: before.packets + count.packets, bytes: before.bytes + count.bytes)
            }
        }
        return result
    }

    /// Where the arguments put a rule; the index is nil at the end of the chain.
    private func place(of arguments: [String], _ program: Iptables) -> (chain: Chain, index: Int?)? {
        var table = "filter"
        var name: String?
        var index: Int?
        for (offset, word) in arguments.enumerated() where offset + 1 < arguments.count {
            switch word {
            case "-t", "--table": table = arguments[offset + 1]
            case "-A", "--append": name = name ?? arguments[offset + 1]
            case "-I", "--insert":
                guard name == nil else { continue }
                name = arguments[offset + 1]
                let number = offset + 2 < arguments.count ? Int(arguments[offset + 2]) : nil
                index = max(0, (number ?? 1) - 1)
            default: continue
            }
        }
        guard let name else { return nil }
        return (Chain(family: program.family, backend: program.backend, table: table, name: name), index)
    }
}
