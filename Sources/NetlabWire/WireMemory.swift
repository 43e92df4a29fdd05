import NetlabModel
import Synchronization

/// What both directions of a wire have to know for impairments that look at answers, too. It belongs to those who use
/// it: when both directions have dropped an impairment, its memory is gone.
final class WireMemory: Sendable {
    private struct Reference {
        weak var timestamps: PeerTimestamps?
    }

    private let references = Mutex<[NamedImpairment: Reference]>([:])

    /// The timestamps that an impairment knows.
    func timestamps(of definition: NamedImpairment) -> PeerTimestamps {
        references.withLock { references in
            references = references.filter { $0.value.timestamps != nil }
            if let known = references[definition]?.timestamps { return known }
            let made = PeerTimestamps()
            references[definition] = Reference(timestamps: made)
            return made
        }
    }
}

extension Impairment {
    /// Whether it has to see the packets of the opposite direction, which it does not touch.
    var watchesBothDirections: Bool {
        switch self {
        case .emulate(.twRecycle): true
        case .loss, .delay, .reorder, .duplicate, .corrupt, .rate, .limit, .slot, .pattern: false
        }
    }
}
