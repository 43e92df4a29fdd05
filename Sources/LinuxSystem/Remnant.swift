/// Something outside the process that its death does not undo.
public enum Remnant: Hashable, Sendable {
    /// A symbolic link, and what it says.
    case link(path: String, target: String)
    /// A host-wide kernel parameter: what it was, and what it was set to.
    case sysctl(name: String, old: String, new: String)
    /// A directory below instances/ of tracefs, which goes on tracing.
    case traceInstance(path: String)
    /// A child, in case it outlives its parent.
    case child(ProcessIdentity)

    var json: JSONValue {
        switch self {
        case .link(let path, let target):
            .object(["kind": .string("link"), "path": .string(path), "target": .string(target)])
        case .sysctl(let name, let old, let new):
            .object([
                "kind": .string("sysctl"), "name": .string(name), "old": .string(old), "new": .string(new),
            ])
        case .traceInstance(let path):
            .object(["kind": .string("trace-instance"), "path": .string(path)])
        case .child(let process):
            .object([
                "kind": .string("child"), "pid": .integer(process.processID),
                "start": .integer(process.startTime),
            ])
        }
    }

    init?(_ json: JSONValue) {
        switch json["kind"]?.string {
        case "link":
            guard let path = json["path"]?.string, let target = json["target"]?.string else { return nil }
            self = .link(path: path, target: target)
        case "sysctl":
            guard let name = json["name"]?.string, let old = json["old"]?.string,
                let new = json["new"]?.string
            else {
                return nil
            }
            self = .sysctl(name: name, old: old, new: new)
        case "trace-instance":
            guard let path = json["path"]?.string else { return nil }
            self = .traceInstance(path: path)
        case "child":
            guard let process = json["pid"]?.int.flatMap(Int32.init(exactly:)),
                let start = json["start"]?.unsigned
            else { return nil }
            self = .child(ProcessIdentity(processID: process, startTime: start))
        default:
            return nil
        }
    }
}
