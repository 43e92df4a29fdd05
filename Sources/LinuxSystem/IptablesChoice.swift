import Synchronization

extension Iptables {
    /// Which iptables takes a line that names none, found out by trying.
    ///
    /// The backend that the plain name stands for on this machine comes first, but a kernel need not have it: newer ones
    /// are built without the legacy tables, older ones without nf_tables.
    public struct Choice: Hashable, Sendable {
        public var backend: Backend
        /// Why another one was not taken; nil if the first one works.
        public var reason: String?

        public init(backend: Backend, reason: String? = nil) {
            self.backend = backend
            self.reason = reason
        }
    }

    /// No backend works: what each of them said.
    public struct NoChoice: Error, Hashable, Sendable, CustomStringConvertible {
        public var family: Family
        public var refusals: [String]
        public var description: String {
            "no \(family.program) works here: \(refusals.joined(separator: "; "))"
        }
    }

    /// Chooses the backend that takes rules in these tables, by giving one to each in a namespace that is thrown away.
    ///
    /// - Parameter tables: `filter`, `nat`, `mangle`, `raw`, `security`.
    /// - Throws: `NoChoice` with what every backend said.
    public static func choose(_ family: Family, tables: Set<String>) async throws(NoChoice) -> Choice {
        let key = Question(family: family, tables: tables)
        if let known = answers.withLock({ $0[key] }) { return known }
        let usual = await usualBackend(family)
        let choice = try await choose(family, among: usual == .legacy ? [.legacy, .nft] : [.nft, .legacy]) {
            await refusal(of: $0, family, tables)
        }
        answers.withLock { $0[key] = choice }
        return choice
    }

    /// The first of several backends that does not refuse.
    static func choose(
        _ family: Family, among backends: [Backend], refusal: (Backend) async -> String?
    ) async throws(NoChoice) -> Choice {
        var refusals: [String] = []
        for backend in backends {
            guard let refusal = await refusal(backend) else {
                return Choice(backend: backend, reason: refusals.first)
            }
            refusals.append(refusal)
        }
        throw NoChoice(family: family, refusals: refusals)
    }

    private struct Question: Hashable {
        var family: Family
        var tables: Set<String>
    }

    /// The machine does not change while netlab runs.
    private static let answers = Mutex<[Question: Choice]>([:])

    /// What the plain name stands for.
    private static func usualBackend(_ family: Family) async -> Backend {
        let found = try? await find(family, in: .home)
        return found?.backend ?? .nft
    }

    /// What a backend says to a rule in each table; nil if it takes them all.
    private static func refusal(of backend: Backend, _ family: Family, _ tables: Set<String>) async -> String?
    {
        let name = "\(family.program) (\(backend.rawValue))"
        do {
            let iptables = try await find(family, backend: backend, in: NetworkNamespace.create())
            // Every table has this chain, and every rule of netlab's a comment.
            for table in tables.sorted() {
                try await iptables.add([], to: "OUTPUT", table: table, comment: "netlab")
            }
            return nil
        } catch {
            return "\(name): \(error)"
        }
    }
}
