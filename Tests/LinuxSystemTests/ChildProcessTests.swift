import Glibc
import KernelTestSupport
import Testing

@testable import LinuxSystem

struct ChildProcessTests {
    @Test func outputAndExitCodeAreKept() async throws {
        let outcome = try await ChildProcess.run(
            ChildCommand("sh", ["-c", "echo out; echo err >&2; exit 3"]))
        #expect(outcome.termination == .exited(3))
        #expect(outcome.ending == .byItself)
        #expect(outcome.standardOutput.text == "out\n")
        #expect(outcome.standardError.text == "err\n")
        #expect(outcome.peakResidentBytes > 0)
        #expect(!outcome.isSuccess)
    }

    @Test func argumentsReachTheProgramAsTheyAre() async throws {
        let arguments = ["a b", "", "$HOME", "'", "*", "é\n"]
        let command = ChildCommand("printf", ["%s\\0"] + arguments)
        let outcome = try await ChildProcess.runChecked(command)
        let received = outcome.standardOutput.bytes.split(separator: 0, omittingEmptySubsequences: false)
        #expect(received.dropLast().map { String(decoding: $0, as: UTF8.self) } == arguments)
        #expect(command.commandLine == "printf '%s\\0' 'a b' '' '$HOME' ''\\''' '*' 'é\n'")
    }

    @Test func standardInputIsNullOrTheGivenBytes() async throws {
        #expect(try await ChildProcess.runChecked(ChildCommand("cat")).standardOutput.bytes == [])
        var command = ChildCommand("cat")
        command.standardInput = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        #expect(try await ChildProcess.runChecked(command).standardOutput.bytes == command.standardInput)
    }

    @Test(.needsRoot) func filesAreSeenByTheChildAlone() async throws {
        let before = try TextFile.read("/etc/hosts")
        var command = ChildCommand("cat", ["/etc/hosts", "/etc/hostname"])
        command.files = ["/etc/hosts": "10.9.9.9 nowhere\n", "/etc/hostname": "me\n"]
        #expect(try await ChildProcess.runChecked(command).standardOutput.text == "10.9.9.9 nowhere\nme\n")
        #expect(try TextFile.read("/etc/hosts") == before)
        let mounts = try TextFile.read("/proc/self/mounts")
        #expect(!mounts.contains("netlab"))
        command.files["/no/such/file"] = ""
        await #expect(throws: ChildProcessError.self) { try await ChildProcess.run(command) }
    }

    @Test func aChildThatDoesNotReadItsInputIsNoError() async throws {
        var command = ChildCommand("head", ["-c", "1"])
        command.standardInput = [UInt8](repeating: 65, count: 1 << 20)
        #expect(try await ChildProcess.runChecked(command).standardOutput.text == "A")
    }

    @Test func outputBeyondTheBoundIsCountedAndDropped() async throws {
        var command = ChildCommand("head", ["-c", "1000000", "/dev/zero"])
        command.outputLimit = 1000
        let outcome = try await ChildProcess.runChecked(command)
        #expect(outcome.standardOutput.bytes.count == 1000)
        #expect(outcome.standardOutput.droppedBytes == 999_000)
    }

    @Test func environmentAndDirectoryAreThoseAskedFor() async throws {
        var command = ChildCommand("sh", ["-c", "pwd; echo $COLOUR; echo ${HOME-none}"])
        command.directory = "/proc"
        command.environment = ["COLOUR": "blue", "HOME": nil as String?]
        #expect(try await ChildProcess.runChecked(command).standardOutput.text == "/proc\nblue\nnone\n")
        command = ChildCommand("env")
        command.inheritsEnvironment = false
        command.environment = ["ONLY": "1"]
        #expect(try await ChildProcess.runChecked(command).standardOutput.text == "ONLY=1\n")
    }

    @Test func aProgramThatIsNotThereIsATypedError() async {
        let error = await #expect(throws: ChildProcessError.self) {
            try await ChildProcess.run(ChildCommand("no-such-program-here"))
        }
        #expect(
            error?.description
                == "no-such-program-here: no such program in \(Program.searchPath.joined(separator: ":")); "
                + "install it or extend PATH")
        let other = await #expect(throws: ChildProcessError.self) {
            try await ChildProcess.run(ChildCommand("/etc/passwd"))
        }
        #expect(other?.description == "/etc/passwd: no such executable file")
    }

    @Test func stepsBetweenForkAndExecAreTypedErrors() async {
        var command = ChildCommand("true")
        command.directory = "/no/such/directory"
        let error = await #expect(throws: ChildProcessError.self) { try await ChildProcess.run(command) }
        #expect(
            error?.description == "cannot start true: changing the directory: "
                + "chdir /no/such/directory: No such file or directory (ENOENT)")
        let path = "/tmp/linux-system-broken-\(getpid())"
        try? TextFile.replace(path, with: "no interpreter", mode: 0o700)
        defer { unlink(path) }
        let broken = await #expect(throws: ChildProcessError.self) {
            try await ChildProcess.run(ChildCommand(path))
        }
        #expect(
            broken?.description == "cannot start \(path): exec: exec \(path): Exec format error (ENOEXEC)")
    }

    @Test func aFailedProgramIsToldInItsOwnWords() async {
        let error = await #expect(throws: ChildProcessError.self) {
            try await ChildProcess.runChecked(ChildCommand("sh", ["-c", "echo no such rule >&2; exit 2"]))
        }
        #expect(error?.description == "sh -c 'echo no such rule >&2; exit 2': exit code 2\n  no such rule")
    }

    @Test func timeOutEndsTheWholeGroup() async throws {
        var command = ChildCommand("sh", ["-c", "sleep 100 & echo $!; wait"], timeout: .milliseconds(50))
        command.grace = .seconds(5)
        let outcome = try await ChildProcess.run(command)
        #expect(outcome.termination == .signalled(SIGTERM))
        #expect(outcome.ending == .timedOut)
        #expect(outcome.summary == "timed out (killed by SIGTERM)")
        let grandchild = try #require(Int32(outcome.standardOutput.text.dropLast()))
        #expect(kill(grandchild, 0) != 0 || isZombie(grandchild))
    }

    @Test func aChildThatIgnoresSIGTERMIsKilledAfterTheGrace() async throws {
        var command = ChildCommand("sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 100; done"])
        command.timeout = .milliseconds(100)
        command.grace = .milliseconds(50)
        let outcome = try await ChildProcess.run(command)
        #expect(outcome.termination == .signalled(SIGKILL))
        #expect(outcome.ending == .timedOut)
    }

    @Test func cancellationEndsTheGroup() async throws {
        let task = Task { try await ChildProcess.run(ChildCommand("sleep", ["100"])) }
        task.cancel()
        let outcome = try await task.value
        #expect(outcome.ending == .cancelled)
        #expect(outcome.termination == .signalled(SIGTERM))
    }

    @Test func whatIsLeftOfTheGroupDiesWithTheChild() async throws {
        let outcome = try await ChildProcess.run(ChildCommand("sh", ["-c", "sleep 100 & echo $!"]))
        #expect(outcome.termination == .exited(0))
        let orphan = try #require(Int32(outcome.standardOutput.text.dropLast()))
        #expect(kill(orphan, 0) != 0 || isZombie(orphan))
    }

    @Test func signalsAreAtTheirDefaultAndUnblocked() async throws {
        let outcome = try await ChildProcess.runChecked(ChildCommand("cat", ["/proc/self/status"]))
        for line in outcome.standardOutput.text.split(separator: "\n") where line.hasPrefix("Sig") {
            let fields = line.split(whereSeparator: { $0 == ":" || $0.isWhitespace })
            guard ["SigBlk", "SigIgn"].contains(fields[0]) else { continue }
            // 32 and 33 belong to the C library, which neither sets nor resets them for anybody.
            let signals = try #require(UInt64(fields[1], radix: 16)) & ~(1 << 31 | 1 << 32)
            #expect(signals == 0, "\(line)")
        }
    }

    @Test func theChildHasNoOtherDescriptors() async throws {
        let outcome = try await ChildProcess.runChecked(ChildCommand("ls", ["/proc/self/fd"]))
        // The fourth is the listing itself.
        #expect(outcome.standardOutput.text == "0\n1\n2\n3\n")
    }

    @Test func aRunningChildCanBeWatchedAndSignalled() async throws {
        let child = try await ChildProcess.start(
            ChildCommand(
                "sh", ["-c", "trap 'echo got; exit 7' USR1; echo ready; while :; do sleep 0.01; done"]))
        #expect(child.isRunning)
        while child.isRunning, child.output.standard.text != "ready\n" { await Task.yield() }
        try child.send(SIGUSR1)
        let outcome = await child.outcome()
        #expect(outcome.termination == .exited(7))
        #expect(child.output.standard.text == "ready\ngot\n")
        #expect(throws: SystemError("kill", errno: ESRCH, on: "process \(child.processID)")) {
            try child.send(SIGUSR1)
        }
        #expect(!child.isRunning)
    }

    @Test(.needsRoot) func theChildIsInTheNamespaceAndTheParentIsNot() async throws {
        let namespace = try NetworkNamespace.create()
        let outcome = try await ChildProcess.runChecked(
            ChildCommand("readlink", ["/proc/self/ns/net"], in: namespace))
        #expect(outcome.standardOutput.text == "net:[\(namespace.inode)]\n")
        let home = try await ChildProcess.runChecked(ChildCommand("readlink", ["/proc/self/ns/net"]))
        #expect(home.standardOutput.text == "net:[\(NetworkNamespace.home.inode)]\n")
        expectAllThreadsHome()
    }

    private func isZombie(_ process: Int32) -> Bool {
        (try? TextFile.read("/proc/\(process)/stat"))?.contains(") Z ") ?? true
    }
}
