import LinuxSystem
import Testing

/// Expects every thread of this process to be in the home namespace.
///
/// Other tests run at the same time and may be inside for microseconds, so a thread that is away is looked at
/// again: only one that stays away through all looks is stray.
public func expectAllThreadsHome(sourceLocation: SourceLocation = #_sourceLocation) {
    var away: Set<Int32> = []
    for look in 0..<50 {
        let now = Set(NetworkNamespace.census().filter { $0.value != NetworkNamespace.home.inode }.keys)
        away = look == 0 ? now : away.intersection(now)
        if away.isEmpty { return }
    }
    Issue.record(
        "threads \(away.sorted()) stay in a foreign network namespace", sourceLocation: sourceLocation)
}
