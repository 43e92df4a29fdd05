import Glibc
import LinuxSystem
import Testing

/// Expects every thread of this process to be in the home namespace.
///
/// Other tests run at the same time and may be inside for a moment, or for a time slice if preempted there. So a
/// thread that is away is looked at again: only one that stays away through all looks of two seconds is stray.
public func expectAllThreadsHome(sourceLocation: SourceLocation = #_sourceLocation) {
    let home = NetworkNamespace.home.inode
    let end = MonotonicClock.deadline(after: .seconds(2))
    var away = Set(NetworkNamespace.census().filter { $0.value != home }.keys)
    while !away.isEmpty, MonotonicClock.now() < end {
        usleep(1000)
        away.formIntersection(NetworkNamespace.census().filter { $0.value != home }.keys)
    }
    if !away.isEmpty {
        Issue.record(
            "threads \(away.sorted()) stay in a foreign network namespace", sourceLocation: sourceLocation)
    }
}
