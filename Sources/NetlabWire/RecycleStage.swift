import NetlabModel

/// Does to SYNs what a server with tcp_tw_recycle did before Linux 4.12.
///
/// It judges the packets that enter at its end, and watches those of the opposite direction: whether a server remembers
/// a peer's timestamp depends on who closes first. What an old server judged otherwise is not known here: it did not
/// look at SYNs that met a connection in TIME-WAIT or that it answered with a cookie.
final class RecycleStage: ImpairmentStage {
    private let memory: PeerTimestamps
    private let judged: MatchRule
    /// Whether senders of this direction are judged, and whether those of the opposite one are.
    private let judges: Bool
    private let watches: Bool

    override var isSeeded: Bool { false }
    override var meetsOvertaking: Bool { true }

    init(_ definition: NamedImpairment, entrance: InterfaceID, ledger: Int, memory: WireMemory) {
        self.memory = memory.timestamps(of: definition)
        judged = MatchRule(definition.match)
        judges = definition.from == nil || definition.from == entrance
        watches = definition.from == nil || definition.from != entrance
        super.init(definition, match: watches ? .any : definition.match, ledger: ledger)
    }

    override func decide(_ view: PacketView, _ moment: StageMoment) -> StageEffect {
        guard !view.kinds.isDisjoint(with: [.syn, .fin]), !view.kinds.contains(.rst),
            let segment = TCPSegmentHeader(view, moment.frame)
        else { return .pass }
        let isJudged = judges && (!watches || judged.matches(view))
        if view.kinds.contains(.fin) {
            let isLast =
                isJudged
                && memory.peerCloses(segment.connection, timestamp: segment.timestamp, now: moment.now)
            if watches, !isLast { memory.hostCloses(segment.reversed, now: moment.now) }
            return .pass
        }
        guard isJudged else { return .pass }
        return memory.accepts(segment.connection, timestamp: segment.timestamp, now: moment.now)
            ? .pass : .drop
    }
}
