import NetlabModel

/// What a link tells about itself at one instant.
public struct LinkReadings: Sendable {
    /// Counters of its impairments by canonical ID.
    public var counters: [String: Int64] = [:]
    /// Its books by direction; empty for a link that keeps none.
    public var accounts: [LinkAccount] = []

    /// `impair:offered` and the like for both directions together.
    mutating func sumUp() {
        func add(_ name: String, _ amount: LinkAccount.Amount) {
            counters["impair:\(name)", default: 0] += amount.packets
        }
        for account in accounts {
            add("offered", account.offered)
            add("delivered", account.delivered)
            add("dropped", account.droppedTotal)
            add("duplicated", account.copied)
        }
    }
}
