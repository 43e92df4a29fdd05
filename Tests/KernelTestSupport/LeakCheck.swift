import Glibc
import LinuxSystem
import Testing

/// What a test could leave behind outside its own namespaces.
public struct LeakCheck: Sendable, Hashable {
    /// Names below /run/netns that lead to this process, each with the inode of its link: the labs of one scenario
    /// have the same names one after the other.
    public var namedNamespaces: Set<String> = []
    /// Notes of this process in the standard state directory.
    public var notes: Set<String> = []
    /// Interfaces of the home namespace.
    public var interfaces: Set<String> = []
    /// Children of this process.
    public var children: Set<Int32> = []

    /// What is there now. Things of other processes are left out where they can be told apart.
    public static func look() -> LeakCheck {
        let own = "/proc/\(getpid())/"
        let directory = NamedNamespace.standardDirectory
        let names = Directory.entries(directory).compactMap { name -> String? in
            let path = "\(directory)/\(name)"
            var status = stat()
            guard SymbolicLink.target(path)?.hasPrefix(own) ?? false, lstat(path, &status) == 0 else {
                return nil
            }
            return "\(name) (inode \(status.st_ino), \(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec))"
        }
        let notes = Directory.entries(StateDirectory.standard.path).filter { $0.hasPrefix("\(getpid()).") }
        return LeakCheck(
            namedNamespaces: Set(names), notes: Set(notes), interfaces: homeInterfaces(),
            children: Set(ProcessIdentity.children()))
    }

    /// What is here and was not there.
    public func subtracting(_ other: LeakCheck) -> LeakCheck {
        LeakCheck(
            namedNamespaces: namedNamespaces.subtracting(other.namedNamespaces),
            notes: notes.subtracting(other.notes),
            interfaces: interfaces.subtracting(other.interfaces),
            children: children.subtracting(other.children))
    }

    /// What is both here and there.
    public func intersection(_ other: LeakCheck) -> LeakCheck {
        LeakCheck(
            namedNamespaces: namedNamespaces.intersection(other.namedNamespaces),
            notes: notes.intersection(other.notes), interfaces: interfaces.intersection(other.interfaces),
            children: children.intersection(other.children))
    }

    public var isEmpty: Bool { self == LeakCheck() }

    private static func homeInterfaces() -> Set<String> {
        let text = NetworkNamespace.home.run { try? TextFile.read(ThreadProc.path("net/dev")) } ?? ""
        let names = text.split(separator: "\n").dropFirst(2).compactMap { line in
            line.split(separator: ":").first.map { $0.split(separator: " ").joined() }
        }
        return Set(names)
    }
}

/// Expects that nothing stays that was not there before.
///
/// Other tests run at the same time and have children and names of their own for a while, so what is new is
/// looked at again until it is gone or the patience is over: only what stays all that time is a leak.
public func expectNoLeaks(
    since before: LeakCheck, patience: Duration = .seconds(240),
    sourceLocation: SourceLocation = #_sourceLocation
) async {
    let end = ContinuousClock.now + patience
    var leaked = LeakCheck.look().subtracting(before)
    while !leaked.isEmpty, ContinuousClock.now < end {
        try? await Task.sleep(for: .milliseconds(20))
        leaked = leaked.intersection(LeakCheck.look())
    }
    if !leaked.isEmpty { Issue.record("left behind: \(leaked)", sourceLocation: sourceLocation) }
}

/// Looks for leaks around each test, and for threads outside home after it.
public struct LeakCheckTrait: TestTrait, SuiteTrait, TestScoping {
    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard !test.isSuite else { return try await function() }
        let before = LeakCheck.look()
        try await function()
        await expectNoLeaks(since: before, sourceLocation: test.sourceLocation)
        expectAllThreadsHome(sourceLocation: test.sourceLocation)
    }
}

extension Trait where Self == LeakCheckTrait {
    /// Nothing may be left behind by the test, or by any test of the suite.
    public static var leavesNothingBehind: Self { LeakCheckTrait() }
}
