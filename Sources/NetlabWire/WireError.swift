import NetlabModel

/// A wire that cannot be as it was asked for.
public enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Two impairments of one direction share a name, so that their counters and streams would be one.
    case duplicateName(String)
    /// An impairment begins at an interface that is no end of this wire.
    case foreignEnd(impairment: String, end: InterfaceID)
    /// Both ends bear one name.
    case sameEnds(InterfaceID)
    /// One end carries super-packets and the other cannot take them.
    case unequalEnds(InterfaceID, InterfaceID)

    public var description: String {
        switch self {
        case .duplicateName(let name):
            "two impairments are called \(name); give each a name of its own"
        case .foreignEnd(let impairment, let end):
            "impairment \(impairment) begins at \(end), which is no end of this link; name one of its ends"
        case .sameEnds(let end):
            "both ends of the link are called \(end); give each its own name"
        case .unequalEnds(let first, let second):
            "of \(first) and \(second) only one carries super-packets; make both devices alike"
        }
    }
}
