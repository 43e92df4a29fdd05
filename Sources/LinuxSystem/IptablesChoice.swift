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
        /// Whether the kernel has the match `comment` (xt_comment), by which rules are told apart.
        public var takesComments: Bool

        public init(backend: Backend, reason: String? = nil, takesComments: Bool = true) {
            self.backend = backend
            self.reason = reason
            self.takesComments = takesComments
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
            await answer(of: $0, family, tables)
        }
        answers.withLock { $0[key] = choice }
        return choice
    }

    /// Whether this program's rules may bear a comment, found out by trying as for `choose`.
    ///
    /// - Parameter table: where to try; a kernel need not have every table.
    /// - Returns: true as well where nothing can be found out: the program then says itself what it lacks.
    public func takesComments(in table: String) async -> Bool {
        let key = Question(family: family, tables: [table], backend: backend)
        if let known = Self.answers.withLock({ $0[key] }) { return known.takesComments }
        let answer = await Self.answer(of: backend, family, [table])
        let takesComments = answer != .withoutComments
        Self.answers.withLock { $0[key] = Choice(backend: backend, takesComments: takesComments) }
        return takesComments
    }

    /// What a backend makes of the rules that it is given.
    enum Answer: Hashable, Sendable {
        case takes, withoutComments
        case refuses(String)
    }

    /// The first of several backends that does not refuse.
    static func choose(
        _ family: Family, among backends: [Backend], answer: (Backend) async -> Answer
    ) async throws(NoChoice) -> Choice {
        var refusals: [String] = []
        for backend in backends {
            switch await answer(backend) {
            case .takes: return Choice(backend: backend, reason: refusals.first)
            case .withoutComments:
                return Choice(backend: backend, reason: refusals.first, takesComments: false)
            case .refuses(let words): refusals.append(words)
            }
        }
        throw NoChoice(family: family, refusals: refusals)
    }

    private struct Question: Hashable {
        var family: Family
        var tables: Set<String>
        /// nil asks which one.
        var backend: Backend?
    }

    /// The machine does not change while netlab runs.
    private static let answers = Mutex<[Question: Choice]>([:])

    /// What the plain name stands for.
    private static func usualBackend(_ family: Family) async -> Backend {
        let found = try? await find(family, in: .home)
        return found?.backend ?? .nft
    }

    /// What a backend says to a rule in each table.
    private static func answer(of backend: Backend, _ family: Family, _ tables: Set<String>) async -> Answer {
        do {
            let iptables = try await find(family, backend: backend, in: NetworkNamespace.create())
            let refusal = await iptables.refusal(of: "netlab", in: tables)
            guard let refusal else { return .takes }
            // Only where nothing but the comment is refused is it the comment that is missing.
            let plain = await iptables.refusal(of: nil, in: tables)
            return plain == nil ? .withoutComments : .refuses(named(backend, family, refusal))
        } catch {
            return .refuses(named(backend, family, error))
        }
    }

    private static func named(
        _ backend: Backend, _ family: Family, _ error: any Error
    ) -> String { "\(family.program) (\(backend.rawValue)): \(error)" }

    /// What the program says to a rule in each table; nil if it takes them all.
    private func refusal(of comment: String?, in tables: Set<String>) async -> ChildProcessError? {
        do throws(ChildProcessError) {
            // Every table has this chain.
            for table in tables.sorted() { try await add([], to: "OUTPUT", table: table, comment: comment) }
            return nil
        } catch {
            return error
        }
    }
}
