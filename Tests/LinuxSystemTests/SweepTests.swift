import Glibc
import KernelTestSupport
import Testing

@testable import LinuxSystem

@Suite(.needsRoot, .leavesNothingBehind) final class SweepTests: Sendable {
    let directory = StateDirectory(path: "/tmp/netlab-sweep-\(getpid())-\(UInt64.random(in: 0 ... .max))")
    let unique = "sweep-\(getpid())-\(UInt32.random(in: 0 ... .max))"

    deinit {
        for name in Directory.entries(directory.path) { unlink("\(directory.path)/\(name)") }
        rmdir(directory.path)
    }

    /// A process that is dead for certain, and its note with these remnants.
    private func noteOfADeadOwner(_ remnants: [Remnant]) throws -> ProcessIdentity {
        let dead = ProcessIdentity(processID: getpid(), startTime: ProcessIdentity.current.startTime + 1)
        try directory.prepare()
        var file = InstanceFile(
            owner: dead, processNamespace: InstanceFile.currentProcessNamespace,
            boot: InstanceFile.currentBoot,
            title: "dead")
        file.remnants = remnants
        let text = file.header + remnants.map(InstanceFile.line(adding:)).joined()
        try TextFile.replace("\(directory.path)/\(StateDirectory.fileName(dead, number: 1))", with: text)
        return dead
    }

    @Test(.needsProgram("ip")) func ipFindsANamedNamespaceAsLongAsItsHolderLives() async throws {
        let namespace = try NetworkNamespace.create()
        let record = try InstanceRecord(title: "test", in: directory)
        let name = try NamedNamespace(unique, for: namespace, record: record)
        #expect(record.remnants == [.link(path: "/run/netns/\(unique)", target: name.target)])
        let command = ChildCommand("ip", ["netns", "exec", unique, "readlink", "/proc/self/ns/net"])
        #expect(
            try await ChildProcess.runChecked(command).standardOutput.text == "net:[\(namespace.inode)]\n")
        let list = try await ChildProcess.runChecked(ChildCommand("ip", ["netns", "list"])).standardOutput
            .text
        #expect(list.split(separator: "\n").contains { $0.hasPrefix(unique) })
        let twice = #expect(throws: NamedNamespaceError.self) {
            try NamedNamespace(unique, for: namespace, record: record)
        }
        #expect(
            twice?.description == "the name \(unique) is taken: /run/netns/\(unique) exists; choose another, "
                + "or remove it with `ip netns del \(unique)`")
        #expect(try Sweep.stale(in: directory).isEmpty, "a living instance is nothing to sweep")
        try name.remove()
        #expect(SymbolicLink.target("/run/netns/\(unique)") == nil)
        #expect(throws: SystemError("unlink", errno: ENOENT, on: "/run/netns/\(unique)")) {
            try name.remove()
        }
        try record.close()
        #expect(directory.instances().isEmpty)
    }

    @Test(arguments: ["", ".", "..", "a/b", String(repeating: "n", count: 256)])
    func namesThatAreNoneAreRefused(name: String) throws {
        let record = try InstanceRecord(title: "test", in: directory)
        let error = #expect(throws: NamedNamespaceError.self) {
            try NamedNamespace(name, for: .home, record: record)
        }
        #expect(
            error?.description
                == "'\(name)' cannot name a network namespace: it has to be one path component of 1 to 255 bytes"
        )
        try record.close()
    }

    @Test(.needsHostRoot) func whatAKilledHolderLeavesIsUndone() async throws {
        let before = try Sysctl.read("net.core.warnings", in: .home)
        let other = before == "3" ? "4" : "3"
        let (child, line) = try await ProbeProgram.start([
            "hold", directory.path, unique, other, "net.core.warnings",
        ])
        #expect(line == "holding /run/netns/\(unique) \(before)")
        #expect(try Sysctl.read("net.core.warnings", in: .home) == other)
        let instance = try #require(directory.instances().first)
        #expect(
            instance.isRunning && instance.title == "hold \(unique)"
                && instance.owner.processID == child.processID)
        #expect(throws: SystemError.self) { try HostLock(in: directory) }
        #expect(try Sweep.stale(in: directory).isEmpty)

        try child.send(SIGKILL)
        _ = await child.outcome()
        #expect(SymbolicLink.target("/run/netns/\(unique)") != nil, "SIGKILL leaves the link")
        #expect(directory.instances().map(\.isRunning) == [false])

        let report = try Sweep.stale(in: directory)
        #expect(
            report.undone == [
                "restored sysctl net.core.warnings = \(before)", "removed link /run/netns/\(unique)",
                "removed note of process \(child.processID) (hold \(unique))",
            ])
        #expect(report.leftAlone == [] && report.failures == [])
        #expect(SymbolicLink.target("/run/netns/\(unique)") == nil)
        #expect(try Sysctl.read("net.core.warnings", in: .home) == before)
        #expect(directory.instances().isEmpty)
        #expect(try Sweep.stale(in: directory).isEmpty)
        _ = try HostLock(in: directory)
    }

    @Test(.needsHostRoot) func killedAtAnyMomentAHolderLeavesNothingForLong() async throws {
        // message_cost is in seconds, and one that no log of this length notices.
        let before = try Sysctl.read("net.core.message_cost", in: .home)
        for round in 0..<20 {
            let child = try await ChildProcess.start(
                ChildCommand(
                    try ProbeProgram.path,
                    ["hold", directory.path, "\(unique)-\(round)", "6", "net.core.message_cost"]))
            try await Task.sleep(for: .milliseconds(round))
            try child.send(SIGKILL)
            _ = await child.outcome()
            let report = try Sweep.stale(in: directory)
            #expect(report.leftAlone == [] && report.failures == [])
            #expect(Directory.entries(directory.path).filter { $0 != HostLock.fileName } == [])
            #expect(SymbolicLink.target("/run/netns/\(unique)-\(round)") == nil)
            #expect(try Sysctl.read("net.core.message_cost", in: .home) == before)
        }
    }

    @Test func aLinkThatSomebodyElseMadeIsLeftAlone() throws {
        let path = "/tmp/\(unique)"
        let note = Remnant.link(path: path, target: "/proc/\(getpid())/fd/99")
        _ = try noteOfADeadOwner([note])
        symlink("/proc/1/ns/net", path)
        defer { unlink(path) }
        let report = try Sweep.stale(in: directory)
        #expect(report.leftAlone == ["\(path) points to /proc/1/ns/net, not to /proc/\(getpid())/fd/99"])
        #expect(SymbolicLink.target(path) == "/proc/1/ns/net")
        #expect(directory.instances().isEmpty, "nothing of it is left to do")
    }

    @Test func aFileInThePlaceOfALinkIsLeftAlone() throws {
        let path = "/tmp/\(unique)"
        try TextFile.replace(path, with: "mine")
        defer { unlink(path) }
        _ = try noteOfADeadOwner([.link(path: path, target: "/proc/\(getpid())/fd/99")])
        #expect(try Sweep.stale(in: directory).leftAlone == ["\(path) is not the link that was made"])
        #expect(try TextFile.read(path) == "mine")
    }

    @Test func aLinkToSomethingElseThanADescriptorOfTheOwnerIsLeftAlone() throws {
        let path = "/tmp/\(unique)"
        symlink("/etc/passwd", path)
        defer { unlink(path) }
        _ = try noteOfADeadOwner([.link(path: path, target: "/etc/passwd")])
        #expect(try Sweep.stale(in: directory).leftAlone.count == 1)
        #expect(SymbolicLink.target(path) == "/etc/passwd")
    }

    @Test(.needsHostRoot) func aSysctlThatSomebodyElseChangedIsLeftAlone() throws {
        let present = try Sysctl.read("net.core.message_burst", in: .home)
        _ = try noteOfADeadOwner([.sysctl(name: "net.core.message_burst", old: "77777", new: "88888")])
        let report = try Sweep.stale(in: directory)
        #expect(report.leftAlone == ["sysctl net.core.message_burst is \(present), neither 88888 nor 77777"])
        #expect(try Sysctl.read("net.core.message_burst", in: .home) == present)
    }

    @Test func anOrphanIsKilledOnlyIfItIsTheOneThatWasNoted() async throws {
        let child = try await ChildProcess.start(ChildCommand("sleep", ["1000"]))
        let identity = try #require(ProcessIdentity(of: child.processID))
        let recycled = ProcessIdentity(processID: child.processID, startTime: identity.startTime + 1)
        _ = try noteOfADeadOwner([.child(recycled)])
        #expect(try Sweep.stale(in: directory).undone.count == 1, "only the note")
        #expect(identity.isAlive)

        let dead = try noteOfADeadOwner([.child(identity)])
        let report = try Sweep.stale(in: directory)
        #expect(
            report.undone == [
                "killed process \(child.processID), a child of \(dead)", "removed note of \(dead) (dead)",
            ])
        #expect(await child.outcome().termination == .signalled(SIGKILL))
        #expect(!identity.isAlive)
    }

    @Test func foreignFilesAreLeftAlone() throws {
        try directory.prepare()
        for name in ["notes.txt", "1.json", "x.1.1.json", "1.2.3.4.json", "host.lock"] {
            try TextFile.replace("\(directory.path)/\(name)", with: "mine")
        }
        #expect(try Sweep.stale(in: directory).isEmpty)
        #expect(Directory.entries(directory.path).count == 5)
    }

    @Test func aDamagedNoteIsToldAndKept() throws {
        try directory.prepare()
        let path = "\(directory.path)/\(getpid()).1.1.json"
        try TextFile.replace(path, with: "{\"version\": 99}\n")
        #expect(
            try Sweep.stale(in: directory).failures
                == ["\(path) is not a note that this version understands; look at it and remove it"])
        #expect(Directory.entries(directory.path).count == 1)
    }

    @Test func anUnfinishedNoteIsRemoved() throws {
        try directory.prepare()
        try TextFile.replace("\(directory.path)/\(getpid()).1.1.json.new", with: "{\"ver")
        try TextFile.replace("\(directory.path)/\(getpid()).1.2.json", with: "")
        #expect(try Sweep.stale(in: directory).undone.count == 2)
        #expect(Directory.entries(directory.path).isEmpty)
    }

    @Test func aLineWithoutItsEndHasNotHappened() throws {
        let dead = try noteOfADeadOwner([])
        let path = "\(directory.path)/\(StateDirectory.fileName(dead, number: 1))"
        let whole = try TextFile.read(path) + InstanceFile.line(adding: .traceInstance(path: "/a"))
        let cut = whole + InstanceFile.line(adding: .traceInstance(path: "/b")).dropLast(1)
        #expect(InstanceFile(text: cut)?.remnants == [.traceInstance(path: "/a")])
        #expect(
            InstanceFile(text: whole + InstanceFile.line(removing: .traceInstance(path: "/a")))?.remnants
                == [])
        #expect(InstanceFile(text: whole + "{}\n") == nil)
    }

    @Test func everyKindOfRemnantIsReadBack() throws {
        let record = try InstanceRecord(title: "a \"title\"\n", in: directory)
        let remnants: [Remnant] = [
            .link(path: "/run/netns/é", target: "/proc/1/fd/2"),
            .sysctl(name: "net.x", old: "1\t2", new: "3"),
            .traceInstance(path: "/sys/kernel/tracing/instances/x"), .child(.current),
        ]
        for remnant in remnants { try record.add(remnant) }
        #expect(directory.instances().map(\.remnants) == [remnants])
        #expect(throws: SystemError("close", errno: ENOTEMPTY, on: record.path)) { try record.close() }
        for remnant in remnants.reversed() { try record.remove(remnant) }
        #expect(directory.instances().map(\.remnants) == [[]])
        try record.close()
        #expect(Directory.entries(directory.path) == [])
    }

    @Test func aDirectoryThatOthersCanWriteToIsNotTrusted() throws {
        try directory.prepare()
        chmod(directory.path, 0o777)
        let error = SystemError("use", errno: EPERM, on: "\(directory.path), which others can write to")
        #expect(throws: error) { try Sweep.stale(in: directory) }
        #expect(throws: error) { try InstanceRecord(title: "x", in: directory) }
    }

    @Test func theHostLockIsHeldByOneAtATime() throws {
        var lock: HostLock? = try HostLock(in: directory)
        let error = SystemError("flock", errno: EWOULDBLOCK, on: "\(directory.path)/host.lock")
        #expect(throws: error) { try HostLock(in: directory) }
        withExtendedLifetime(lock) {}
        lock = nil
        _ = try HostLock(in: directory)
    }

    @Test func aProcessIsItsNumberAndItsStart() async throws {
        #expect(ProcessIdentity.current.isAlive)
        #expect(ProcessIdentity(of: getpid()) == .current)
        #expect(ProcessIdentity(of: 0) == nil)
        let child = try await ChildProcess.start(ChildCommand("sleep", ["1000"]))
        #expect(ProcessIdentity.children().contains(child.processID))
        child.terminate()
        #expect(await child.outcome().summary == "terminated on request (killed by SIGTERM)")
    }

    @Test func childrenDieWithTheProcessThatStartedThem() async throws {
        let (child, line) = try await ProbeProgram.start(["linger"])
        let number = try #require(Int32(line.split(separator: " ").last ?? ""))
        let grandchild = try #require(ProcessIdentity(of: number))
        try child.send(SIGKILL)
        _ = await child.outcome()
        while grandchild.isAlive { try await Task.sleep(for: .milliseconds(2)) }
    }
}
